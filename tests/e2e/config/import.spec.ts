import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { toStackConfig } from "../../../cli/import/mapping";
import { toYaml } from "../../../cli/import/present";
import { refusals } from "../../../cli/import/refusals";
import { keysIn } from "../../../components/fleet/config/path-keys";
import { type GlobalConfig, parseConfigToml, renderConfigToml, type WorkerConfig } from "../../../core/config-toml";
import { addressOf } from "../../../core/runner-url";
import { isMap } from "../../../core/values";
import { type Loaded, Loader } from "./loader";

type Table = Record<string | number, unknown>;

const CASES = path.join(__dirname, "../../cases/config");
const SECRETS = /hunter2|AKIA|glrt-|aHVudGVyMg/;

describe("import of files as people have them", () => {
    let loader: Loader;

    before(() => {
        loader = new Loader();
    });
    after(() => loader.stop());

    /** What `import` makes of a file, every runner being known. */
    const importFile = (text: string) => {
        const config = parseConfigToml(text);
        const workers = config.workers.map((worker, index) => ({
            number: index + 1,
            worker,
            facts: {
                now: 0,
                url: worker.url,
                token: { kind: "authentication" as const, length: 20 },
                tokenWorks: true,
            },
            findings: [],
            broken: false,
            known: {
                ...{ id: index + 1, scope: { group: "apps" }, description: "", tags: ["a"], runUntagged: true },
                ...{ accessLevel: "not_protected", locked: false, paused: false, note: "" },
            },
        }));
        const placement = { directory: "/etc/gitlab-runner" };
        return toStackConfig([{ source: config, workers, manager: "ci-01", placement }]);
    };

    /** Runs the printed commands in a shell that has no `pulumi`, and gives their last arguments: the paths. */
    const pasted = (yaml: string): string[] => {
        const commands = [...yaml.matchAll(/^# {3}(pulumi config set .*)$/gm)].map(([, command]) => command!);
        const script = `pulumi() { printf '%s\\0' "$5"; }\n${commands.join("\n")}\n`;
        const { stdout, stderr } = spawnSync("sh", ["-c", script], { encoding: "utf8" });
        expect(stderr).to.equal("");
        return stdout.split("\0").filter(Boolean);
    };

    for (const file of fs.readdirSync(CASES).sort()) {
        it(`${path.basename(file, ".toml")}: prints no secret, what a preview accepts, and all values of the file`, async () => {
            const text = fs.readFileSync(path.join(CASES, file), "utf8");
            const before = await loader.load(text);
            expect(before.loadError, "the case itself").to.equal(undefined);
            const imported = importFile(text);
            const yaml = toYaml(file, imported);
            expect(yaml).to.not.match(SECRETS);
            expect(refusals(imported.config)).to.deep.equal([]);
            // Pulumi's reader of YAML knows parts of both versions.
            for (const version of ["1.1", "1.2"] as const)
                expect(parse(yaml, { version }).config).to.deep.equal(imported.config);

            const values = structuredClone(imported.config) as Record<string, Record<string, Record<string, unknown>>>;
            const paths = pasted(yaml);
            expect(paths).to.deep.equal(imported.secrets.map(({ path: at }) => at));
            const { global, workers } = parseConfigToml(text);
            const names = Object.keys(values["gitlab-fleet:runners"]!);
            for (const at of paths) {
                const [section, name, , ...keys] = keysIn(at);
                const isWorker = section === "gitlab-fleet:runners";
                const original = isWorker ? workers[names.indexOf(String(name))]!.config : global;
                const parentIn = (table: unknown) =>
                    keys.slice(0, -1).reduce((one, key) => one[key] as Table, table as Table);
                const set = parentIn(values[section as string]![String(name)]!.config);
                set[keys.at(-1)!] = parentIn(original)[keys.at(-1)!];
            }
            const rendered = renderConfigToml({
                global: values["gitlab-fleet:managers"]!["ci-01"]!.config as GlobalConfig,
                workers: names.map((name, index) => ({
                    ...{
                        name,
                        url: String(values["gitlab:baseUrl"]).replace(/\/api\/v4\/$/, ""),
                        token: workers[index]!.token,
                    },
                    config: values["gitlab-fleet:runners"]![name]!.config as WorkerConfig,
                })),
            });
            const after = await loader.load(rendered);
            expect(after.loadError, rendered).to.equal(undefined);
            // What lint objects to in the file itself, keys that it does not know, stays as it is.
            if (before.lintError === undefined) expect(after.lintError, rendered).to.equal(undefined);
            expect(normal(after)).to.deep.equal(normal(before));
        });
    }
});

/** What counts of a loaded file: a worker may have another name in the log. */
function normal({ config }: Loaded): unknown {
    const { runners, ...global } = config as { runners: Record<string, unknown>[] };
    return {
        ...(sorted(global) as object),
        runners: runners.map(({ name: _, id: __, token_obtained_at: ___, token_expires_at: ____, ...rest }) => ({
            ...(sorted(rest) as object),
            url: addressOf(String(rest.url)),
        })),
    };
}

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(sorted).filter((item) => item !== "");
    if (!isMap(value)) return value;
    // A table without a value that is not Go's zero says nothing.
    const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
    return Object.fromEntries(
        entries.filter(([, item]) => typeof item !== "object" || Object.keys(item as object).length > 0),
    );
}
