import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { demoFleet, managerFolder } from "./fleets";

/** In what the stack's configuration has encrypted of a worker. */
const HUSH = "hush-hush-hush";

describe("tokens and other secrets", () => {
    let engine: Engine;
    const printed: string[] = [];
    const seenInProcesses = new Set<string>();
    let watching = true;

    before(async () => {
        engine = await startEngine({
            config: (folder) =>
                demoFleet(folder).replace(
                    "config: { executor: shell }",
                    "config:\n        executor: shell\n        limit: 0",
                ),
        });
        for (const [key, value] of [
            ["environment[0]", `NPM_LOGIN=${HUSH}-of-npm`],
            ["cache.s3.SecretKey", `${HUSH}-of-s3`],
        ] as const) {
            const path = `gitlab-fleet:runners.my-runner.config.${key}`;
            const set = await engine.stack.run(["config", "set", "--secret", "--path", path, value]);
            expect(set.code, set.output).to.equal(0);
        }
        const watch = watchProcesses();
        for (const args of [
            ["preview"],
            ["preview", "--diff"],
            ["up", "--yes", "--skip-preview"],
            ["up", "--yes", "--skip-preview", "--diff"],
            ["preview", "--json", "--show-sames"],
            ["refresh", "--yes", "--diff"],
            ["limit", "2"],
            ["preview"],
            ["preview", "--diff"],
            ["up", "--yes", "--skip-preview", "--diff"],
            ["stack", "output", "--json"],
            ["stack", "export"],
        ]) {
            if (args[0] === "limit") {
                setLimit(Number(args[1]));
                continue;
            }
            const result = await engine.stack.run(args);
            expect(result.code, result.output).to.equal(0);
            printed.push(result.output);
        }
        engine.sandbox.faults.plan({
            path: "/graphql",
            times: 0,
            fault: { kind: "status", status: 500, body: { message: "no" } },
        });
        engine.sandbox.faults.plan({
            path: "**",
            times: 0,
            fault: { kind: "status", status: 401, body: { message: "401 Unauthorized" } },
        });
        printed.push((await engine.stack.run(["refresh", "--yes"])).output);
        watching = false;
        await watch;
    });
    after(() => {
        watching = false;
        return engine.close();
    });

    const tokens = () => [
        ...engine.sandbox.db.runners.all().map((runner) => runner.token),
        engine.sandbox.tokens.owner!,
        HUSH,
    ];

    /** Writes the worker's `limit` into the stack's configuration, beside what is encrypted there. */
    function setLimit(limit: number): void {
        const text = fs.readFileSync(engine.stack.configFile, "utf8");
        const other = text.replace(/limit: \d+/, `limit: ${limit}`);
        expect(other).to.include(`limit: ${limit}`);
        fs.writeFileSync(engine.stack.configFile, other);
    }

    it("are not in anything that pulumi prints: previews, diffs, errors, outputs, exported state", () => {
        expect(printed).to.have.lengthOf(12);
        for (const token of tokens()) {
            for (const text of printed) {
                const line = text.split("\n").find((candidate) => candidate.includes(token));
                expect(line?.replaceAll(token, "<token>"), text.slice(0, 80)).to.equal(undefined);
            }
        }
    });

    it("are not in the backend's files, the stack config or anything else below the folder but config.toml", () => {
        const files = fs
            .readdirSync(engine.folder, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile());
        expect(files.length).to.be.greaterThan(3);
        for (const entry of files) {
            const file = path.join(entry.parentPath, entry.name);
            if (file.startsWith(managerFolder(engine.folder))) continue;
            const text = fs.readFileSync(file, "utf8");
            for (const token of tokens()) expect(text.includes(token), file).to.equal(false);
        }
    });

    it("are not in any process's arguments, and runner tokens in no process's environment", () => {
        expect(seenInProcesses.size).to.be.greaterThan(20);
        const everything = [...seenInProcesses].join("\n");
        const runnerTokens = engine.sandbox.db.runners.all().map((runner) => runner.token);
        for (const token of runnerTokens) expect(everything.includes(token)).to.equal(false);
        const argumentsOnly = [...seenInProcesses].filter((text) => text.startsWith("args ")).join("\n");
        expect(argumentsOnly.includes(engine.sandbox.tokens.owner!)).to.equal(false);
    });

    it("do not hide what is none: the preview of an edit shows it, with its old value", () => {
        const edit = printed.filter((text) => text.includes("config.toml changes: my-runner: limit 0 → 2"));
        expect(edit).to.have.lengthOf(3);
        expect(edit[1]).to.match(/~ limit: 0 => 2/);
        const created = printed.find((text) => text.includes("(create)") && text.includes("settings"))!;
        expect(created).to.include("NPM_LOGIN=[secret]");
    });

    it("are in config.toml, where gitlab-runner needs them", () => {
        const text = fs.readFileSync(path.join(managerFolder(engine.folder), "config.toml"), "utf8");
        expect(text).to.include(`NPM_LOGIN=${HUSH}-of-npm`).and.to.include(`${HUSH}-of-s3`);
        expect(text).to.include(engine.sandbox.db.runners.all().find((runner) => runner.maintenanceNote)!.token);
    });

    /** Reads arguments and environment of every process again and again, as anybody on the machine could. */
    async function watchProcesses(): Promise<void> {
        while (watching) {
            for (const pid of fs
                .readdirSync("/proc")
                .filter((name) => /^\d+$/.test(name) && name !== `${process.pid}`)) {
                for (const [file, label] of [
                    ["cmdline", "args"],
                    ["environ", "env"],
                ] as const) {
                    try {
                        seenInProcesses.add(`${label} ${fs.readFileSync(`/proc/${pid}/${file}`, "utf8")}`);
                    } catch {
                        // the process has ended
                    }
                }
            }
            await new Promise((resolve) => setTimeout(resolve, 25));
        }
    }
});
