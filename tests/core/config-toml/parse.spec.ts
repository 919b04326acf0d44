import { expect } from "chai";
import { ConfigTomlError, parseConfigToml, renderConfigToml } from "../../../core/config-toml";
import { GOLDEN_INPUTS } from "./golden-inputs";

// As `gitlab-runner register` leaves it.
const REGISTERED = `concurrent = 1
check_interval = 0
connection_max_age = "15m0s"
shutdown_timeout = 0

[session_server]
  session_timeout = 1800

[[runners]]
  name = "my-runner"
  url = "https://gitlab.example.org"
  id = 12
  token = "glrt-registered"
  token_obtained_at = 2025-11-03T08:15:00Z
  token_expires_at = 0001-01-01T00:00:00Z
  executor = "docker"
  [runners.cache]
    MaxUploadedArchiveSize = 0
    [runners.cache.s3]
    [runners.cache.gcs]
  [runners.docker]
    tls_verify = false
    image = "alpine:latest"
    volumes = ["/cache"]
    shm_size = 0
`;

describe("parseConfigToml", () => {
    it("reads what gitlab-runner register wrote, expiry apart from the keys", () => {
        expect(parseConfigToml(REGISTERED)).to.deep.equal({
            global: {
                concurrent: 1,
                check_interval: 0,
                connection_max_age: "15m0s",
                shutdown_timeout: 0,
                session_server: { session_timeout: 1800 },
            },
            workers: [
                {
                    name: "my-runner",
                    url: "https://gitlab.example.org",
                    token: "glrt-registered",
                    id: 12,
                    token_obtained_at: "2025-11-03T08:15:00.000Z",
                    token_expires_at: "0001-01-01T00:00:00.000Z",
                    config: {
                        executor: "docker",
                        cache: { MaxUploadedArchiveSize: 0, s3: {}, gcs: {} },
                        docker: { tls_verify: false, image: "alpine:latest", volumes: ["/cache"], shm_size: 0 },
                    },
                },
            ],
        });
    });

    it("never writes the expiry back", () => {
        expect(renderConfigToml(parseConfigToml(REGISTERED))).to.not.match(/token_(obtained|expires)_at/);
    });

    for (const [name, config] of Object.entries(GOLDEN_INPUTS)) {
        it(`reads tests/golden/${name}.toml as it was meant`, () => {
            const workers = config.workers.map(({ config: { url, ...rest }, ...worker }) => ({
                ...worker,
                url: url ?? worker.url,
                config: rest,
            }));
            expect(parseConfigToml(renderConfigToml(config))).to.deep.equal({ ...config, workers });
        });
    }

    it("keeps unknown keys apart, at the place where they stood, and writes them back", () => {
        const text = `concurrent = 1
metrics_server = ":9252"
[[runners]]
executor = "docker"
new_key = 1_000
[runners.feature_flags]
FF_TIMESTAMPS = true
FF_FROM_THE_FUTURE = true
[runners.docker]
image = "alpine"
image_cache = { size = 2.5, seen = 2024-01-01 }
[[runners.docker.services]]
name = "x"
[[runners.docker.services]]
name = "y"
weight = 3
[runners.next]
on = true
`;
        const config = parseConfigToml(text);
        expect(config.global.extra).to.deep.equal({ metrics_server: ":9252" });
        const { extra, ...known } = config.workers[0]!.config;
        expect(known).to.deep.equal({
            executor: "docker",
            feature_flags: { FF_TIMESTAMPS: true },
            docker: { image: "alpine", services: [{ name: "x" }, { name: "y" }] },
        });
        expect(JSON.parse(JSON.stringify(extra))).to.deep.equal({
            new_key: 1000,
            feature_flags: { FF_FROM_THE_FUTURE: true },
            docker: { image_cache: { size: 2.5, seen: "2024-01-01" }, services: [{}, { weight: 3 }] },
            next: { on: true },
        });
        const again = parseConfigToml(renderConfigToml(config));
        expect(JSON.parse(JSON.stringify(again))).to.deep.equal(JSON.parse(JSON.stringify(config)));
    });

    it("takes key names in any case and durations in nanoseconds, as gitlab-runner does", () => {
        const { workers } = parseConfigToml(
            '[[Runners]]\nEXECUTOR = "docker"\nprepare_timeout = 90_000_000_000\n[Runners.Docker]\nImage = "alpine"\n',
        );
        expect(workers[0]!.config).to.deep.equal({
            executor: "docker",
            prepare_timeout: "1m30s",
            docker: { image: "alpine" },
        });
    });

    it("reports every value gitlab-runner would refuse, each with its line", () => {
        const text = `# a comment
concurrent = "4"
labels = { team = 3, "a.b" = "x" }
[[runners]]
  name = """
two
lines"""
  limit = 1.0
[[runners]]
  name = 'C:\\"' # ] not a list
  environment = [
    "A=1", # the first
    2,
  ]
  prepare_timeout = "soon"
  [runners.docker]
    privileged = "yes"
    services = [{ name = "x" }, { name = 4 }]
    [[runners.kubernetes.volumes.empty_dir]]
    name = 1
    [[runners.kubernetes.volumes.empty_dir]]
    name = 2
`;
        expect(linesOf(text)).to.deep.equal([
            "line 2: concurrent",
            "line 3: labels.team",
            "line 8: runners[0].limit",
            "line 13: runners[1].environment[1]",
            "line 15: runners[1].prepare_timeout",
            "line 17: runners[1].docker.privileged",
            "line 18: runners[1].docker.services[1].name",
            "line 20: runners[1].kubernetes.volumes.empty_dir[0].name",
            "line 22: runners[1].kubernetes.volumes.empty_dir[1].name",
        ]);
    });

    it("shows a value of the wrong kind as the file has it, and of a secret what it is", () => {
        const text =
            "log_level = 9223372036854775807\nlisten_address = 2026-01-01\n[[runners]]\nshell = 5\ntoken = 7\n";
        expect(() => parseConfigToml(text)).to.throw(
            ConfigTomlError,
            /log_level .*\(got 9223372036854775807\).*listen_address .*\(got a date, 2026-01-01\).*shell .*\(got 5\).*token .*\(got a secret number\)/s,
        );
    });

    it("refuses a whole number that gitlab-runner takes and no stack's configuration holds, and says why", () => {
        const refused =
            "must lie between -9007199254740991 and 9007199254740991: a stack's configuration holds no larger";
        for (const key of ["limit", "nobody_knows"]) {
            const text = `[[runners]]\n${key} = 9007199254740993\n`;
            const says = `line 2: runners[0].${key} ${refused} whole number exactly (got 9007199254740993).`;
            expect(() => parseConfigToml(text)).to.throw(ConfigTomlError, says);
        }
    });

    it("finds the line of a key in quotes, however its letters are written there", () => {
        expect(linesOf('concurrent = 1\n[labels]\nteam = "x"\n"\\U0001F600" = 3\n')).to.deep.equal([
            "line 4: labels.😀",
        ]);
    });

    it("finds the line of a mistake behind a long script; behind a list that is too long, the line of the table", () => {
        const around = (open: string, line: string, close: string) =>
            `[[runners]]\nname = "a"\nlong = ${open}\n${line.repeat(20_000)}${close}\nlimit = "x"\n`;
        expect(linesOf(around('"""', "echo and so on\n", '"""'))).to.include("line 20005: runners[0].limit");
        expect(linesOf(around("[", "1,\n", "]"))).to.include("line 1: runners[0].limit");
    });

    it("names the line of a mistake in TOML itself, without the text around it", () => {
        const text = 'concurrent = 1\n[[runners]]\ntoken = "glrt-do-not-print"\nlimit = \n';
        expect(() => parseConfigToml(text)).to.throw(
            ConfigTomlError,
            /^line 4: is not TOML \(.*\)\. Correct the file\.$/,
        );
    });

    it("never shows a token that is wrong", () => {
        expect(() => parseConfigToml('[[runners]]\ntoken = ["glrt-do-not-print"]\n')).to.throw(
            ConfigTomlError,
            /^(?!.*do-not-print)line 2: runners\[0\]\.token/s,
        );
    });

    it("refuses workers that are no list", () => {
        expect(linesOf('concurrent = 1\n[runners]\nname = "a"\n')).to.deep.equal(["line 2: runners"]);
    });

    it("takes an empty file for one without workers", () => {
        expect(parseConfigToml("")).to.deep.equal({ global: {}, workers: [] });
    });

    it("says so of a file that is nested deeper than any, and at once", () => {
        for (const text of [
            `a = ${"[".repeat(100_000)}`,
            `[${"a.".repeat(50_000)}a]\nb = 1`,
            `a = ${"{a=".repeat(20_000)}1`,
        ]) {
            expect(() => parseConfigToml(text)).to.throw(ConfigTomlError, /nested/);
        }
    });
});

function linesOf(text: string): string[] {
    try {
        parseConfigToml(text);
    } catch (error) {
        if (error instanceof ConfigTomlError) return error.problems.map((problem) => problem.path);
        throw error;
    }
    return [];
}
