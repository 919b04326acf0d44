import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { runCli } from "../helpers";
import { toJson } from "./world";

describe("gitlab-fleet report", () => {
    let folder: string;
    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-report-"));
    });
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    const file = (name: string, text?: string) => {
        const full = path.join(folder, name);
        if (text !== undefined) fs.writeFileSync(full, text);
        return full;
    };
    const made = toJson([{ op: "create", type: "UserRunner", name: "small" }]);

    it("reads standard input, prints text, and writes every form that is asked for", async () => {
        const files = [
            "--markdown",
            file("a.md"),
            "--html",
            file("a.html"),
            "--widget",
            file("a.json"),
            "--code-quality",
            file("q.json"),
        ];
        const { code, out, err } = await runCli(["report", ...files], { input: made });
        expect([code, err]).to.deep.equal([0, ""]);
        expect(out).to.match(/^Fleet prod: 1 runner created\n/);
        expect(fs.readFileSync(file("a.md"), "utf8")).to.match(/^### Fleet `prod`/);
        expect(fs.readFileSync(file("a.html"), "utf8")).to.match(/^<!doctype html>/);
        expect(JSON.parse(fs.readFileSync(file("a.json"), "utf8"))).to.deep.equal({ create: 1, update: 0, delete: 0 });
        expect(JSON.parse(fs.readFileSync(file("q.json"), "utf8"))).to.deep.equal([]);
    });

    it("tells what Pulumi wrote to standard error where it printed no preview, under the stack's name, with code 1", async () => {
        const stderr = file(
            "err",
            "error: the stack is currently locked by 1 lock(s). glpat-0123456789abcdef\n  file:///x.json: created by root@ci (pid 7) at 2026-11-26T20:00:00Z\n",
        );
        const { code, out } = await runCli(["report", file("p.json", ""), "--stderr", stderr, "--stack", "prod"]);
        expect(code).to.equal(1);
        expect(out)
            .to.include("Fleet prod: failed")
            .and.include("created by root@ci (pid 7) at 2026")
            .and.not.include("0123456789abcdef");
    });

    it("tells an error that stands on standard error alone, beside a preview in which nothing happens", async () => {
        const stderr = file("err", "warning: old\nerror: failed to load language plugin nodejs: exit status 127\n");
        for (const input of ["{}", '{"sequence":0,"timestamp":1,"cancelEvent":{}}\n', toJson([])]) {
            const { code, out } = await runCli(["report", "--stderr", stderr, "--stack", "prod"], { input });
            expect([code, out.split("\n")[0]], input).to.deep.equal([1, "Fleet prod: failed"]);
            expect(out, input).to.include("failed to load language plugin nodejs: exit status 127");
        }
    });

    it("ends with 1 where something changes that should not, and with 2 where there is nothing to read", async () => {
        expect((await runCli(["report", "--expect-no-changes"], { input: made })).code).to.equal(1);
        expect((await runCli(["report", "--expect-no-changes"], { input: toJson([]) })).code).to.equal(0);
        for (const args of [
            ["report", file("none")],
            ["report", "--format", "pdf"],
        ])
            expect((await runCli(args)).code).to.equal(2);
        const empty = await runCli(["report"], { input: "" });
        expect(empty.code).to.equal(2);
        expect(empty.err).to.include("it is empty");
    });

    it("says where it has no file whose lines a Code Quality report could name", async () => {
        const from = process.cwd();
        process.chdir(folder);
        try {
            const { code, out, err } = await runCli(["report", "--format", "codequality"], { input: made });
            expect([code, out]).to.deep.equal([0, "[]\n"]);
            expect(err).to.contain("There is no Pulumi.prod.yaml here, so the Code Quality report names no lines.");
            const wrong = await runCli(["report", "--stack-file", "stacks/none.yaml"], { input: made });
            expect([wrong.code, wrong.err]).to.deep.equal([2, wrong.err.match(/.*--stack-file.*ENOENT.*\n/)?.[0]]);
        } finally {
            process.chdir(from);
        }
    });
});
