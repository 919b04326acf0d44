import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { type Plugin, startPlugin } from "../../helpers/plugin";

const TYPE = "ManagerFiles";

// The new name is `it`, which the plugin's helper gives to everything.
describe("what has two names in a program, while it is renamed", () => {
    let directory: string;
    let plugin: Plugin;
    const inputs = () => ({ directory, configToml: "concurrent = 1\n", systemId: "r_abcdefghijkl" });
    const isThere = () => fs.existsSync(path.join(directory, "config.toml"));
    /** Each operation of Pulumi's starts the plugin anew. */
    const operation = async (act: () => Promise<unknown>) => {
        plugin = await startPlugin("gitlab-fleet", { baseUrl: "http://127.0.0.1:1", token: "glpat-unused" });
        try {
            await act();
        } finally {
            await plugin.close();
        }
    };

    beforeEach(async () => {
        directory = fs.mkdtempSync(path.join(os.tmpdir(), "one-thing-"));
        await operation(() => plugin.create(TYPE, inputs(), { name: "old" }));
    });
    afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

    it("is not taken away with its old name", async () => {
        await operation(async () => {
            const { state } = await plugin.create(TYPE, inputs());
            await plugin.delete(TYPE, directory, state, "old");
        });
        expect(isThere()).to.equal(true);
    });

    it("is not taken away by the up after one that was killed between the two", async () => {
        let state = {};
        await operation(async () => {
            ({ state } = await plugin.create(TYPE, inputs()));
        });
        await operation(async () => {
            await plugin.diff(TYPE, directory, state, inputs());
            await plugin.delete(TYPE, directory, state, "old");
        });
        expect(isThere()).to.equal(true);
    });

    it("stays with who takes it over while its old name moves on to something else", async () => {
        const next = `${directory}-next`;
        const state = inputs();
        try {
            await operation(async () => {
                await plugin.create(TYPE, inputs(), { name: "newcomer" });
                // `it` had the directory until now, and gets another: made first, deleted last.
                await plugin.diff(TYPE, directory, state, { ...inputs(), directory: next });
                await plugin.create(TYPE, { ...inputs(), directory: next });
                await plugin.delete(TYPE, directory, state);
            });
            expect(isThere()).to.equal(true);
            expect(fs.existsSync(path.join(next, "config.toml"))).to.equal(true);
        } finally {
            fs.rmSync(next, { recursive: true, force: true });
        }
    });

    describe("and what is recreated under its name, because somebody wants it replaced,", () => {
        const state = () => inputs();
        const change = () => ({ ...inputs(), configToml: "concurrent = 2\n" });

        it("is not taken away with the one before it", async () => {
            await operation(async () => {
                await plugin.check(TYPE, inputs());
                await plugin.create(TYPE, inputs());
                await plugin.delete(TYPE, directory, state());
            });
            expect(isThere()).to.equal(true);
        });

        for (const { what, act } of [
            {
                what: "finds all as it shall be",
                act: async (made: object) => {
                    await plugin.diff(TYPE, directory, made as never, inputs());
                },
            },
            {
                what: "changes it",
                act: async (made: object) => {
                    await plugin.diff(TYPE, directory, made as never, change());
                    await plugin.update(TYPE, directory, made as never, change());
                },
            },
        ]) {
            it(`is not taken away by the up after one that ended between the two, and that ${what}`, async () => {
                let made = {};
                await operation(async () => {
                    await plugin.check(TYPE, inputs());
                    ({ state: made } = await plugin.create(TYPE, inputs()));
                });
                await operation(async () => {
                    await plugin.check(TYPE, inputs());
                    await act(made);
                    await plugin.delete(TYPE, directory, state());
                });
                expect(isThere()).to.equal(true);
            });
        }

        it("is taken away first where it is to be deleted before it is recreated", async () => {
            await operation(async () => {
                await plugin.check(TYPE, change());
                await plugin.diff(TYPE, directory, state(), change());
                await plugin.delete(TYPE, directory, state());
            });
            expect(isThere()).to.equal(false);
        });
    });

    it("is taken away by a destroy that has compared it, to see what else goes", async () => {
        await operation(async () => {
            await plugin.diff(TYPE, directory, inputs(), inputs());
            await plugin.delete(TYPE, directory, inputs());
        });
        expect(isThere()).to.equal(false);
    });

    it("is taken away when the program has neither name any more", async () => {
        await operation(async () => {
            const { state } = await plugin.create(TYPE, inputs());
            await plugin.delete(TYPE, directory, state);
        });
        expect(isThere()).to.equal(false);
    });
});
