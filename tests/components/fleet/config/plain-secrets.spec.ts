import { expect } from "chai";
import { findPlainSecrets } from "../../../../components/fleet/config/plain-secrets";
import { UNSET } from "../../../../components/fleet/config/unset";

const RUNNERS = "gitlab-fleet:runners";
const MANAGERS = "gitlab-fleet:managers";
const pathsOf = (values: Record<string, unknown>) =>
    findPlainSecrets(values, [], () => undefined).map(({ path }) => path);

describe("a secret in the open", () => {
    const worker = (config: object) => ({ [RUNNERS]: { ci: { config } } });
    const place = (rest: string) => `${RUNNERS}.ci.config.${rest}`;

    it("is what stands under a key of config.toml that gitlab-runner calls secret, in whatever table", () => {
        const secrets = {
            cache: { s3: { SecretKey: "hunter2", BucketName: "b" }, azure: { AccountKey: "hunter2" } },
            kubernetes: { bearer_token: "hunter2", namespace: "ci" },
        };
        expect(pathsOf(worker(secrets))).to.deep.equal([
            place("cache.s3.SecretKey"),
            place("cache.azure.AccountKey"),
            place("kubernetes.bearer_token"),
        ]);
        expect(pathsOf({ [MANAGERS]: { m: { config: { sentry_dsn: "hunter2", log_level: "info" } } } })).to.deep.equal([
            `${MANAGERS}.m.config.sentry_dsn`,
        ]);
    });

    it("is none that is empty, only a variable, or yet to be set", () => {
        for (const value of ["", "$KEY", `\${KEY}`, UNSET])
            expect(pathsOf(worker({ cache: { s3: { SecretKey: value } } })), value).to.deep.equal([]);
        expect(pathsOf(worker({ cache: { s3: { SecretKey: "hunter2$KEY" } } }))).to.have.lengthOf(1);
    });

    for (const [entry, isSecret] of [
        ["DB_PASSWORD=hunter2", true],
        ["DB_PASSWORD=hunter2\nand more", true],
        ["DB_PASSWORD=", false],
        ["DB_PASSWORD=x-$FROM_THE_JOB", false],
        ["DB_PASSWORD", false],
        ["MODE=DB_PASSWORD=hunter2", false],
        ["MODE=glpat-hunter2hunter2", true],
    ] as const) {
        it(`is ${isSecret ? "" : "not "}the entry ${JSON.stringify(entry)} of environment`, () => {
            expect(pathsOf(worker({ environment: [entry] }))).to.deep.equal(isSecret ? [place("environment[0]")] : []);
        });
    }

    it("is a token wherever it stands, save in what everybody reads in GitLab", () => {
        const token = "glpat-hunter2hunter2";
        const runner = { description: token, note: token, tags: [token], config: { description: token } };
        expect(pathsOf({ [RUNNERS]: { ci: runner } })).to.deep.equal([place("description")]);
        expect(pathsOf({ [RUNNERS]: { note: { config: { executor: token } } } })).to.deep.equal([
            `${RUNNERS}.note.config.executor`,
        ]);
        expect(pathsOf({ [MANAGERS]: { m: { note: token } } })).to.deep.equal([`${MANAGERS}.m.note`]);
    });

    it("is GitLab's token, and each header that logs in or holds a token", () => {
        const headers = {
            "Private-Token": "hunter2",
            "Proxy-Authorization": "hunter2",
            Cookie: "hunter2",
            "X-Team": "ci",
            "X-Trace": "glpat-hunter2hunter2",
            "Cookie-Policy": "none",
            "X-Cookie": "none",
            "X-Token-Count": 5,
        };
        expect(pathsOf({ "gitlab:token": "hunter2", "gitlab:headers": headers })).to.deep.equal([
            "gitlab:token",
            "gitlab:headers.Private-Token",
            "gitlab:headers.Proxy-Authorization",
            "gitlab:headers.Cookie",
            "gitlab:headers.X-Trace",
        ]);
        const none = { "gitlab:token": "", "gitlab:headers": "glpat-hunter2hunter2", "gitlab:other": headers };
        expect(pathsOf(none)).to.deep.equal([]);
    });

    it("is an option of a placement that is secret, and a variable with the name of a secret", () => {
        const docker = {
            keyMaterial: "hunter2",
            certPath: "/certs",
            registryAuth: [{ address: "r", username: "u", password: "hunter2" }],
            environment: {
                A_TOKEN: "hunter2",
                TOKEN: "hunter2",
                A_MODE: "fast",
                a_token: "x",
                "X-TOKEN": "x",
                "1_TOKEN": "x",
            },
            labels: { hint: "token: see the wiki" },
        };
        const at = `${MANAGERS}.m.placement.docker`;
        expect(pathsOf({ [MANAGERS]: { m: { placement: { docker } } } })).to.deep.equal([
            `${at}.keyMaterial`,
            `${at}.registryAuth[0].password`,
            `${at}.environment.A_TOKEN`,
            `${at}.environment.TOKEN`,
        ]);
    });

    it("is a kubeconfig with a login in it", () => {
        const kubernetes = (kubeconfig: string) => ({
            [MANAGERS]: { m: { placement: { kubernetes: { kubeconfig } } } },
        });
        for (const text of [
            "token: hunter2",
            "x: { password : hunter2 }",
            `"client-key-data": "hunter2"`,
            "'token': x",
        ])
            expect(pathsOf(kubernetes(text)), text).to.have.lengthOf(1);
        for (const text of ["/etc/token", "tokenFile: /x", "my_token: x"])
            expect(pathsOf(kubernetes(text)), text).to.deep.equal([]);
    });
});

describe("what is said of a secret in the open", () => {
    const told = (values: Record<string, unknown>, sharedBy?: () => string) =>
        findPlainSecrets(values, [], () => undefined, sharedBy).map(({ message }) => message);
    const shared = () => "common.yaml";
    const environment = { [RUNNERS]: { ci: { config: { environment: ["A_SECRET=hunter2"] } } } };
    const header = { "gitlab:headers": { "Private-Token": "hunter2" } };
    const pod = (option: string, value: unknown) => ({
        [MANAGERS]: { m: { placement: { kubernetes: { [option]: value } } } },
    });

    it("is the command that encrypts it: of what is in a list, in each stack the whole list, where a shared file has it", () => {
        expect(told(header)).to.deep.equal([
            "is in plain text in the stack's configuration, and in its history once it is committed. Encrypt it: `pulumi config set --secret --path 'gitlab:headers.Private-Token'` asks for the value. Replace it where it was issued if others could read it.",
        ]);
        expect(told({ "gitlab:token": "hunter2" })[0]).to.contain("`pulumi config set --secret gitlab:token` asks");
        expect(told(header, shared)[0])
            .to.contain("in a file that several stacks share")
            .and.to.contain("Take it out there, and set it in each stack");
        expect(told(environment, shared)[0]).to.contain("Take the list out there and write it in each stack");
        expect(told(environment)[0]).to.contain("Encrypt it: ").and.to.not.contain("Take the list out");
    });

    it("is to take it out of a pod, which everybody reads; a login to the cluster and what goes into a Secret is not in it", () => {
        const token = "glpat-hunter2hunter2";
        expect(told(pod("labels", { a: token }))[0])
            .to.contain("Take it out")
            .and.to.contain("history of this file");
        expect(told(pod("labels", { a: token }), shared)[0]).to.contain(
            "history of the file that several stacks share",
        );
        for (const secret of [
            pod("kubeconfig", "token: hunter2"),
            pod("certificates", { "a.crt": token }),
            { [MANAGERS]: { m: { placement: { docker: { labels: { a: token } } } } } },
            { [RUNNERS]: { ci: { config: { kubernetes: { bearer_token: "hunter2" } } } } },
        ])
            expect(told(secret)[0], JSON.stringify(secret)).to.contain("Encrypt it: ");
    });

    it("is to remove a runner's token, which comes from the declared runner, and no other key of that name", () => {
        const token = "glrt-hunter2hunter2hunter2";
        expect(told({ [RUNNERS]: { ci: { config: { token } } } })[0]).to.contain("Remove it, and reset it in GitLab");
        for (const config of [{ docker: { token } }, { cache: { token } }])
            expect(told({ [RUNNERS]: { ci: { config } } })[0], JSON.stringify(config)).to.contain("Encrypt it: ");
    });

    it("is nothing where the stack's file has it encrypted, be it in a list", () => {
        const values = { [RUNNERS]: { ci: { config: { environment: ["A_SECRET=x", "B_SECRET=y"] } } } };
        const file = { [RUNNERS]: { ci: { config: { environment: [{ secure: "v1:x" }, "B_SECRET=y"] } } } };
        const open = (secretKeys: string[], of: object | undefined) =>
            findPlainSecrets(values, secretKeys, () => of as Record<string, unknown>).map(({ path }) => path);
        const [first, second] = [0, 1].map((at) => `${RUNNERS}.ci.config.environment[${at}]`);
        expect(open([RUNNERS], file)).to.deep.equal([second]);
        expect(open([], file)).to.deep.equal([first, second]);
        expect(open([RUNNERS], undefined)).to.deep.equal([]);
    });
});
