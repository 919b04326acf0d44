import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { startSandbox } from "../../../sandbox";
import type { Store } from "../../../sandbox/store/store";
import { type Engine, startEngine } from "../../helpers/engine";

const STATES = path.join(root, "tests/golden/states");
const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));

/** The same wherever the test runs: hashes in the state are made from it. */
const DIRECTORY = "/tmp/gitlab-fleet-upgrade/ci-01";

/** One of each kind of resource that needs nothing but GitLab and a directory. */
const CONFIG = `config:
  gitlab-fleet:runners:
    docker-small: { scope: { group: apps }, tags: [docker], note: ours, config: { executor: shell } }
    etl-only: { scope: { project: apps/etl }, tags: [etl], rotateBefore: 7d }
    everywhere: { scope: instance, tags: [all], paused: true, config: { executor: shell, limit: 2, environment: ["A=b"] } }
    taken-over: { scope: { group: apps }, tags: [old], runUntagged: false, accessLevel: ref_protected, maximumTimeout: 3600, adopt: { id: 12 }, config: { executor: docker, docker: { image: "alpine:3.22" } } }
  gitlab-fleet:managers:
    ci-01: { placement: { directory: ${JSON.stringify(DIRECTORY)} }, runners: [docker-small, everywhere, taken-over], gitlabUrl: "https://gitlab.example.org", config: { concurrent: 4 } }
  gitlab-fleet:exclusive:
    apps: { scope: { group: apps }, claim: { descriptions: [my-runner] }, foreign: pause }
    all: { scope: instance }
  gitlab-fleet:registries:
    containers/poetry: { consumers: { projects: [apps/etl, apps/web] }, policies: pull, grantMembership: [{ group: apps, role: reporter }] }
    apps/web: { consumers: { groups: [containers] }, mode: additive }
    other/tool: { consumers: { projects: [apps/etl] }, onDestroy: restore }
`;

/** What a release left: its state, what GitLab had then, and the manager's files. */
interface Recorded {
    state: string;
    gitlab: Parameters<Store["restore"]>[0];
    files: Record<string, string>;
}

/** Where it was, as a text that no test run has. */
const PLACE = "http://recorded.example.org:1";

describe("a state that a release has made", () => {
    let engine: Engine;

    beforeEach(async () => {
        engine = await startEngine({
            config: () => CONFIG,
            token: "admin",
            gitlab: await startSandbox({ seed: path.join(root, "sandbox/seeds/demo.yaml") }),
        });
    });
    afterEach(async () => {
        fs.rmSync(path.dirname(DIRECTORY), { recursive: true, force: true });
        await engine.sandbox.close();
        await engine.close();
    });

    if (process.env.RECORD) {
        it(`is recorded for ${version}`, async () => {
            await engine.up();
            const { stdout } = await engine.stack.run(["stack", "export", "--show-secrets"]);
            const files = fs
                .readdirSync(DIRECTORY)
                .map((name) => [name, fs.readFileSync(path.join(DIRECTORY, name), "utf8")]);
            const recorded: Recorded = {
                state: stdout,
                gitlab: engine.sandbox.db.snapshot(),
                files: Object.fromEntries(files),
            };
            const text = JSON.stringify(recorded, undefined, 1).replaceAll(engine.sandbox.url, PLACE);
            fs.writeFileSync(path.join(STATES, `${version}.json`), `${text}\n`);
        });
    }

    /** Puts GitLab, the manager's files and the stack's state back to what a release left. */
    async function goBackTo(file: string, change = (state: string) => state): Promise<void> {
        const text = fs.readFileSync(path.join(STATES, file), "utf8").replaceAll(PLACE, engine.sandbox.url);
        const { state, gitlab, files }: Recorded = JSON.parse(text);
        engine.sandbox.db.restore(gitlab);
        fs.mkdirSync(DIRECTORY, { recursive: true });
        for (const [name, content] of Object.entries(files)) {
            fs.writeFileSync(path.join(DIRECTORY, name), content, { mode: 0o600 });
        }
        const exported = path.join(engine.folder, "exported.json");
        fs.writeFileSync(exported, change(state));
        const imported = await engine.stack.run(["stack", "import", "--file", exported]);
        expect(imported.code, imported.output).to.equal(0);
        engine.sandbox.journal.clear();
    }
    const writes = () => engine.sandbox.journal.writes().map(({ method, path: at }) => `${method} ${at}`);

    for (const file of fs.readdirSync(STATES).sort()) {
        it(`needs no change: ${path.basename(file, ".json")}`, async () => {
            await goBackTo(file);
            await engine.expectNoChanges();
            await engine.up();
            await engine.expectNoChanges();
            expect(writes()).to.deep.equal([]);
        });
    }

    it("is left alone by an older release, whatever it is asked for, until the version in it is set back", async () => {
        const refused = async (...command: string[]) => {
            const { code, output } = await engine.stack.run(command);
            expect(code, output).to.not.equal(0);
            expect(output).to.contain("The state of this stack was written by gitlab-fleet 99.0.0.");
            expect(output).to.not.match(/\bat .*\.js:\d/);
        };
        const withVersion = (from: string, to: string) => (state: string) =>
            state.replace(`"version": "${from}"`, `"version": "${to}"`);
        await goBackTo("0.1.0.json", withVersion("0.1.0", "99.0.0"));
        await refused("preview");
        await refused("up", "--yes", "--skip-preview");
        await refused("refresh", "--yes", "--skip-preview");
        expect(writes()).to.deep.equal([]);
        // The way back of docs/install.md.
        const file = path.join(engine.folder, "state.json");
        await engine.stack.run(["stack", "export", "--file", file]);
        fs.writeFileSync(file, withVersion("99.0.0", version)(fs.readFileSync(file, "utf8")));
        await engine.stack.run(["stack", "import", "--file", file]);
        await engine.expectNoChanges();

        await goBackTo("0.1.0.json", withVersion("0.1.0", "99.0.0"));
        await refused("destroy", "--yes", "--skip-preview");
    });
});
