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

    it("is taken away when the program has neither name any more", async () => {
        await operation(async () => {
            const { state } = await plugin.create(TYPE, inputs());
            await plugin.delete(TYPE, directory, state);
        });
        expect(isThere()).to.equal(false);
    });
});
