import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { hasEnded } from "../../../cli/pipeline/locks";
import { rememberStart } from "../../../cli/pipeline/started";

describe("the process of a lock", () => {
    it("has ended when nobody has taken notice of it yet, as in a container without an init", async () => {
        // The shell becomes a program that never asks what became of its child. The child ends after that, not before: a
        // shell that is still one may take notice of it.
        const child = "until grep -q sleep /proc/$$/comm; do sleep 0.01; done";
        const parent = spawn("sh", ["-c", `(${child}) & echo $!; exec sleep 30`], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        const env = { PULUMI_HOME: mkdtempSync(join(tmpdir(), "gitlab-fleet-zombie-")) };
        try {
            const pid = String(await new Promise((resolve) => parent.stdout.once("data", resolve))).trim();
            const state = () => readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "")[0];
            while (state() !== "Z") await new Promise((next) => setTimeout(next, 10));
            const now = Date.now();
            const ended = (of: string) => {
                rememberStart(env, Number(of), now);
                return hasEnded({ user: "root", host: hostname(), pid: of, since: now }, env);
            };
            expect(ended(pid)).to.equal(true);
            expect(ended(String(process.pid))).to.equal(false);
            expect(ended("4194304")).to.equal(true);
        } finally {
            parent.kill();
            rmSync(env.PULUMI_HOME, { recursive: true });
        }
    });
});
