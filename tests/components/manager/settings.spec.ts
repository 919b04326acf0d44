import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { noteSecrets } from "../../../components/common/known-secrets";
import { servesOf, settingsOf } from "../../../components/manager/settings";
import { resolved } from "../../helpers/outputs";
import { mockPulumi } from "../../helpers/pulumi-mocks";

const URL = "https://gitlab.example.org";

/** The settings of one worker's table. */
async function shown(config: unknown, global: unknown = { concurrent: 1 }): Promise<unknown> {
    const settings = settingsOf({ global, workers: [{ name: "ci", url: URL, config }] });
    expect(await pulumi.isSecret(pulumi.output(settings as object))).to.equal(false);
    const known = (await resolved(settings)) as { global: unknown; workers: Record<string, { url?: string }> };
    const { url: _, ...table } = known.workers.ci!;
    return table;
}

describe("what of a manager's config.toml is shown", () => {
    beforeEach(() => {
        mockPulumi();
    });

    it("is everything but what gitlab-runner's own tables call secret", async () => {
        const s3 = { AccessKey: "AKIA", SecretKey: "hush", BucketName: "b" };
        expect(await shown({ executor: "docker", limit: 4, cache: { Type: "s3", s3 } })).to.deep.equal({
            executor: "docker",
            limit: 4,
            cache: { Type: "s3", s3: { AccessKey: "[secret]", SecretKey: "[secret]", BucketName: "b" } },
        });
    });

    it("shows the names in an environment, and the values of those that are not called secret", async () => {
        const environment = [
            "HTTP_PROXY=http://proxy:3128",
            "NPM_TOKEN=hush",
            "DOCKER_AUTH_CONFIG={}",
            "U=http://a:b@c",
        ];
        expect(await shown({ environment })).to.deep.equal({
            environment: [
                "HTTP_PROXY=http://proxy:3128",
                "NPM_TOKEN=[secret]",
                "DOCKER_AUTH_CONFIG=[secret]",
                "U=http://a:[secret]@c",
            ],
        });
    });

    it("hides tokens wherever they stand, and keys of a newer gitlab-runner that are called secret", async () => {
        const table = {
            pre_build_script: "login glpat-abcdefghijklmnopqrst",
            extra: { new_key: 1, vault_token: "hush" },
        };
        expect(await shown(table)).to.deep.equal({ pre_build_script: "[secret]", new_key: 1, vault_token: "[secret]" });
    });

    it("hides secret outputs alone, and of an entry of environment shows the name", async () => {
        const secret = pulumi.secret("hush");
        const config = {
            executor: pulumi.output("docker"),
            docker: { image: secret },
            environment: [pulumi.interpolate`PLAIN=${secret}`, "A=1"],
        };
        expect(await shown(config)).to.deep.equal({
            executor: "docker",
            docker: { image: "[secret]" },
            environment: ["PLAIN=[secret]", "A=1"],
        });
    });

    it("shows the keys of a table that is a secret as a whole", async () => {
        const config = pulumi.secret({ executor: "docker", limit: 4, docker: { volumes: ["/a:/b"] } });
        expect(await shown(config)).to.deep.equal({
            executor: "[secret]",
            limit: "[secret]",
            docker: { volumes: ["[secret]"] },
        });
    });

    it("hides texts that were encrypted in the stack's configuration, also inside of others", async () => {
        noteSecrets(["hush-hush", "B=whole"]);
        const environment = ["A=hush-hush", "B=whole", "C=open"];
        expect(await shown({ environment, pre_build_script: "use hush-hush" })).to.deep.equal({
            environment: ["A=[secret]", "B=[secret]", "C=open"],
            pre_build_script: "[secret]",
        });
    });

    it("has no name for a key that was encrypted there, and keeps apart the workers of one runner", () => {
        noteSecrets(["hush-hush", "hush-other"]);
        const worker = (name: string) => ({ name: "ci", url: URL, config: { executor: "shell", name } });
        const { workers } = settingsOf({ global: {}, workers: [worker("of hush-hush"), worker("hush-other")] });
        expect(Object.keys(workers)).to.deep.equal(["ci (1)", "ci (2)"]);
    });

    it("leaves out what GitLab issues", async () => {
        const settings = settingsOf({
            global: { concurrent: 2, sentry_dsn: "https://k@sentry" },
            workers: [{ name: "ci", url: URL, config: { executor: "shell", name: "other", token: "x", id: 4 } }],
        });
        expect(settings).to.deep.equal({
            global: { concurrent: 2, sentry_dsn: "[secret]" },
            workers: { other: { url: URL, executor: "shell" } },
        });
    });
});

describe("what a manager says its workers serve", () => {
    it("is said by the names that the workers have in the settings, and is what is known of the runners", () => {
        const runner = { name: "ci", servedFacts: { runUntagged: false, accessLevel: "ref_protected" } };
        const workers = [
            { name: "first", url: URL, config: { executor: "shell" } },
            { name: "second", url: URL, config: { name: "own", executor: "shell" } },
        ];
        const draft = { global: {}, workers };
        const served = { runner: "ci", runUntagged: false, accessLevel: "ref_protected" };
        expect(servesOf(draft, [runner, runner])).to.deep.equal({ first: served, own: served });
        const { workers: shownBy } = settingsOf(draft);
        expect(Object.keys(shownBy)).to.deep.equal(["first", "own"]);
    });
});
