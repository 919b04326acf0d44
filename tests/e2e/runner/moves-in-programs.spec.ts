import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { type Engine, startEngine } from "../../helpers/engine";
import { COMPONENTS, type OwnProgram, ownProgram } from "../../helpers/own-program";
import { SEED } from "./fleets";
import { markerOf, writesOf } from "./moved";

describe("names and moves in a program of the user's own", () => {
    let engine: Engine;
    let project: OwnProgram;
    const libraries = ["kept", "renamed", "bare", "moved", "access", "entries"];

    /** A program whose lines follow on what all of them have in common. */
    const write = (lines: string) =>
        project.write(`
import * as pulumi from "@pulumi/pulumi";
import { Fleet, JobTokenAllowlist, RegistryAccess, Runner, RunnerManager } from ${COMPONENTS};

const folder = process.env.MANAGERS!;
const scope = { group: "apps" };
const config = { executor: "shell" } as const;
const concurrent = { concurrent: 1 };
const allow = { projects: ["apps/etl"], groups: ["ops"] };
const at = (directory: string) => ({ directory: \`\${folder}/\${directory}\` });
const outside = { parent: pulumi.rootStackResource };
class Team extends pulumi.ComponentResource {
    constructor(name: string) {
        super("example:index:Team", name);
    }
}
${lines}
`);

    before(async () => {
        project = ownProgram();
        write(`
const one = new Runner("into-fleet", { scope });
new RunnerManager("manager-into-fleet", { placement: at("a"), config: concurrent, workers: [{ runner: one, config }] });
new RegistryAccess("libs/moved", { producer: "libs/moved", consumers: allow });
const two = new Runner("into-team", { scope });
new RunnerManager("manager-old", { placement: at("b"), config: concurrent, workers: [{ runner: two, config }] });
new Runner("runner-old", { scope });
new JobTokenAllowlist("list-into-team", { project: "libs/kept", allow });
new JobTokenAllowlist("list-old", { project: "libs/renamed", allow, onDestroy: "restore", policies: "pull" });
new JobTokenAllowlist("list-bare", { project: "libs/bare", allow, policies: "pull" });
new JobTokenAllowlist("entries-bare", { project: "libs/entries", allow, mode: "additive" });
new RegistryAccess("access-old", { producer: "libs/access", consumers: allow });
`);
        engine = await startEngine({
            config: () => "config: {}\n",
            project: project.folder,
            seed: {
                ...SEED,
                groups: [...SEED.groups!, { path: "libs", members: { olga: "owner" } }],
                projects: [...SEED.projects!, ...libraries.map((name) => ({ path: `libs/${name}` }))],
            },
            env: { MANAGERS: path.join(project.folder, "managers") },
        });
        await engine.up();
    });
    after(async () => {
        await engine?.close();
        project.remove();
    });

    it("keeps every id with aliases, in another component and in a Fleet, and takes nothing away without them", async () => {
        const { db, journal } = engine.sandbox;
        const before = structuredClone(db.runners.all());
        const renamed = before.find(({ description }) => description === "runner-old")!;
        const lists = () =>
            libraries.map((name) => {
                const { id } = db.projects.first("path", `libs/${name}`)!;
                const policies = (link: { targetId: number; policies: string[] }) => [link.targetId, link.policies];
                return {
                    name,
                    projects: db.projectLinks.find("source", `inbound:${id}`).map(policies),
                    groups: db.groupLinks.find("source", id).map(policies),
                };
            });
        const listed = lists();
        expect(listed.every(({ projects, groups }) => projects.length === 1 && groups.length === 1)).to.equal(true);
        const systemId = (name: string) =>
            fs.readFileSync(path.join(project.folder, "managers", name, ".runner_system_id"), "utf8");
        const identity = systemId("a");
        write(`
const team = new Team("team");
const intoTeam = { parent: team, aliases: [outside] };
new Fleet("fleet", {
    runners: { "into-fleet": { scope, config } },
    managers: { "manager-into-fleet": { placement: at("a"), runners: ["into-fleet"], config: concurrent } },
    registries: { "libs/moved": { consumers: allow } },
});
const two = new Runner("into-team", { scope }, intoTeam);
new RunnerManager("manager-new", { placement: at("b"), config: concurrent, workers: [{ runner: two, config }] },
    { aliases: [{ name: "manager-old" }] });
new Runner("runner-new", { scope }, { aliases: [{ name: "runner-old" }] });
new JobTokenAllowlist("list-into-team", { project: "libs/kept", allow }, intoTeam);
new JobTokenAllowlist("list-new", { project: "libs/renamed", allow, onDestroy: "restore", policies: "pull" },
    { aliases: [{ name: "list-old" }] });
new JobTokenAllowlist("list-without-alias", { project: "libs/bare", allow, policies: "pull" });
new JobTokenAllowlist("entries-without-alias", { project: "libs/entries", allow, mode: "additive" });
new RegistryAccess("access-new", { producer: "libs/access", consumers: allow }, { aliases: [{ name: "access-old" }] });
`);
        journal.clear();
        await engine.up();
        expect(writesOf(engine)).to.deep.equal([`PUT /runners/${renamed.id}`]);
        expect(db.runners.all().map(({ id, token }) => ({ id, token }))).to.deep.equal(
            before.map(({ id, token }) => ({ id, token })),
        );
        expect(db.runners.must(renamed.id).description).to.equal("runner-new");
        expect(db.runners.must(renamed.id).maintenanceNote).to.match(markerOf("test", "runner-new"));
        expect(lists()).to.deep.equal(listed);
        expect(systemId("a")).to.equal(identity);
        expect(fs.existsSync(path.join(project.folder, "managers/b/config.toml"))).to.equal(true);
        await engine.expectNoChanges();
    });
});
