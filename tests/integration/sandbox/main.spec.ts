import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { root } from "../../../dev/scripts/pulumi";

const DEMO = path.join(root, "sandbox/seeds/demo.yaml");

describe("npm run sandbox", () => {
    const run = (...args: string[]) =>
        spawn(process.execPath, ["--import", "tsx", "sandbox/main.ts", ...args], { cwd: root });

    it("prints one line when it is ready, and ends with its standard input", async () => {
        const child = run("--seed", DEMO, "--exit-with-stdin", "--latency", "1", "--for", "20");
        const [line] = (await once(createInterface(child.stdout), "line")) as [string];
        const ready = JSON.parse(line) as { url: string; tokens: Record<string, string> };
        const answer = await fetch(`${ready.url}/api/v4/user`, { headers: { "private-token": ready.tokens.owner! } });
        expect(((await answer.json()) as { username: string }).username).to.equal("alice");
        child.stdin.end();
        expect(await once(child, "exit")).to.deep.equal([0, null]);
    });

    it("starts whatever the length of TMPDIR: a socket there would have a path of more than a hundred bytes", () => {
        const folder = fs.mkdtempSync("/tmp/sandbox-");
        // As much as there is room for is a folder, which no socket can take the place of.
        const TMPDIR = path.join(folder.padEnd(107, "x"), "more");
        fs.mkdirSync(TMPDIR, { recursive: true });
        const options = { cwd: root, encoding: "utf8", env: { ...process.env, TMPDIR } } as const;
        const { stdout, stderr } = spawnSync("npm", ["run", "--silent", "sandbox", "--", "--help"], options);
        expect(stdout, stderr).to.include("--seed");
        for (const one of [path.dirname(TMPDIR), folder]) fs.rmSync(one, { recursive: true });
    });

    it("ends on SIGTERM, and tells mistakes without a stack", async () => {
        const child = run("--for", "20");
        await once(createInterface(child.stdout), "line");
        child.kill("SIGTERM");
        expect(await once(child, "exit")).to.deep.equal([0, null]);
        const wrong = run("--seed", "nowhere.yaml");
        let text = "";
        wrong.stderr.on("data", (part: Buffer) => {
            text += part;
        });
        expect(await once(wrong, "exit")).to.deep.equal([1, null]);
        expect(text.trim()).to.equal('sandbox: Seed "nowhere.yaml": cannot be read. Give the path of a YAML file.');
    });
});
