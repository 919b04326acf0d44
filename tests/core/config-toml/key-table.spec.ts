import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PLACEMENT_CODES, runnerVersion, WARNING_CODES } from "../../../core/config-toml";
import { EXECUTOR_SECTIONS, needsOf } from "../../../core/config-toml/executor-rules";
import keyNotes from "../../../core/config-toml/key-notes.json";
import { executorNames, featureFlags, tableNames, tableSpec } from "../../../core/config-toml/key-table";
import { renderConfigDocs } from "../../../dev/scripts/config-docs";

const ROOT = join(__dirname, "../../..");

describe("the key table", () => {
    it("holds every table and key of gitlab-runner's structs", () => {
        const keys = tableNames().flatMap((table) => [...tableSpec(table).keys()]);
        expect(tableNames()).to.have.length.of.at.least(70);
        expect(keys).to.have.length.of.at.least(550);
        expect(Object.keys(featureFlags())).to.have.length.of.at.least(50);
    });

    it("has keys that embedded structs lift into a table, and keys without a toml tag", () => {
        expect([...tableSpec("DockerConfig").keys()]).to.include.members(["host", "tls_cert_path", "image"]);
        expect([...tableSpec("WorkerTable").keys()]).to.include.members(["name", "url", "tls-ca-file", "executor"]);
        expect([...tableSpec("DockerMachine").keys()]).to.include.members([
            "MachineName",
            "MachineDriver",
            "MaxBuilds",
            "autoscaling",
        ]);
        expect([...tableSpec("DockerMachineAutoscaling").keys()]).to.include.members([
            "Periods",
            "Timezone",
            "IdleCount",
        ]);
    });

    it("knows types, enums, minima and secrets", () => {
        expect(tableSpec("WorkerTable").get("shell")).to.deep.include({
            base: "string",
            enum: ["bash", "sh", "cmd", "pwsh", "powershell", ""],
        });
        expect(tableSpec("WorkerTable").get("request_concurrency")).to.deep.equal({
            base: "int",
            shape: "one",
            min: 1,
        });
        expect(tableSpec("AutoscalerPolicyConfig").get("idle_time")).to.deep.equal({
            base: "duration",
            shape: "one",
            min: 1e9,
        });
        expect(tableSpec("DockerConfig").get("services_devices")).to.deep.equal({
            base: "string",
            shape: "map of lists",
        });
        expect(tableSpec("DockerConfig").get("services")).to.deep.equal({
            base: "table",
            shape: "list",
            table: "Service",
        });
        expect(tableSpec("CacheS3Config").get("SecretKey")).to.deep.equal({
            base: "string",
            shape: "one",
            secret: true,
        });
    });

    it("names tables only that exist", () => {
        for (const name of tableNames())
            for (const { table } of tableSpec(name).values())
                if (table !== undefined) expect(tableNames()).to.include(table);
    });

    it("comes from the gitlab-runner that the end-to-end tests run", () => {
        const { module } = JSON.parse(readFileSync(join(ROOT, "core/config-toml/keys.generated.json"), "utf8"));
        const goMod = readFileSync(join(ROOT, "dev/toolchain/gitlab-runner/go.mod"), "utf8");
        const [, version] = /gitlab\.com\/gitlab-org\/gitlab-runner (v\S+)/.exec(goMod)!;
        expect(module).to.equal(`gitlab.com/gitlab-org/gitlab-runner@${version}`);
        expect(runnerVersion()).to.match(/^\d+\.\d+\.\d+$/);
    });

    it("has the sections and keys that the executors' rules speak of", () => {
        for (const executor of executorNames()) {
            for (const [section, keys] of Object.entries(needsOf(executor)!)) {
                const known = tableSpec(tableSpec("WorkerTable").get(section)!.table!);
                expect([...known.keys()]).to.include.members([...keys]);
            }
        }
        for (const section of EXECUTOR_SECTIONS) expect(tableSpec("WorkerTable").has(section)).to.equal(true);
    });
});

describe("docs/config-toml", () => {
    it("is what the key table says", () => {
        for (const [name, text] of renderConfigDocs())
            expect(readFileSync(join(ROOT, "docs/config-toml", name), "utf8"), name).to.equal(text);
    });

    it("has a page for every executor and every key on some page", () => {
        const pages = [...renderConfigDocs().values()].join("\n");
        const missing = tableNames().flatMap((name) =>
            [...tableSpec(name)]
                .filter(
                    ([key, { table }]) =>
                        !pages.includes(`| \`${key}\` |`) && !pages.includes(`.${key}]`) && table !== "WorkerTable",
                )
                .map(([key]) => `${name}.${key}`),
        );
        for (const executor of executorNames()) expect(pages).to.contain(`# Executor \`${executor}\``);
        // What GitLab hands out is nobody's to write.
        expect(missing).to.deep.equal([
            "WorkerTable.id",
            "WorkerTable.token",
            "WorkerTable.token_obtained_at",
            "WorkerTable.token_expires_at",
        ]);
    });

    it("explains every warning by its code, and links every executor's page", () => {
        const guide = readFileSync(join(ROOT, "docs/config-toml/README.md"), "utf8");
        const codes = [...guide.matchAll(/^\| `([a-z-]+)` \|/gm)].map((match) => match[1]);
        expect(codes).to.deep.equal([...WARNING_CODES, ...PLACEMENT_CODES]);
        for (const name of renderConfigDocs().keys()) expect(guide).to.contain(`(${name})`);
        const links = [...guide.matchAll(/\]\((?!https:)([^)]+)\)/g)].map((match) => match[1]!);
        for (const link of links) expect(existsSync(join(ROOT, "docs/config-toml", link)), link).to.equal(true);
    });

    it("says what every key and every feature flag means, and of no other", () => {
        const tables = tableNames().map((table) => [table, [...tableSpec(table).keys()].sort()]);
        const notes = Object.entries(keyNotes.tables).map(([table, keys]) => [table, Object.keys(keys).sort()]);
        expect(Object.fromEntries(notes)).to.deep.equal(Object.fromEntries(tables));
        expect(keyNotes.featureFlags).to.have.all.keys(Object.keys(featureFlags()));
        const texts = [keyNotes.featureFlags, ...Object.values(keyNotes.tables)].flatMap((notes) =>
            Object.values(notes),
        );
        for (const text of texts) expect(text).to.match(/^[A-Z`].*[^.\s]$/);
    });
});
