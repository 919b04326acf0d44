import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { addRunner, type Sandbox, startSandbox } from "../../sandbox";
import { SEED } from "./access/world";
import { runCli } from "./helpers";
import { WELL } from "./validate/project";

/** A row of the table in the docs: the command, where in its JSON, and the keys there. */
interface Row {
    command: string;
    at: string;
    keys: { name: string; optional: boolean }[];
}

const [, TABLE] = fs.readFileSync("docs/fleet-command.md", "utf8").split("## JSON, for scripts");
const ROWS = TABLE!.split("\n").flatMap((line): Row[] => {
    const [, command, at = "", keys] = /^\| `([\w ]+)`(?: `([\w.[\]]+)`)? \| (.*) \|$/.exec(line) ?? [];
    if (command === undefined) return [];
    const named = [...keys!.replace(/\([^)]*\)/g, "").matchAll(/`(\w+)`(\?)?/g)];
    return [{ command, at, keys: named.map(([, name, mark]) => ({ name: name!, optional: mark !== undefined })) }];
});

/** All that stands at a place: `workers[].findings[]` is every finding of every worker. */
function standingAt(value: unknown, at: string): unknown[] {
    const steps = at.split(/\.|(?=\[)/).filter((step) => step !== "");
    return steps.reduce<unknown[]>(
        (all, step) =>
            all.flatMap((one) => (step === "[]" ? (one as unknown[]) : [(one as Record<string, unknown>)[step]])),
        [value],
    );
}

describe("the command's JSON", () => {
    let sandbox: Sandbox;
    let folder: string;
    const printed = new Map<string, unknown[]>();

    before(async () => {
        sandbox = await startSandbox({ seed: SEED });
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "json-"));
        const { db, clock } = sandbox;
        const idOf = (at: string) => db.projects.first("path", at)!.id;
        db.authLog.insert({
            ...{ accessedProjectId: idOf("containers/poetry"), originProjectId: idOf("apps/etl") },
            lastAuthorizedAt: clock.now(),
        });
        const groupId = db.groups.first("path", "apps")!.id;
        const { token } = addRunner(db, { runnerType: "group_type", groupId, description: "it" });
        const worker = (text: string) =>
            `[[runners]]\n  name = "it"\n  url = "${sandbox.url}"\n  token = "${text}"\n  executor = "shell"\n  environment = ["A_TOKEN=hunter2"]\n`;
        const config = path.join(folder, "config.toml");
        fs.writeFileSync(config, `concurrent = 2\n${worker(token)}${worker("glrt-dead0000000000000000")}`);
        fs.mkdirSync(path.join(folder, "project"));
        fs.writeFileSync(path.join(folder, "project/Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
        fs.writeFileSync(path.join(folder, "project/Pulumi.prod.yaml"), WELL.replace("instance", "nowhere"));
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.owner };
        for (const [command, ...args] of [
            ["audit", "--group", "apps"],
            ["doctor", "--config", config],
            ["import", "--config", config, "--config", "/nowhere/config.toml"],
            ["prune", "--group", "apps", "--description", "it"],
            ["validate", "--project", path.join(folder, "project")],
            ["access who", "containers/poetry"],
            ["access scan", "--group", "apps", "--check"],
            ["access scan", "--group", "apps"],
        ]) {
            const { out } = await runCli([...command!.split(" "), ...args, "--json"], { env });
            printed.set(command!, [...(printed.get(command!) ?? []), JSON.parse(out)]);
        }
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    it("is described for each command that has it", () => {
        expect([...new Set(ROWS.map(({ command }) => command))]).to.deep.equal([...printed.keys()]);
    });

    for (const { command, at, keys } of ROWS) {
        it(`has the keys that the docs name: ${command} ${at}`, () => {
            const found = printed
                .get(command)!
                .flatMap((value) => standingAt(value, at))
                .filter((one) => one !== undefined);
            expect(found).to.not.deep.equal([]);
            for (const one of found) {
                const has = Object.keys(one as object);
                const needed = keys.filter(({ name, optional }) => !optional || has.includes(name));
                expect(has).to.have.members(needed.map(({ name }) => name));
            }
        });
    }
});
