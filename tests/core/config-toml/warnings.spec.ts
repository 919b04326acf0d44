// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how gitlab-runner writes variables.
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { findProblems, WARNING_CODES } from "../../../core/config-toml";
import { AUTOSCALER_CASES } from "./autoscaler-warning-cases";
import { file, type Table, type WarningCase } from "./warning-case";

const DOCKER: Table = { executor: "docker", limit: 4, docker: { image: "alpine" } };
const SHARED = { shared: true };

function docker(keys: Table): Table {
    return { ...DOCKER, docker: { image: "alpine", ...keys } };
}

function cache(keys: Table): Table {
    return { ...DOCKER, cache: keys };
}

const CASES: readonly WarningCase[] = [
    {
        code: "concurrent-below-limits",
        path: "m.concurrent",
        says: /is 7, but the workers' limits add up to 8/,
        draws: file({ concurrent: 7 }, [DOCKER], [DOCKER]),
        not: [
            file({ concurrent: 8 }, [DOCKER], [DOCKER]),
            file({ concurrent: 4 }, [DOCKER], [{ ...DOCKER, limit: 0 }]),
        ],
    },
    {
        code: "request-concurrency-above-limit",
        path: "m.runners[0].request_concurrency",
        says: /is 5, above the limit of 4 jobs/,
        draws: file({}, [{ ...DOCKER, request_concurrency: 5 }]),
        not: [
            file({}, [{ ...DOCKER, request_concurrency: 4 }]),
            file({}, [{ ...DOCKER, limit: 0, request_concurrency: 5 }]),
        ],
    },
    {
        code: "long-polling",
        path: "m.runners[1].request_concurrency",
        says: /is 1 for w1, w2 on a manager with 3 workers.*up to 50 seconds/,
        draws: file(
            {},
            [DOCKER],
            [{ ...DOCKER, request_concurrency: 1 }],
            [{ ...DOCKER, request_concurrency: undefined }],
        ),
        not: [
            file({}, [{ ...DOCKER, request_concurrency: 1 }]),
            file({}, [DOCKER], [DOCKER]),
            // Its one place is taken by the question itself: there is no second one to hold up.
            file({}, [DOCKER], [{ ...DOCKER, limit: 1, request_concurrency: undefined }]),
        ],
    },
    {
        code: "privileged-untagged",
        path: "m.runners[0].docker.privileged",
        says: /takes untagged jobs.*root on the host/,
        draws: file({}, [docker({ privileged: true }), { runUntagged: true }]),
        not: [
            file({}, [docker({ privileged: true }), { runUntagged: false }]),
            file({}, [docker({ privileged: true })]),
            file({}, [docker({ privileged: false }), { runUntagged: true }]),
        ],
    },
    {
        code: "privileged-docker-socket",
        path: "m.runners[0].docker.privileged",
        says: /together with a mounted Docker socket/,
        draws: file({}, [
            docker({ privileged: true, volumes: ["/cache", "/var/run/docker.sock:/var/run/docker.sock"] }),
        ]),
        not: [
            file({}, [docker({ privileged: true, volumes: ["/cache"] })]),
            file({}, [docker({ volumes: ["/var/run/docker.sock:/var/run/docker.sock"] })]),
        ],
    },
    {
        code: "pull-policy-shared",
        path: "m.runners[0].docker.pull_policy",
        says: /private image that another project's job has pulled/,
        draws: file({}, [docker({ pull_policy: ["always", "if-not-present"] }), SHARED]),
        not: [
            file({}, [docker({ pull_policy: "if-not-present" })]),
            file({}, [docker({ pull_policy: "always" }), SHARED]),
        ],
    },
    {
        code: "pull-policy-shared",
        path: "m.runners[0].kubernetes.pull_policy",
        says: /several projects share/,
        draws: file({}, [{ executor: "kubernetes", kubernetes: { pull_policy: "if-not-present" } }, SHARED]),
        not: [file({}, [{ executor: "kubernetes", kubernetes: {} }, SHARED])],
    },
    {
        code: "check-interval-short",
        path: "m.check_interval",
        says: /is 2: every worker asks GitLab that often/,
        draws: file({ check_interval: 2 }, [DOCKER]),
        // gitlab-runner reads 0 as its default of 3.
        not: [file({ check_interval: 3 }, [DOCKER]), file({ check_interval: 0 }, [DOCKER]), file({}, [DOCKER])],
    },
    {
        code: "cache-without-credentials",
        path: "m.runners[0].cache.s3",
        says: /no AccessKey and SecretKey/,
        draws: file({}, [cache({ Type: "s3", s3: { BucketName: "b", AccessKey: "a" } })]),
        not: [
            file({}, [cache({ Type: "s3", s3: { AccessKey: "a", SecretKey: "b" } })]),
            file({}, [cache({ Type: "s3", s3: { AuthenticationType: "iam" } })]),
            file({}, [cache({ Type: "s3", s3: { RoleARN: "arn:aws:iam::1:role/ci" } })]),
            file({}, [cache({ Type: "s3", s3: { AuthenticationType: pulumi.output("iam") } })]),
            file({}, [cache({ Path: "x" })]),
        ],
    },
    {
        code: "cache-without-credentials",
        path: "m.runners[0].cache.gcs",
        says: /neither CredentialsFile nor AccessID/,
        draws: file({}, [cache({ Type: "gcs", gcs: { BucketName: "b", AccessID: "a" } })]),
        not: [
            file({}, [cache({ Type: "gcs", gcs: { CredentialsFile: "/f" } })]),
            file({}, [cache({ Type: "gcs", gcs: { AccessID: "a", PrivateKey: "k" } })]),
        ],
    },
    {
        code: "cache-without-credentials",
        path: "m.runners[0].cache.azure",
        says: /no AccountName with AccountKey/,
        draws: file({}, [cache({ Type: "azure", azure: { ContainerName: "c" } })]),
        not: [file({}, [cache({ Type: "azure", azure: { AccountName: "a", AccountKey: "k" } })])],
    },
    {
        code: "cache-without-credentials",
        path: "m.runners[0].cache.s3",
        says: /is missing, although Type is s3/,
        draws: file({}, [cache({ Type: "s3" })]),
        not: [file({}, [cache({ Type: "s3", s3: pulumi.output({ AuthenticationType: "iam" }) })])],
    },
    ...AUTOSCALER_CASES,
    {
        code: "unexpanded-variable",
        path: "m.runners[0].environment[0]",
        says: /holds \$\{FOO\}, but gitlab-runner looks for it among the variables of each job, never in its own environment/,
        draws: file({}, [{ ...DOCKER, environment: ["A=x${FOO}"] }]),
        not: [
            file({}, [{ ...DOCKER, environment: ["A=${CI_PROJECT_DIR}/$GITLAB_USER_LOGIN", "B=$$FOO", "C=100$"] }]),
            file({}, [{ ...DOCKER, environment: ["FOO=1", "A=$FOO"] }]),
            file({}, [docker({ image: "alpine:${VERSION}", volumes: ["/cache/$NAME:/cache"] })]),
            file({}, [{ ...DOCKER, pre_build_script: "echo ${HOME}" }]),
        ],
    },
    {
        code: "unexpanded-variable",
        path: "m.runners[0].cache.s3.SecretKey",
        says: /holds \$\{KEY\}, but nothing puts a value in its place, neither Pulumi nor gitlab-runner/,
        draws: file({}, [cache({ Type: "s3", s3: { AccessKey: "a", SecretKey: "${KEY}" } })]),
        not: [file({}, [cache({ Type: "s3", s3: { AccessKey: "a", SecretKey: "pa$sword$$" } })])],
    },
    {
        code: "unexpanded-variable",
        path: "m.sentry_dsn",
        says: /holds \$DSN/,
        draws: file({ sentry_dsn: "$DSN" }, [DOCKER]),
        not: [file({ sentry_dsn: "https://a:b$c@sentry.example.org/1" }, [DOCKER])],
    },
];

describe("warnings about config.toml", () => {
    for (const { code, path, says, draws, not } of CASES) {
        it(`${code} at ${path.slice(2)}: says what happens, refuses nothing, and names the code that silences it`, () => {
            const problems = findProblems(draws, "m");
            expect(problems.map((problem) => [problem.severity, problem.code, problem.path])).to.deep.equal([
                ["warning", code, path],
            ]);
            expect(problems[0]!.message).to.match(says).and.contain(`add ${code} to the manager's silence`);
            expect(findProblems(draws, "m", { silence: [code] })).to.deep.equal([]);
            for (const config of not)
                expect(findProblems(config, "m").map((problem) => problem.code)).to.not.include(code);
        });
    }

    it("have a case here for every code", () => {
        expect([...new Set(CASES.map(({ code }) => code))]).to.have.members([...WARNING_CODES]);
    });

    it("are silenced for one worker alone, and those about the whole file by the manager alone", () => {
        const slow = { ...DOCKER, request_concurrency: 1 };
        const draws = file({ concurrent: 7 }, [slow], [slow]);
        const [first, second] = draws.workers;
        const silence = ["long-polling", "concurrent-below-limits"];
        const found = findProblems({ ...draws, workers: [{ ...first!, silence }, second!] }, "m");
        expect(found.map(({ code, path }) => [code, path])).to.deep.equal([
            ["concurrent-below-limits", "m.concurrent"],
            ["long-polling", "m.runners[1].request_concurrency"],
        ]);
        expect(found[0]!.message).to.match(/manager's silence\.$/);
        expect(found[1]!.message).to.match(/manager's silence, or to that of the runner alone\.$/);
    });

    it("give advice for limit 1 that no other advice contradicts", () => {
        const one = { ...DOCKER, limit: 1 };
        const codes = (...configs: Table[]) =>
            findProblems(file({}, ...configs.map((config): [Table] => [config])), "m").map(({ code }) => code);
        expect(codes({ ...one, request_concurrency: undefined }, { ...one, request_concurrency: 1 })).to.deep.equal([]);
        expect(codes({ ...one, request_concurrency: 2 })).to.deep.equal(["request-concurrency-above-limit"]);
    });

    it("take the codes of a placement's warnings as well", () => {
        expect(findProblems(file({}, [DOCKER]), "m", { silence: ["image-not-pinned"] })).to.deep.equal([]);
    });

    it("refuse to be silenced by a code that does not exist", () => {
        const [problem] = findProblems(file({}, [DOCKER]), "m", { silence: ["long-poling"] });
        expect(problem).to.include({ path: "m.silence[0]", severity: "error" });
        expect(problem!.message).to.contain('Did you mean "long-polling"?');
    });
});
