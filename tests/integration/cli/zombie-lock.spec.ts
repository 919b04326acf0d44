import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { expect } from "chai";
import { hasEnded } from "../../../cli/pipeline/locks";

describe("the process of a lock", () => {
    it("has ended when nobody has taken notice of it yet, as in a container without an init", async () => {
        // The shell becomes a program that never asks what became of its child. The child ends after that, not before: a
        // shell that is still one may take notice of it.
        const child = "until grep -q sleep /proc/$$/comm; do sleep 0.01; done";
        const parent = spawn("sh", ["-c", `(${child}) & echo $!; exec sleep 30`], {
            stdio: ["ignore", "pipe", "inherit"],
        });
        try {
            const pid = String(await new Promise((resolve) => parent.stdout.once("data", resolve))).trim();
            const state = () => readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "")[0];
            while (state() !== "Z") await new Promise((next) => setTimeout(next, 10));
            const lock = (of: string) => ({ user: "root", host: hostname(), pid: of, since: undefined });
            expect(hasEnded(lock(pid), {})).to.equal(true);
            expect(hasEnded(lock(String(process.pid)), {})).to.equal(false);
            expect(hasEnded(lock("4194304"), {})).to.equal(true);
        } finally {
            parent.kill();
        }
    });
});
