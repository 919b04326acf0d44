import { expect } from "chai";
import { problemOf } from "../../gitlab/answers";
import type { Answer } from "../../gitlab/transport";

describe("what helps where GitLab refuses", () => {
    const URL_OF = "https://gitlab.example.org/api/v4/runners/7";
    const answer = (status: number, body: string, headers: Record<string, string> = {}): Answer =>
        ({ status, body, header: (name: string) => headers[name] ?? "" }) as Answer;
    const helps = (given: Answer, method = "PUT", path = "/runners/7", url = URL_OF) =>
        problemOf(given, { method, path, url: new URL(url) })!.remedy;
    const refused = (message: string) =>
        answer(403, JSON.stringify({ message }), { "content-type": "application/json" });
    const moved = (location: string) => answer(301, "", { location });

    it("is another role only where GitLab gives no other reason", () => {
        for (const words of [
            "403 Forbidden",
            "403 Forbidden - No access granted",
            "403 Forbidden - Insufficient permissions to modify the job token scope",
        ]) {
            expect(helps(refused(words)), words).to.contain("must be Owner of the runner's group");
            expect(helps(refused(words), "POST", "/user/runners"), words).to.contain("must be Owner of the group");
            expect(helps(refused(words), "PATCH", "/projects/1/job_token_scope")).to.contain(
                "must be Maintainer or Owner",
            );
        }
        for (const words of ["403 Forbidden - Your account has been blocked.", "403 Forbidden - Runner is locked"]) {
            for (const [method, path] of [
                ["PUT", "/runners/7"],
                ["POST", "/user/runners"],
                ["GET", "/runners/all"],
            ] as const)
                expect(helps(refused(words), method, path), words).to.equal("");
        }
    });

    it("is to wait while GitLab takes no changes", () => {
        expect(helps(refused("You cannot perform write operations on a read-only instance"))).to.equal(
            "It takes no changes for now, as in maintenance. Run it again when it does.",
        );
    });

    it("is to look at what stands before GitLab where that answers with a page", () => {
        const page = answer(403, "<html><title>Blocked by policy</title>", { "content-type": "text/html" });
        expect(helps(page)).to.equal("A proxy or firewall before GitLab says so, or baseUrl is not GitLab's.");
    });

    it("is the new address where GitLab has moved, and no other place that it is led to", () => {
        for (const [to, base] of [
            ["https://git.example.com/api/v4/runners/7", "https://git.example.com/api/v4/"],
            ["https://git.example.com/root/api/v4/runners/7", "https://git.example.com/root/api/v4/"],
            ["http://gitlab.example.org/root/api/v4/runners/7", "http://gitlab.example.org/root/api/v4/"],
        ]) {
            for (const from of [URL_OF, "https://gitlab.example.org/root/api/v4/runners/7"]) {
                const told = helps(moved(to!), "GET", "/runners/7", from);
                expect(told, from).to.equal(`If GitLab has moved there, baseUrl is ${base} now.`);
            }
        }
        for (const to of ["/users/sign_in", "https://sso.example.com/login", "https://git.example.com/", "http://["])
            expect(helps(moved(to)), to).to.contain("not to a sign-in page or a proxy before it");
    });
});
