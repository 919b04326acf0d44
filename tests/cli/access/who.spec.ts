import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { DAY, type Sandbox, startSandbox } from "../../../sandbox";
import { addProjectLink } from "../../../sandbox/job-token-links";
import { runCommand, SEED } from "./world";

describe("gitlab-fleet access who", () => {
    let sandbox: Sandbox;
    beforeEach(async () => {
        sandbox = await startSandbox({ seed: SEED, clockStart: new Date("2026-03-01T12:00:00Z") });
    });
    afterEach(() => sandbox.close());

    it("names the stacks of its folder's project that declare an entry in this GitLab, by path, id or folding", async () => {
        const root = fs.mkdtempSync(path.join(os.tmpdir(), "access-who-"));
        const from = process.cwd();
        const write = (name: string, text: string) => fs.writeFileSync(path.join(root, name), text);
        const [poetry, base] = ["poetry", "base"].map(
            (name) => sandbox.db.projects.first("path", `containers/${name}`)!.id,
        );
        const apps = sandbox.db.groups.first("path", "apps")!.id;
        write("Pulumi.yaml", "name: fleet\nruntime: nodejs\n");
        const stack = (name: string, registries: string, url = sandbox.url) =>
            write(
                `Pulumi.${name}.yaml`,
                `config:\n  gitlab:baseUrl: ${url}/\n  gitlab-fleet:registries:\n    ${registries}\n`,
            );
        stack("a", `${poetry}: { mode: additive, consumers: { projects: [Apps/Web/Site] } }`);
        stack("b", `"${base}": { consumers: { groups: [${apps}] } }`);
        stack("c", "containers/base: { compact: true, consumers: { projects: [apps/etl] } }");
        stack("elsewhere", "containers/poetry: { consumers: { projects: [apps/old] } }", "https://gitlab.example.org");
        process.chdir(root);
        try {
            write("Pulumi.broken.yaml", "config: [");
            const both = ["containers/poetry", "containers/base"];
            const { stdout, stderr } = await runCommand(sandbox, ["access", "who", ...both]);
            expect(stderr).to.match(
                /^Pulumi\.broken\.yaml:1: is not YAML .* Until then it is not known what stack broken declares\.$/m,
            );
            expect(stdout).to.match(/^ +apps\/web\/site +its own entry +default +[\d-]{10} +a +never$/m);
            expect(stdout).to.match(/^ +apps\/old +its own entry +default +[\d-]{10} +never$/m);
            expect(stdout).to.match(/^ +apps\/etl +group apps +default +[\d-]{10} +b, c +never$/m);
            const { stdout: json } = await runCommand(sandbox, ["access", "who", "containers/poetry", "--json"]);
            const [{ visitors }] = JSON.parse(json);
            expect(visitors.map((one: { declaredBy: string[] }) => one.declaredBy)).to.deep.equal([[], [], ["a"]]);
        } finally {
            process.chdir(from);
            fs.rmSync(root, { recursive: true });
        }
    });

    it("answers for the other projects where one is not found, and ends with 2", async () => {
        const named = ["containers/base", "nope/x", "containers/poetry"];
        const { code, stdout, stderr } = await runCommand(sandbox, ["access", "who", ...named]);
        expect(code).to.equal(2);
        expect(stdout.match(/^containers\/\w+$/gm)).to.deep.equal(["containers/base", "containers/poetry"]);
        expect(stderr).to.contain("nope%2Fx");
        const json = await runCommand(sandbox, ["access", "who", ...named, "--json"]);
        expect([json.code, JSON.parse(json.stdout).length]).to.deep.equal([2, 2]);
        expect((await runCommand(sandbox, ["access", "who", "nope/x"])).stdout).to.equal("");
    });

    it("lists everyone in the groups of a list, by the nearest entry", async () => {
        const { code, stdout } = await runCommand(sandbox, ["access", "who", "containers/base"]);
        expect(code).to.equal(0);
        for (const project of ["apps/empty", "apps/etl", "apps/old", "apps/web/site"]) {
            expect(stdout).to.match(new RegExp(`${project} +group apps +default`));
        }
    });

    it("fits the terminal, as a scan does: sentences are wrapped, and long names cut", async () => {
        for (const argv of [
            ["who", "containers/poetry", "containers/base"],
            ["scan", "--check", "--group", "apps"],
        ]) {
            const { stdout } = await runCommand(sandbox, ["access", ...argv], "owner", 60);
            expect(stdout.split("\n").filter((line) => line.length > 60)).to.deep.equal([]);
            const whole = await runCommand(sandbox, ["access", ...argv]);
            expect(whole.stdout).to.match(/^.{80}/m);
        }
    });

    it("says since when each gets in, and by whose token the entry was made, where GitLab tells", async () => {
        const { db, clock } = sandbox;
        const at = (name: string) => db.projects.first("path", name)!.id;
        clock.advance(3 * DAY);
        const addedById = db.users.all().find(({ username }) => username === "dev")!.id;
        addProjectLink(db, { sourceId: at("containers/base"), targetId: at("apps/etl"), addedById });
        const { stdout } = await runCommand(sandbox, ["access", "who", "containers/base"]);
        expect(stdout).to.match(/PROJECT +THROUGH +PERMISSIONS +SINCE +BY/);
        expect(stdout).to.match(/apps\/etl +its own entry +default +2026-03-04 +dev/);
        expect(stdout).to.match(/apps\/old +group apps +default +2026-03-01/);
        const json = JSON.parse((await runCommand(sandbox, ["access", "who", "containers/base", "--json"])).stdout);
        const etl = json[0].visitors.find(({ project }: { project: string }) => project === "apps/etl");
        expect(etl).to.include({ since: "2026-03-04T12:00:00.000Z", addedBy: "dev" });
        sandbox.faults.plan({
            bodyIncludes: "addedBy",
            times: 0,
            fault: { kind: "status", status: 200, body: { errors: [{ message: "Field 'addedBy' doesn't exist" }] } },
        });
        expect((await runCommand(sandbox, ["access", "who", "containers/base"])).stdout).to.match(
            /apps\/etl +its own entry +default +never\n/,
        );
    });
});
