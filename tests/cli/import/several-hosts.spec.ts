import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { nameHere } from "../../../cli/import/command";
import { addRunner, type Runner, type Sandbox, startSandbox } from "../../../sandbox";
import { runCli } from "../helpers";

describe("gitlab-fleet import of several hosts", () => {
    let sandbox: Sandbox;
    let folder: string;
    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "import-hosts-"));
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "olga", user: "olga", scopes: ["read_api"] }],
            },
        });
    });
    after(async () => {
        await sandbox.close();
        fs.rmSync(folder, { recursive: true });
    });

    const host = (name: string, content: string) => {
        const at = path.join(folder, name);
        fs.mkdirSync(at, { recursive: true });
        fs.writeFileSync(path.join(at, "config.toml"), `concurrent = 2\n${content}`);
        return ["--config", path.join(at, "config.toml")];
    };
    const table = ({ token }: Pick<Runner, "token">, image = "alpine:latest") =>
        `[[runners]]\n  name = "my-runner"\n  url = "${sandbox.url}/"\n  token = "${token}"\n  executor = "docker"\n  [runners.docker]\n    image = "${image}"\n`;
    const add = () =>
        addRunner(sandbox.db, {
            runnerType: "group_type",
            groupId: sandbox.db.groups.first("path", "apps")!.id,
            description: "my-runner",
        });
    const importAll = (args: string[]) =>
        runCli(["import", ...args], {
            env: { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.olga },
        });

    it("brings all of them into one stack, each runner once and under a name of its own", async () => {
        const [a, b, c] = [add(), add(), add()];
        const args = [...host("ci-a", table(a)), ...host("ci-b", table(b) + table(c))];
        const { code, out } = await importAll(args);
        const { config } = parse(out);
        const runners = config["gitlab-fleet:runners"] as Record<string, { adopt: { id: number } }>;
        expect(code).to.equal(0);
        expect(Object.entries(runners).map(([name, { adopt }]) => [name, adopt.id])).to.deep.equal([
            ["my-runner", a.id],
            ["ci-b-my-runner", b.id],
            ["ci-b-my-runner-2", c.id],
        ]);
        const managers = config["gitlab-fleet:managers"] as Record<string, { runners: string[] }>;
        expect(Object.entries(managers).map(([name, { runners }]) => [name, runners])).to.deep.equal([
            ["ci-a", ["my-runner"]],
            ["ci-b", ["ci-b-my-runner", "ci-b-my-runner-2"]],
        ]);
    });

    it("has both serve one runner where a file was copied, and says whose worker is left out where the copy has changed", async () => {
        const runner = add();
        const { out } = await importAll([...host("one", table(runner)), ...host("two", table(runner))]);
        const { config } = parse(out);
        expect(Object.keys(config["gitlab-fleet:runners"])).to.deep.equal(["my-runner"]);
        expect(config["gitlab-fleet:managers"].two.runners).to.deep.equal(["my-runner"]);

        const changed = [...host("one", table(runner)), ...host("two", table(runner, "alpine:3.22"))];
        const { code, out: told } = await importAll(changed);
        expect(code).to.equal(1);
        expect(told).to.contain(
            `#   worker 1 of two "my-runner" (duplicate-worker): It serves runner ${runner.id}, as my-runner does.`,
        );
    });

    it("makes no manager of a host of which no worker is brought in, though the top of its file holds a secret", async () => {
        const top = 'sentry_dsn = "https://abc:def@sentry.example.org/1"\n';
        const dead = host("dead", top + table({ token: "glrt-dead0000000000000000" }));
        const { out } = await importAll([...dead, ...host("alive", table(add()))]);
        expect(Object.keys(parse(out).config["gitlab-fleet:managers"])).to.deep.equal(["alive"]);
        expect(out).to.not.contain("A preview will refuse this").and.not.contain("sentry_dsn");

        const alone = await importAll([...dead, "--manager", "dead"]);
        expect(parse(alone.out)).to.deep.equal({ config: {} });
    });

    it("calls the only one of this machine by its host's name, and not by the folder that all hosts have", async () => {
        const here = os.hostname().split(".")[0];
        const [one, two] = ["/etc/gitlab-runner/config.toml", "ssh://ci@vm-01/etc/gitlab-runner/config.toml"];
        expect(nameHere("/etc/gitlab-runner", [one, two])).to.equal(here);
        expect(nameHere("/hosts/vm-02", ["/hosts/vm-02/config.toml", one])).to.equal("vm-02");
        expect(nameHere("/", ["/config.toml", one])).to.equal(here);
    });

    it("says why each of them cannot be read where none can, and prints no result", async () => {
        const { code, out, err } = await importAll(["--config", "/nowhere/a.toml", "--config", "/nowhere/b.toml"]);
        expect({ code, out }).to.deep.equal({ code: 2, out: "" });
        expect(err).to.match(/a\.toml cannot be read .*\n.*b\.toml cannot be read /);
    });

    it("ends with 1 where a preview will refuse the result: two that shall have one directory", async () => {
        const both = [...host("one", table(add())), ...host("two", table(add()))];
        const { code, out } = await importAll([...both, "--directory", "/etc/gitlab-runner"]);
        expect(code).to.equal(1);
        expect(out).to.contain("A preview will refuse this: gitlab-fleet:managers.two.placement.directory");
    });

    it("refuses a file that is named twice", async () => {
        const one = host("one", table({ token: "glrt-one00000000000000000" }));
        const { code, err } = await importAll([...one, ...host("two", table(add())), ...one]);
        expect(code).to.equal(2);
        expect(err).to.contain("The --config of place 3 was named before.");
    });

    it("refuses one name for several managers", async () => {
        const args = [
            ...host("one", table({ token: "glrt-one00000000000000000" })),
            ...host("two", table({ token: "glrt-one00000000000000000" })),
            "--manager",
            "ci",
        ];
        const { code, err } = await importAll(args);
        expect(code).to.equal(2);
        expect(err).to.contain("--manager names one manager, and there are several --config");
    });
});
