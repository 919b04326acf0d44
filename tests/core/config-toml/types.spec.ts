import { expect } from "chai";
import { findProblems, type GlobalConfig, type WorkerConfig } from "../../../core/config-toml";

describe("the types of config.toml", () => {
    it("refuse in the editor what the check refuses at preview", () => {
        // `tsc` fails on a directive that has nothing to suppress.
        const workers: WorkerConfig[] = [
            // @ts-expect-error a misspelt key
            { executor: "docker", docker: { image: "alpine", pull_polcy: "always" } },
            // @ts-expect-error an unknown executor
            { executor: "dokcer" },
            // @ts-expect-error no executor
            { limit: 3 },
            // @ts-expect-error a number in quotes
            { executor: "shell", limit: "3" },
            // @ts-expect-error an unknown value
            { executor: "docker", docker: { image: "alpine", pull_policy: "sometimes" } },
            // @ts-expect-error an unknown feature flag
            { executor: "shell", feature_flags: { FF_NETWORK_PER_BULD: true } },
            // @ts-expect-error what GitLab hands out
            { executor: "shell", token: "glrt-by-hand" },
        ];
        // @ts-expect-error no concurrent
        const global: GlobalConfig = { check_interval: 3 };
        expect(findProblems({ global, workers: [] }, "m")).to.have.length(1);
        for (const config of workers) {
            const problems = findProblems({ global: { concurrent: 1 }, workers: [{ name: "a", config }] }, "m");
            expect(problems, JSON.stringify(config)).to.not.deep.equal([]);
        }
    });
});
