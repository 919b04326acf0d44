import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parse as parseYaml } from "yaml";
import type { Layer } from "../../../../components/fleet/config/layers";
import { findStackWarnings } from "../../../../components/fleet/config/stack-warnings";

const ROOT = path.join(__dirname, "../../../..");

describe("warnings about a stack's configuration as a whole", () => {
    let root: string;
    beforeEach(() => {
        root = fs.mkdtempSync(path.join(os.tmpdir(), "gitlab-fleet-stacks-"));
        fs.mkdirSync(path.join(root, "stacks"));
        fs.writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\nstackConfigDir: stacks\n");
    });
    afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

    /** Writes a stack's file; `!` before a value says that it is encrypted there. */
    function write(stack: string, config: string): void {
        const indented = config
            .trim()
            .replace(/^/gm, "  ")
            .replace(/!(\w+)/g, "{ secure: v1:x }");
        fs.writeFileSync(path.join(root, "stacks", `Pulumi.${stack}.yaml`), `config:\n${indented}\n`);
    }

    /** Warnings of a stack, whose values Pulumi hands over decrypted. */
    function warningsOf(stack: string, config: string, { folder = root, written = true } = {}): string[] {
        if (written) write(stack, config);
        const plain = parseYaml(config.replace(/!(\w+)/g, "$1")) as Record<string, unknown>;
        const values = Object.entries(plain).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
        ]);
        const sections = config.split(/^(?=\S)/m);
        const secretKeys = Object.keys(plain).filter((key) =>
            sections.some((text) => text.startsWith(key) && text.includes("!")),
        );
        const problems = findStackWarnings({ stack, values: Object.fromEntries(values), secretKeys, root: folder });
        expect(problems.every(({ severity }) => severity === "warning")).to.equal(true);
        return problems.map(({ path: where, message }) => `${where} ${message}`);
    }

    it("warn of a file of the stack that Pulumi does not read, since it lies beside Pulumi.yaml", () => {
        fs.writeFileSync(path.join(root, "Pulumi.prod.yaml"), "config: {}\n");
        const config = "gitlab-fleet:runners: { a: { scope: instance } }";
        expect(warningsOf("prod", config).join()).to.contain("Pulumi.prod.yaml beside Pulumi.yaml is not read");
        expect(warningsOf("dev", config)).to.deep.equal([]);
    });

    it("name a scaling group that a runner of another stack scales, too, in whatever GitLab", () => {
        const scaling = (name: string) =>
            `gitlab-fleet:runners: { burst: { scope: instance, config: { executor: instance, autoscaler: { plugin: aws, plugin_config: { name: ${name} } } } } }`;
        write("blue", `gitlab:baseUrl: https://blue.example.org\n${scaling("ci")}`);
        const found = warningsOf("green", `gitlab:baseUrl: https://green.example.org\n${scaling("ci")}`);
        expect(found).to.have.lengthOf(1);
        expect(found[0]).to.contain(
            'gitlab-fleet:runners.burst.config.autoscaler.plugin_config is the same scaling group as that of runner "burst" of stack "blue" (got the group "ci" of the plugin aws)',
        );
        expect(warningsOf("green", `gitlab:baseUrl: https://green.example.org\n${scaling("other")}`)).to.deep.equal([]);
    });

    it("name each secret that is in plain text, with the command that encrypts it, and never its value", () => {
        const warnings = warningsOf(
            "prod",
            `
gitlab:token: glpat-hunter2hunter2
gitlab:headers: { PRIVATE-TOKEN: hunter2, x-team: ci }
gitlab-fleet:runners:
  a:
    scope: { group: apps }
    note: glpat-hunter2hunter2
    config:
      executor: docker
      environment: [DB_PASSWORD=hunter2, "API_TOKEN=$FROM_THE_JOB", MODE=fast, "PROXY=http://me:hunter2@proxy:3128"]
      cache: { Type: s3, s3: { BucketName: b, AccessKey: hunter2, SecretKey: hunter2 } }
gitlab-fleet:managers:
  m:
    placement:
      docker:
        keyMaterial: hunter2
        registryAuth: [{ address: r, username: u, password: hunter2 }]
        environment: { SENTRY_TOKEN: hunter2, TZ: UTC }
    runners: [a]
    config: { concurrent: 1, sentry_dsn: https://hunter2@s.example.org/1 }
`,
        );
        expect(warnings.map((text) => text.split(" ")[0])).to.deep.equal([
            "gitlab:token",
            "gitlab:headers.PRIVATE-TOKEN",
            "gitlab-fleet:runners.a.config.environment[0]",
            "gitlab-fleet:runners.a.config.environment[3]",
            "gitlab-fleet:runners.a.config.cache.s3.AccessKey",
            "gitlab-fleet:runners.a.config.cache.s3.SecretKey",
            "gitlab-fleet:managers.m.placement.docker.keyMaterial",
            "gitlab-fleet:managers.m.placement.docker.registryAuth[0].password",
            "gitlab-fleet:managers.m.placement.docker.environment.SENTRY_TOKEN",
            "gitlab-fleet:managers.m.config.sentry_dsn",
        ]);
        expect(warnings[0]).to.contain("`pulumi config set --secret gitlab:token` asks for the value");
        expect(warnings[2]).to.contain(
            "`pulumi config set --secret --path 'gitlab-fleet:runners.a.config.environment[0]'`",
        );
        expect(warnings.join()).not.to.contain("hunter2");
    });

    it("name a kubeconfig whose text has a login in it, and none that is a path or asks a program", () => {
        const config = (kubeconfig: string) =>
            `gitlab-fleet:managers: { m: { placement: { kubernetes: { namespace: ci, kubeconfig: ${kubeconfig} } } } }`;
        const pathsOf = (kubeconfig: string) =>
            warningsOf("prod", config(kubeconfig)).map((text) => text.split(" ")[0]);
        const place = "gitlab-fleet:managers.m.placement.kubernetes.kubeconfig";
        expect(pathsOf('"users: [{ name: me, user: { token: hunter2 } }]"')).to.deep.equal([place]);
        expect(pathsOf('\'{"users":[{"user":{"client-key-data":"hunter2"}}]}\'')).to.deep.equal([place]);
        expect(pathsOf("~/.kube/config")).to.deep.equal([]);
        expect(pathsOf('"users: [{ name: me, user: { exec: { command: aws } } }]"')).to.deep.equal([]);
    });

    it("tell to take a secret out of what a pod is made of, where encrypting it hides nothing", () => {
        const warnings = warningsOf(
            "prod",
            `
gitlab-fleet:managers:
  m:
    placement:
      kubernetes:
        namespace: ci
        environment: { MY_TOKEN: glpat-hunter2hunter2 }
        proxy: { http: "http://me:hunter2@proxy:3128" }
        annotations: { note: glpat-hunter2hunter2 }
`,
        );
        const place = "gitlab-fleet:managers.m.placement.kubernetes";
        expect(warnings.map((text) => text.split(" ")[0])).to.deep.equal([
            `${place}.environment.MY_TOKEN`,
            `${place}.proxy.http`,
            `${place}.annotations.note`,
        ]);
        for (const text of warnings) {
            expect(text).to.contain("everybody reads it who may read pods").and.to.contain("Take it out");
            expect(text).not.to.match(/hunter2|config set/);
        }
    });

    it("say nothing of what is encrypted, beside the rest of the same key", () => {
        const config = `
gitlab:token: !hunter2
gitlab-fleet:runners:
  a:
    scope: { group: apps }
    config: { executor: docker, environment: [!SECRET_A, "MY_SECRET=b"], cache: { s3: { AccessKey: a, SecretKey: !b } } }
`;
        expect(warningsOf("prod", config).map((text) => text.split(" ")[0])).to.deep.equal([
            "gitlab-fleet:runners.a.config.environment[1]",
            "gitlab-fleet:runners.a.config.cache.s3.AccessKey",
        ]);
        // Without the file nobody can tell which part of a secret key is in the open.
        expect(warningsOf("elsewhere", config, { written: false })).to.deep.equal([]);
    });

    const FLEET = `
gitlab-fleet:runners:
  docker-small: { scope: { group: apps }, description: Small }
gitlab-fleet:registries:
  containers/poetry: { consumers: { projects: [apps/etl] } }
`;

    it("name an address and names that hold another stack's name, and no context, which others have named", () => {
        write("prod", "gitlab:baseUrl: https://gitlab.prod.example.org/api/v4/");
        const warnings = warningsOf(
            "dev",
            `
gitlab:baseUrl: https://gitlab.prod.example.org/api/v4/
gitlab-fleet:runners:
  dev-shell: { scope: { group: apps }, description: Shell (prod) }
  other:
    scope: { group: prod/apps }
    config: { executor: shell, environment: ["API=https://me:hunter2@api.prod.example.org/x", "WORD=prod"] }
gitlab-fleet:managers:
  m: { placement: { directory: /srv/prod }, gitlabUrl: "https://dev.prod.example.org", runners: [], config: {} }
  k: { placement: { kubernetes: { context: kind-prod, namespace: ci } }, runners: [], config: {} }
`,
        );
        expect(warnings.join()).not.to.contain("hunter2");
        expect(warnings.filter((text) => !text.includes(" is in plain text "))).to.deep.equal([
            'gitlab:baseUrl holds the name of stack "prod" (got "https://gitlab.prod.example.org/api/v4/"). Is it meant for this one?',
            'gitlab-fleet:runners.dev-shell.description holds the name of stack "prod" (got "Shell (prod)"). Is it meant for this one? If so, add other-stack to its silence.',
            'gitlab-fleet:runners.other.config.environment[0] holds the name of stack "prod" (got "https://api.prod.example.org"). Is it meant for this one? If so, add other-stack to its silence.',
            'gitlab-fleet:managers.m.placement.directory holds the name of stack "prod" (got "/srv/prod"). Is it meant for this one? If so, add other-stack to its silence.',
        ]);
    });

    it("are silent about a name that is meant", () => {
        write("prod", "gitlab:baseUrl: https://gitlab.example.org/api/v4/");
        const yaml = (silence: string) =>
            `gitlab-fleet:managers: { prod: { placement: { directory: /srv/x }, runners: [], config: {}, silence: ${silence} } }`;
        expect(warningsOf("dev", yaml("[]"))).to.have.lengthOf(1);
        expect(warningsOf("dev", yaml("[other-stack]"))).to.deep.equal([]);
    });

    it("have a runner's token taken out, where none may be given, and not encrypted", () => {
        const yaml =
            'gitlab-fleet:runners: { a: { scope: instance, config: { executor: shell, token: "glrt-hunter2hunter2hunter2" } } }';
        expect(warningsOf("dev", yaml)).to.deep.equal([
            "gitlab-fleet:runners.a.config.token is in plain text in the stack's configuration, and in its history once it is committed. Remove it, and reset it in GitLab if others could read it.",
        ]);
    });

    it("name what two stacks declare in one GitLab, and nothing where it is two GitLabs", () => {
        write("prod", `gitlab:baseUrl: https://GitLab.example.org:443\n${FLEET}`);
        expect(warningsOf("dev", `gitlab:baseUrl: https://gitlab.example.org/api/v4/\n${FLEET}`)).to.deep.equal([
            'gitlab:baseUrl is that of stack "prod" too, and both declare runner "docker-small" of group apps, the list of containers/poetry: of the runners GitLab gets one of each stack, of the rest whichever is applied last wins. Correct the address, or leave these to one of them.',
        ]);
        write("staging", `gitlab:baseUrl: https://gitlab.example.org/api/v4/\n${FLEET.replace("docker-small", "x")}`);
        expect(warningsOf("dev", `gitlab:baseUrl: https://gitlab.example.org/api/v4/\n${FLEET}`)).to.deep.equal([
            'gitlab:baseUrl is that of stacks "prod", "staging" too, which between them also declare runner "docker-small" of group apps, the list of containers/poetry: of the runners GitLab gets one of each stack, of the rest whichever is applied last wins. Correct the address, or leave these to one of them.',
        ]);
        const many = ["a", "b", "c", "d", "e"].map((name) => `of-team-${name}`);
        for (const name of many) write(name, `gitlab:baseUrl: https://gitlab.example.org/api/v4/\n${FLEET}`);
        expect(warningsOf("dev", `gitlab:baseUrl: https://gitlab.example.org/api/v4/\n${FLEET}`)[0]).to.match(
            /^gitlab:baseUrl is that of stacks ("[\w-]+", ){4}"[\w-]+" and 2 more too, which between them also declare /,
        );
        for (const name of ["staging", ...many]) fs.rmSync(path.join(root, `stacks/Pulumi.${name}.yaml`));
        expect(warningsOf("dev", `gitlab:baseUrl: https://gitlab.dev.example.org/api/v4/\n${FLEET}`)).to.deep.equal([]);
        const other = FLEET.replace("docker-small", "dev-small").replace("consumers", "mode: additive, consumers");
        expect(warningsOf("dev", `gitlab:baseUrl: https://gitlab.example.org/api/v4/\n${other}`)).to.deep.equal([]);
    });

    it("name entries that two stacks add to one list, and a list that one adds to and the other has as a whole", () => {
        const registry = (consumers: string, mode: string, host = "gitlab") =>
            `gitlab:baseUrl: https://${host}.example.org/api/v4/\ngitlab-fleet:registries: { Libs/base: { consumers: ${consumers}, mode: ${mode} } }`;
        write("team", registry("{ projects: [apps/etl, apps/web], groups: [ops] }", "additive"));
        const told = (...args: Parameters<typeof registry>) => warningsOf("dev", registry(...args));
        expect(told("{ projects: [Apps/etl], groups: [ops] }", "additive")).to.deep.equal([
            'gitlab-fleet:registries.Libs/base lets in project apps/etl, group ops, and so does stack "team": an entry belongs to the stack that added it. When that one no longer declares it, it is taken off, until the next up of the other puts it back. Leave it to one of them.',
        ]);
        expect(told("{ projects: [apps/other] }", "additive")).to.deep.equal([]);
        expect(told("{ projects: [apps/etl], groups: [ops] }", "exclusive")).to.deep.equal([
            'gitlab-fleet:registries.Libs/base is a list in which another stack has a hand: stack "team" adds to it, and of project apps/web one knows nothing: each up undoes what the other did. Set mode: additive in both, or declare them in one place.',
        ]);
        expect(told("{ projects: [apps/etl, apps/web], groups: [ops] }", "exclusive")).to.deep.equal([]);
        expect(told("{ projects: [apps/etl] }", "additive", "other")).to.deep.equal([]);
        write("team", registry("{ projects: [apps/etl] }", "exclusive"));
        expect(told("{ projects: [apps/web] }", "additive").join()).to.contain('stack "team" has it as a whole');
    });

    it("name runners of two shared files that have one name and are not one", () => {
        const layer = (file: string, id: number) => ({
            file,
            config: { "gitlab-fleet:runners": { ci: { adopt: { id } } } },
        });
        const told = (...layers: Layer[]) =>
            findStackWarnings({ stack: "dev", values: {}, secretKeys: [], root, layers }).map(
                ({ path: at, message }) => [at, message],
            );
        const own = layer("Pulumi.dev.yaml", 9);
        expect(told(layer("a.yaml", 1), layer("b.yaml", 2), own)).to.deep.equal([
            [
                "gitlab-fleet:runners.ci.adopt",
                "is runner 2 in b.yaml, and runner 1 in a.yaml: shared files are merged by name, so the two become one. Give each a name of its own, as import does where all hosts are named in one command.",
            ],
        ]);
        // A stack says of what it shares which one is its own.
        expect(told(layer("a.yaml", 1), layer("b.yaml", 1), own)).to.deep.equal([]);
        expect(told(own)).to.deep.equal([]);
    });

    it("are none for the stacks that come with the project", () => {
        for (const stack of ["dev", "staging", "prod", "sandbox"]) {
            const text = fs.readFileSync(path.join(ROOT, `stacks/Pulumi.${stack}.yaml`), "utf8");
            const { config } = parseYaml(text) as { config: Record<string, unknown> };
            const values = Object.entries(config).map(([key, value]) => [
                key,
                typeof value === "string" ? value : JSON.stringify(value),
            ]);
            const facts = { stack, values: Object.fromEntries(values), secretKeys: [], root: ROOT };
            expect(findStackWarnings(facts), stack).to.deep.equal([]);
        }
    });

    it("take no notice of files that cannot be read", () => {
        fs.writeFileSync(path.join(root, "stacks/Pulumi.prod.yaml"), "config: [");
        fs.writeFileSync(path.join(root, "stacks/Pulumi.large.yaml"), `config: { x: ${"y".repeat(200_000)} }`);
        expect(warningsOf("dev", FLEET)).to.deep.equal([]);
        expect(warningsOf("dev", FLEET, { folder: "/nowhere", written: false })).to.deep.equal([]);
    });
});
