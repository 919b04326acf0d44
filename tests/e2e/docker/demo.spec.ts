import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";
import { skipWithout } from "../../helpers/needs";
import { type DockerEngine, dockerEngine } from "./world";

describe("make demo DOCKER=1", () => {
    let engine: DockerEngine;
    let output: string;
    let found: string;

    before(async function () {
        skipWithout("docker", this);
        engine = await dockerEngine();
        found = await everything();
        ({ output } = await demo(engine.host));
    });

    it("ends with `demo: ok`, and writes the same report as the demo without containers", () => {
        expect(output.trimEnd().split("\n").at(-1), output).to.equal("demo: ok");
        const report = JSON.parse(fs.readFileSync(path.join(root, ".demo", "report.json"), "utf8"));
        expect(report.before.runners).to.have.lengthOf(12);
        expect(report.before.workers).to.deep.equal(Array(12).fill("my-runner"));
        expect(report.after.runners.map(({ description }: { description: string }) => description)).to.deep.equal([
            "my-runner",
        ]);
        expect(report.after.workers).to.deep.equal(["my-runner"]);
        expect(report.after.allowlist).to.deep.equal(["apps/etl", "apps/web"]);
        expect(report.secondPreview).to.equal("no changes");
    });

    it("shows the two lines of the first story before, and the log of a job in the manager's container after", () => {
        const [first, second] = output.split("── A job in GitLab's queue");
        expect(first).to.match(/Checking for jobs\.\.\. forbidden .*403 Forbidden/);
        expect(first).to.include("is unhealthy and will be disabled for 1h0m0s");
        expect(second).to.include("Running on gitlab-fleet-sandbox-ci-01").and.to.include("Job succeeded");
        expect(output).to.not.match(/gl(rt|pat)-[\w-]{12,}/);
    });

    it("leaves nothing on the engine", async () => {
        expect(await everything()).to.equal(found);
    });

    it("says what to do where no engine answers, and fails before anything is built", async () => {
        const { code, output } = await demo("unix:///nowhere/docker.sock");
        expect(code).to.not.equal(0);
        expect(output)
            .to.include("No Docker engine answers")
            .and.to.include("unix:///nowhere/docker.sock")
            .and.to.include("Start one, or set DOCKER_HOST")
            .and.to.not.include("──");
    });

    async function everything(): Promise<string> {
        return `${await engine.docker("ps", "-aq")}\n${await engine.docker("volume", "ls", "-q")}`;
    }

    function demo(host: string): Promise<{ code: number; output: string }> {
        const { DOCKER: _, KEEP: __, ...rest } = process.env;
        const env = { ...rest, DOCKER_HOST: host };
        return new Promise((resolve) => {
            execFile(
                "make",
                ["--no-print-directory", "demo", "DOCKER=1"],
                { cwd: root, env, maxBuffer: 1e8 },
                (error, stdout, stderr) => {
                    resolve({ code: error === null ? 0 : Number(error.code ?? 255), output: stdout + stderr });
                },
            );
        });
    }
});
