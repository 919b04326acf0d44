import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { parseStackConfig } from "../../../components/fleet/config/parse";
import { addRunner, type Runner, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../helpers";

describe("gitlab-fleet import", () => {
    let sandbox: Sandbox;
    let folder: string;
    let live: Runner;
    let file: string;

    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "import-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }, { path: "ops" }],
                tokens: [{ name: "olga", user: "olga", scopes: ["read_api"] }],
            },
        });
        live = addRunner(sandbox.db, {
            runnerType: "group_type",
            groupId: sandbox.db.groups.all()[0]!.id,
            description: "the one that works",
            tagList: ["docker", "fastapi"],
            maintenanceNote: "ask ops",
        });
        const table = (token: string, more = "") =>
            `[[runners]]\n  name = "my-runner"\n  url = "${sandbox.url}/"\n  token = "${token}"\n  executor = "docker"\n${more}  [runners.docker]\n    image = "alpine:latest"\n`;
        file = path.join(folder, "config.toml");
        fs.writeFileSync(
            file,
            `concurrent = 2\n${table("glrt-dead0000000000000000")}${table(live.token, '  environment = ["API_TOKEN=hunter2"]\n')}${table(live.token)}${table("GR1348941abcdefghijklmnopqrst")}`,
        );
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    const run = (more: string[] = []) =>
        runCli(["import", "--config", file, "--manager", "ci-01", ...more], {
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
        });

    it("prints the stack config for the one worker that works, and why the others are left out", async () => {
        const { code, out, err } = await run();
        expect({ code, err }).to.deep.equal({ code: 1, err: "" });
        expect(parse(out)).to.deep.equal({
            config: {
                "gitlab:baseUrl": `${sandbox.url}/api/v4/`,
                "gitlab-fleet:runners": {
                    "my-runner": {
                        scope: { group: "apps" },
                        adopt: { id: live.id },
                        description: "the one that works",
                        tags: ["docker", "fastapi"],
                        note: "ask ops",
                        config: {
                            executor: "docker",
                            docker: { image: "alpine:latest" },
                            environment: ["API_TOKEN=to-be-set-with-pulumi-config-set"],
                        },
                    },
                },
                "gitlab-fleet:managers": {
                    "ci-01": { placement: { directory: folder }, runners: ["my-runner"], config: { concurrent: 2 } },
                },
            },
        });
        expect(out)
            .to.match(/^# {3}worker 1 "my-runner" \(token-unknown\): /m)
            .and.match(/^# {3}worker 3 "my-runner" \(duplicate-worker\): It has the same token as worker 2/m)
            .and.match(/^# {3}worker 4 "my-runner" \(registration-token\): /m)
            .and.match(
                /^# {3}pulumi config set --secret --path 'gitlab-fleet:runners.my-runner.config.environment\[0\]'.*API_TOKEN=…$/m,
            );
    });

    describe("of a file whose ids are not those of its tokens", () => {
        const declared = async (workers: [token: string, id: number][]) => {
            const tables = workers.map(
                ([token, id], at) =>
                    `[[runners]]\n  name = "w${at}"\n  url = "${sandbox.url}/"\n  token = "${token}"\n  id = ${id}\n  executor = "shell"\n`,
            );
            const mixed = path.join(folder, "mixed.toml");
            fs.writeFileSync(mixed, `concurrent = 2\n${tables.join("")}`);
            const ran = await runCli(["import", "--config", mixed, "--manager", "ci-01"], {
                env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
            });
            const runners = parse(ran.out).config["gitlab-fleet:runners"] as Record<string, { adopt?: { id: number } }>;
            return { ...ran, adopted: Object.values(runners).map(({ adopt }) => adopt?.id) };
        };
        const add = (more: Partial<Runner> = {}) =>
            addRunner(sandbox.db, {
                runnerType: "group_type",
                groupId: sandbox.db.groups.first("path", "apps")!.id,
                description: "another",
                ...more,
            });

        it("adopts the token's own runner and says that the id is wrong", async () => {
            const [own, other] = [add(), add()];
            const { code, adopted, out } = await declared([[own.token, other.id]]);
            expect({ code, adopted }).to.deep.equal({ code: 0, adopted: [own.id] });
            expect(out).to.contain(
                `# Worker 1 "w0": the file says id = ${other.id}, but its token is that of runner ${own.id}, which is adopted.`,
            );
        });

        it("loses no worker to an id that is 0 or gone, and none to the id of another worker", async () => {
            const [one, two, three, gone] = [add(), add(), add(), add()];
            sandbox.db.runners.delete(gone.id);
            const { code, adopted } = await declared([
                [one.token, 0],
                [two.token, gone.id],
                [three.token, one.id],
            ]);
            expect({ code, adopted }).to.deep.equal({ code: 0, adopted: [one.id, two.id, three.id] });
        });

        it("adopts no stranger where nobody can tell whose the token is, and says what to do", async () => {
            const hidden = add({ groupId: sandbox.db.groups.first("path", "ops")!.id });
            const stranger = add({ tagList: ["gpu"], maintenanceNote: "managed-by: gitlab-fleet shop/dev/gpu" });
            const { code, adopted, out } = await declared([[hidden.token, stranger.id]]);
            expect({ code, adopted }).to.deep.equal({ code: 0, adopted: [undefined] });
            expect(out)
                .to.contain(`whether its token is that of runner ${stranger.id} cannot be told, so it is not adopted`)
                .and.contain(`If it is that runner, add adopt: { id: ${stranger.id} }`)
                .and.not.contain("Adopting it here takes it over");
        });
    });

    it("leaves a word in the place of each secret, which validate and previews refuse until it is set", async () => {
        const { out } = await run();
        const values = parse(out).config as Record<string, unknown>;
        const problems = () =>
            parseStackConfig({ values, secretKeys: [], env: {}, owner: "fleet/prod" }).problems.filter(
                ({ severity }) => severity === "error",
            );
        expect(problems().map((one) => [one.path, one.message])).to.deep.equal([
            [
                "gitlab-fleet:runners.my-runner.config.environment[0]",
                "is yet to be set: import left a secret out here. `pulumi config set --secret --path 'gitlab-fleet:runners.my-runner.config.environment[0]'` asks for the whole of API_TOKEN=….",
            ],
        ]);
        const runners = values["gitlab-fleet:runners"] as Record<string, { config: { environment: string[] } }>;
        runners["my-runner"]!.config.environment[0] = "API_TOKEN=hunter2";
        expect(problems()).to.deep.equal([]);
    });

    it("brings in a worker of any name, and has a preview refuse a name that none may have", async () => {
        const odd = path.join(folder, "odd.toml");
        fs.writeFileSync(odd, fs.readFileSync(file, "utf8").replaceAll("my-runner", "__proto__"));
        const { out } = await runCli(["import", "--config", odd, "--manager", "ci-01"], {
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
        });
        expect(Object.keys(Object.prototype)).to.deep.equal([]);
        expect(out).to.match(/^ {4}__proto__:\n {6}scope:/m);
        expect(out.match(/A preview will refuse this: .*/g)).to.deep.equal([
            'A preview will refuse this: gitlab-fleet:runners.__proto__ must not be __proto__ (got "__proto__"). Rename it.',
        ]);
    });

    it("shows no token and no secret, in no form, and writes nothing to GitLab", async () => {
        const { out } = await run(["--json"]);
        for (const secret of [live.token, "glrt-dead", "GR1348941abc", "hunter2"]) expect(out).to.not.contain(secret);
        expect(JSON.parse(out).leftOut).to.have.lengthOf(3);
        expect(sandbox.journal.writes()).to.deep.equal([]);
        expect(sandbox.db.managers.size).to.equal(0);
    });

    it("refuses a file that is not UTF-8, as gitlab-runner does, and so does doctor", async () => {
        const latin1 = path.join(folder, "latin1.toml");
        fs.writeFileSync(latin1, Buffer.from("concurrent = 1\n# f\u00fcr alle\n", "latin1"));
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga };
        for (const command of ["import", "doctor"]) {
            const { code, err } = await runCli([command, "--config", latin1], { env });
            expect(code).to.equal(2);
            expect(err).to.match(/gitlab-runner cannot load this file\.\s+line 2: is not UTF-8/);
        }
    });

    it("says of workers of another GitLab than the one that the token is for how to name theirs", async () => {
        sandbox.journal.clear();
        const { code, out } = await run(["--gitlab", "https://gitlab.example.org"]);
        expect(code).to.equal(1);
        expect(out).to.contain(
            `(runner-hidden): Its GitLab is ${sandbox.url}/, and the user's token is for https://gitlab.example.org. ` +
                `Name it where the token is its own: --gitlab ${sandbox.url}/.`,
        );
        expect(sandbox.journal.entries().filter(({ actor }) => actor === "user")).to.deep.equal([]);
    });

    it("needs a user's token, because nobody else may look runners up", async () => {
        const { code, err } = await runCli(["import", "--config", file]);
        expect(code).to.equal(2);
        expect(err)
            .to.contain("GITLAB_TOKEN is not set")
            .and.contain("or name the stack whose token shall be used: --stack NAME");
    });
});
