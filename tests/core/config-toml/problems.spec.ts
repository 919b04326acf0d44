import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { findProblems, findWorkerProblems, type UncheckedConfig } from "../../../core/config-toml";
import { BAD_INPUTS } from "./bad-inputs";

const GOOD: UncheckedConfig = {
    global: { concurrent: 8 },
    workers: [
        {
            name: "a",
            config: { executor: "docker", limit: 8, request_concurrency: 2, docker: { image: "alpine:latest" } },
        },
    ],
};

describe("findProblems", () => {
    it("finds nothing wrong with a plain configuration, before there is a token", () => {
        expect(findProblems(GOOD, "managers.ci-01")).to.deep.equal([]);
    });

    for (const { title, config, path, says } of BAD_INPUTS) {
        it(`refuses ${title}, and nothing else`, () => {
            const errors = findProblems(config, "managers.ci-01").filter((problem) => problem.severity === "error");
            expect(errors.map((problem) => problem.path)).to.deep.equal([`managers.ci-01${path}`]);
            expect(errors[0]!.message).to.match(says);
        });
    }

    it("reports all problems of all workers at once", () => {
        const config: UncheckedConfig = {
            global: { concurrent: 0, listen_adress: ":9252" },
            workers: [
                { name: "a", config: { executor: "docker" } },
                { name: "a", config: { executor: "shell", limit: "3", feature_flags: { FF_X: true } } },
            ],
        };
        expect(pathsOf(config)).to.deep.equal([
            "m.listen_adress",
            "m.concurrent",
            "m.runners[0].docker",
            "m.runners[1].limit",
            "m.runners[1].feature_flags.FF_X",
            "m.runners[1].name",
        ]);
    });

    it("lets values pass that are known only later, but still checks what stands beside them", () => {
        const later = pulumi.output("later");
        const config: UncheckedConfig = {
            global: { concurrent: later, listen_address: later },
            workers: [
                { name: "a", url: later, config: { executor: later, limit: later } },
                {
                    name: "b",
                    config: { executor: "docker", limt: 3, docker: { image: later, volumes: [later], sysctls: later } },
                },
                { name: "c", config: later },
            ],
        };
        expect(pathsOf(config)).to.deep.equal(["m.runners[1].limt"]);
    });

    it("never shows a secret, only its length", () => {
        const secret = "do-not-print-me";
        const config: UncheckedConfig = {
            global: { concurrent: 1, sentry_dsn: [secret] },
            workers: [
                {
                    name: "a",
                    config: {
                        executor: "kubernetes",
                        token: secret,
                        kubernetes: { bearer_token: [secret] },
                        cache: {
                            Type: "s3",
                            s3: { SecretKey: { value: secret }, AccessKey: [secret], "glrt-abcdefghijkl": 1 },
                        },
                        builds_dir: ["glrt-abcdefghijkl"],
                        shell: "glrt-abcdefghijkl",
                    },
                },
            ],
        };
        const text = JSON.stringify(findProblems(config, "m").map((problem) => problem.message));
        expect(text).to.contain("a secret of 15 characters");
        expect(text).not.to.contain(secret).and.not.to.contain("glrt-abcdefghijkl");
    });

    it("shows only the length of a text under a key it does not know: it may be a misspelt password", () => {
        const config: UncheckedConfig = {
            global: { concurrent: 1 },
            workers: [
                {
                    name: "a",
                    config: {
                        executor: "ssh",
                        ssh: { host: "h", passwrod: "hunter2" },
                        environment: "PASSWORD=hunter2",
                    },
                },
            ],
        };
        const messages = findProblems(config, "m").map((problem) => problem.message);
        expect(messages[0]).to.match(/got a string of 7 characters\)\. Did you mean "password"/);
        expect(messages.join("\n")).to.not.contain("hunter2");
    });

    it("refuses tokens that no runner has", () => {
        for (const token of ["", "GR1348941abcdefghijk", 7]) {
            const problems = findProblems({ ...GOOD, workers: [{ ...GOOD.workers[0]!, token }] }, "m");
            expect(problems.map((problem) => problem.path)).to.deep.equal(["m.runners[0].token"]);
            expect(problems[0]!.message).to.not.contain("GR1348941");
        }
    });

    it("names paths as the caller wants them", () => {
        const config: UncheckedConfig = {
            global: {},
            workers: [{ name: "a", config: { executor: "shell", limt: 1 } }],
        };
        const problems = findProblems(config, "m", {
            globalPath: "m.config",
            workerPath: (index) => `runners.r${index}.config`,
        });
        expect(problems.map((problem) => problem.path)).to.deep.equal([
            "m.config.concurrent",
            "runners.r0.config.limt",
        ]);
    });

    it("takes keys and flags under extra that it does not know", () => {
        const config: UncheckedConfig = {
            global: { concurrent: 1, extra: { next_big_thing: { enabled: true } } },
            workers: [
                {
                    name: "a",
                    config: {
                        executor: "docker",
                        docker: { image: "a", services: [{ name: "x" }] },
                        extra: {
                            docker: { services: [{ cpu_weight: 3 }] },
                            feature_flags: { FF_BRAND_NEW: true },
                            list: [1, "a", { b: [] }],
                        },
                    },
                },
            ],
        };
        expect(findProblems(config, "m")).to.deep.equal([]);
    });

    it("refuses in extra what TOML cannot hold", () => {
        const config: UncheckedConfig = {
            global: { concurrent: 1, extra: { a: null, b: Number.NaN, c: () => 1, d: [[undefined, null]] } },
            workers: [],
        };
        expect(pathsOf(config)).to.deep.equal(["m.extra.a", "m.extra.b", "m.extra.c", "m.extra.d"]);
    });

    it("checks one worker alone, for runners that no manager runs", () => {
        expect(
            findWorkerProblems(
                { name: "a", config: { executor: "docker", docker: { imge: "x" } } },
                "runners.a.config",
            ).map((problem) => problem.path),
        ).to.deep.equal(["runners.a.config.docker.imge", "runners.a.config.docker.image"]);
    });

    it("refuses a configuration that is no table", () => {
        expect(pathsOf({ global: "concurrent = 1", workers: [{ name: "a", config: [] }] })).to.deep.equal([
            "m",
            "m.runners[0]",
        ]);
    });
});

function pathsOf(config: UncheckedConfig): string[] {
    return findProblems(config, "m")
        .filter((problem) => problem.severity === "error")
        .map((problem) => problem.path);
}
