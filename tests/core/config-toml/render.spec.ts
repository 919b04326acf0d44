import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { findProblems, type ManagerConfig, parseConfigToml, renderConfigToml } from "../../../core/config-toml";
import { expectGolden } from "../../helpers/golden";
import { GOLDEN_INPUTS } from "./golden-inputs";

const GOLDEN = join(__dirname, "../../golden");

const WITH_EXTRA = `concurrent = 1
alpha = 1

[session_server]
  session_timeout = 60
  backlog = 5

[zeta]
  on = true

[[runners]]
  name = "a"
  url = "https://gitlab.example.org"
  token = "glrt-a"
  executor = "docker"
  mixed = [1, { a = "\\n" }, [2.5]]
  when = 1970-01-01T00:00:00.000Z

  [runners.feature_flags]
    FF_NEW = true
    FF_TIMESTAMPS = false

  [runners.docker]
    image = "alpine"
    image_cache = "on"

    [[runners.docker.services]]
      name = "x"

    [[runners.docker.services]]
      name = "y"
      weight = 2.5
`;

describe("renderConfigToml", () => {
    for (const [name, config] of Object.entries(GOLDEN_INPUTS)) {
        it(`writes tests/golden/${name}.toml`, () => {
            expect(findProblems(config, "m").filter((problem) => problem.severity === "error")).to.deep.equal([]);
            expectGolden(renderConfigToml(config), join(GOLDEN, `${name}.toml`));
        });
    }

    it("has an input for every golden file", () => {
        expect(readdirSync(GOLDEN).filter((file) => file.endsWith(".toml"))).to.have.members(
            Object.keys(GOLDEN_INPUTS).map((name) => `${name}.toml`),
        );
    });

    it("writes durations of days as Go writes them, and the others as they were given", () => {
        const config: ManagerConfig = {
            global: { concurrent: 1, connection_max_age: "1d12h" },
            workers: [
                {
                    name: "1d",
                    url: "https://gitlab.example.org",
                    token: "glrt-a",
                    config: { executor: "shell", prepare_timeout: "90s", unhealthy_interval: "1w" },
                },
            ],
        };
        const text = renderConfigToml(config);
        expect(text).to.contain('connection_max_age = "36h0m0s"').and.to.contain('unhealthy_interval = "168h0m0s"');
        expect(text).to.contain('prepare_timeout = "90s"').and.to.contain('name = "1d"');
    });

    it("puts keys under extra where they belong, after the known ones", () => {
        const config: ManagerConfig = {
            global: {
                concurrent: 1,
                extra: { zeta: { on: true }, alpha: 1, session_server: { backlog: 5 } },
                session_server: { session_timeout: 60 },
            },
            workers: [
                {
                    name: "a",
                    url: "https://gitlab.example.org",
                    token: "glrt-a",
                    config: {
                        executor: "docker",
                        docker: { image: "alpine", services: [{ name: "x" }, { name: "y" }] },
                        feature_flags: { FF_TIMESTAMPS: false },
                        extra: {
                            docker: { services: [{}, { weight: 2.5 }], image_cache: "on" },
                            feature_flags: { FF_NEW: true },
                            mixed: [1, { a: "\n" }, [2.5]],
                            when: new Date(0),
                        },
                    },
                },
            ],
        };
        const [, ...lines] = renderConfigToml(config).split("\n");
        expect(lines.join("\n")).to.equal(WITH_EXTRA);
    });

    it("writes what is no finite number, and dates of every kind, as TOML has them", () => {
        const kinds = "a = inf\nb = -inf\nc = nan\nd = [1979-05-27, 07:32:00.000]\ne = 1979-05-27T07:32:00.000-07:00\n";
        const text = renderConfigToml(parseConfigToml(`concurrent = 1\n${kinds}`));
        expect(text).to.contain(kinds);
    });

    it("writes numbers plainly: no separators, no exponent, floats with a point", () => {
        const config = {
            global: { concurrent: 9007199254740991 },
            workers: [
                {
                    name: "a",
                    url: "u",
                    token: "t",
                    config: {
                        executor: "instance",
                        autoscaler: {
                            plugin: "p",
                            policy: [{ scale_factor: 2 }],
                            instance_creation_time_buckets: [1, 2.5, 1000],
                        },
                    },
                },
            ],
        } as ManagerConfig;
        const text = renderConfigToml(config);
        expect(text).to.contain("concurrent = 9007199254740991\n");
        expect(text).to.contain("scale_factor = 2.0\n");
        expect(text).to.contain("instance_creation_time_buckets = [1.0, 2.5, 1000.0]\n");
    });

    it("writes the token once, and nothing of a worker's facts", () => {
        const worker = {
            name: "a",
            url: "https://gitlab.example.org",
            token: "glrt-once",
            config: { executor: "shell" as const },
            runner: { shared: true, runUntagged: true },
        };
        const text = renderConfigToml({ global: { concurrent: 1 }, workers: [worker] });
        expect(text.split("glrt-once")).to.have.length(2);
        expect(text).to.not.match(/runUntagged|shared/);
    });
});
