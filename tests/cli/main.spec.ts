import { expect } from "chai";
import { COMMANDS } from "../../cli/commands";
import { runCli } from "./helpers";

describe("gitlab-fleet", () => {
    it("lists its subcommands, exit codes and where the token goes, with exit code 0", async () => {
        const { code, out, err } = await runCli(["--help"]);
        expect({ code, err }).to.deep.equal({ code: 0, err: "" });
        for (const { name } of COMMANDS) expect(out).to.match(new RegExp(`^  ${name} `, "m"));
        expect(out).to.contain("GITLAB_TOKEN").and.contain("Exit codes");
    });

    for (const { name } of COMMANDS) {
        it(`explains ${name}, also as help ${name}`, async () => {
            const { code, out } = await runCli([name, "--help"]);
            expect(code).to.equal(0);
            expect(out).to.match(new RegExp(`^Usage: gitlab-fleet ${name}`));
            expect((await runCli(["help", name])).out).to.equal(out);
        });
    }

    it("takes a typing error for one, with a suggestion and exit code 2", async () => {
        const { code, out, err } = await runCli(["audti"]);
        expect({ code, out }).to.deep.equal({ code: 2, out: "" });
        expect(err).to.contain("audti").and.contain("--help");
    });

    it("ends with 2 on an unknown option, a missing one and a missing token", async () => {
        for (const argv of [["audit", "--gruop", "x"], ["import"], ["audit", "--group", "apps"]]) {
            const { code, out, err } = await runCli(argv);
            expect({ code, out }, argv.join(" ")).to.deep.equal({ code: 2, out: "" });
            expect(err).to.not.equal("").and.not.contain("    at ");
        }
    });

    it("refuses an option twice that takes one value, and takes those twice that collect", async () => {
        const twice = await runCli(["audit", "--group", "apps", "--group", "data"]);
        expect(twice).to.include({ code: 2, out: "" });
        expect(twice.err).to.contain(
            "error: option '--group <path>' takes one value and is given twice. Give it once.",
        );
        for (const argv of [
            ["audit", "--stack", "a", "--stack", "b", "--all", "--all"],
            ["access", "scan", "--group", "a", "--group", "b", "--variable", "A=1", "--variable", "B=2"],
        ]) {
            expect((await runCli(argv)).err, argv.join(" ")).to.contain("GITLAB_TOKEN is not set");
        }
    });

    it("prints its version", async () => {
        expect((await runCli(["--version"])).out).to.match(/^\d+\.\d+\.\d+\n$/);
    });

    it("shows colours and progress on a terminal only, and none with NO_COLOR", async () => {
        const env = { GITLAB_BASE_URL: "http://127.0.0.1:1/api/v4/" };
        const doctor = (terminal: boolean, more: NodeJS.ProcessEnv = {}) =>
            runCli(["doctor", "--token", "GR1348941abcdefghijklmnopqr"], { env: { ...env, ...more }, terminal });
        const colour = "\u001b[";
        expect((await doctor(true)).out).to.contain(colour);
        expect((await doctor(true)).err).to.contain("Looking at worker");
        const piped = await doctor(false);
        expect(piped.out + piped.err).to.not.contain(colour);
        expect((await doctor(true, { NO_COLOR: "1" })).out).to.not.contain(colour);
    });
});
