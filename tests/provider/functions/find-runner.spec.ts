import { expect } from "chai";
import { addRunner, HOUR, type Runner, type Sandbox, startSandbox } from "../../../sandbox";
import { type Plugin, startPlugin } from "../../helpers/plugin";
import { rejection } from "../../helpers/rejection";

const OWNER = "fleet/prod";

describe("findRunner", () => {
    let sandbox: Sandbox;
    let plugin: Plugin;

    before(async () => {
        sandbox = await startSandbox({
            seed: {
                users: [{ username: "root", admin: true }, { username: "otto" }],
                groups: [{ path: "apps" }, { path: "ops", members: { otto: "owner" } }],
                projects: [{ path: "apps/etl" }, { path: "ops/tool" }],
                tokens: [
                    { name: "root", user: "root", scopes: ["api"] },
                    { name: "otto", user: "otto", scopes: ["api"] },
                ],
            },
        });
    });
    beforeEach(async () => {
        sandbox.reset();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.root });
    });
    afterEach(() => plugin.close());
    after(() => sandbox.close());

    const add = (more: Partial<Runner> = {}, projects: number[] = []) =>
        addRunner(
            sandbox.db,
            { runnerType: "group_type", groupId: 1, description: "my-runner", tagList: ["docker"], ...more },
            projects,
        );
    const find = async (args: object) => {
        const place = { runnerType: "group_type", groupId: 1, owner: OWNER, runner: "ci" };
        return (await plugin.invoke("findRunner", { ...place, ...args })).state;
    };
    const refusal = async (args: object) => (await rejection(find(args))).message;

    it("finds by id in the declared scope only, of each kind", async () => {
        const group = add();
        const project = add({ runnerType: "project_type", groupId: null }, [1]);
        const instance = add({ runnerType: "instance_type", groupId: null });
        expect(await find({ id: String(group.id) })).to.include({ id: String(group.id), description: "my-runner" });
        const inProject = { runnerType: "project_type", groupId: undefined, projectId: 1 };
        expect(await find({ ...inProject, id: String(project.id) })).to.include({ id: String(project.id) });
        const anywhere = { runnerType: "instance_type", groupId: undefined };
        expect(await find({ ...anywhere, id: String(instance.id) })).to.include({ id: String(instance.id) });
        expect(await refusal({ groupId: 2, id: String(group.id) }))
            .to.contain(`runner ${group.id} "my-runner" is one of group 1, and scope names group 2. `)
            .and.contain("GitLab cannot move runners");
        expect(await refusal({ ...inProject, id: String(instance.id) })).to.contain(
            "is one of the instance, and scope names project 1.",
        );
    });

    it("says that an id does not exist", async () => {
        expect(await refusal({ id: "4711" })).to.contain("adopt.id: GitLab has no runner 4711");
    });

    it("finds by description and all of the tags, if exactly one has them", async () => {
        add({ tagList: ["docker"] });
        const both = add({ tagList: ["docker", "fastapi"] });
        add({ description: "other", tagList: ["docker", "fastapi"] });
        expect(await find({ description: "my-runner", tags: ["fastapi", "docker"] })).to.include({
            id: String(both.id),
        });
    });

    it("lists the candidates when several fit, and proposes the one that was heard from last", async () => {
        const { clock } = sandbox;
        const first = add({ contactedAt: clock.now() - HOUR });
        const second = add({ contactedAt: clock.now() });
        add({ contactedAt: clock.now() - 2 * HOUR });
        expect(await refusal({ description: "my-runner" }))
            .to.contain('adopt: 3 runners have the description "my-runner"')
            .and.contain(`#${first.id} "my-runner" (`)
            .and.contain(`Name one of them: adopt: { id: ${second.id} }.`);
    });

    it("lists what the scope holds when none fits, those with the description first", async () => {
        const { id } = add({ tagList: ["shell"] });
        expect(await refusal({ description: "my-runner", tags: ["docker"] }))
            .to.contain('no runner has the description "my-runner" and the tags docker')
            .and.contain(`With that description there is #${id} "my-runner"`);
        expect(await refusal({ description: "none" })).to.contain(`The scope holds #${id} "my-runner"`);
    });

    it("finds what a lost state of the stack declared under a name: what this state has adopted first, else the only one", async () => {
        const named = (owner: string, name = "ci") => ({
            maintenanceNote: `managed-by: gitlab-fleet ${owner}/${name}`,
        });
        const lost = (more: object = {}) => find({ lost: true, identity: "ours", ...more });
        expect(await lost()).to.deep.equal({ id: "", description: "" });
        add(named("fleet/dev"));
        add(named(OWNER, "other"));
        const live = add({ ...named(`${OWNER}#old`), contactedAt: sandbox.clock.now() });
        const again = async (more: object = {}) => {
            await plugin.close();
            plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.root });
            return lost(more);
        };
        expect(await again()).to.include({ id: String(live.id) });
        // A preview does not know the identity of a new state, and chooses as the up after it does.
        expect(await again({ identity: undefined })).to.include({ id: String(live.id) });
        const copied = add(named(OWNER));
        for (const identity of ["ours", undefined]) {
            const { message } = await rejection(again({ identity }));
            expect(message).to.contain(`adopt: 2 runners have ci of ${OWNER} in their marker`);
            expect(message).to.contain(`#${live.id} "my-runner"`).and.contain(`#${copied.id} "my-runner"`);
        }
        const adopted = add(named(`${OWNER}#ours`));
        expect(await again()).to.include({ id: String(adopted.id) });
    });

    it("does not take what another stack declares, and takes what this one has adopted before", async () => {
        const marker = (owner: string) => ({ maintenanceNote: `managed-by: gitlab-fleet ${owner}/ci` });
        const taken = add(marker("fleet/dev"));
        expect(await refusal({ description: "my-runner" }))
            .to.contain("declared by fleet/dev")
            .and.contain(`#${taken.id}`);
        // Another operation: within one, lists are asked for once.
        await plugin.close();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.root });
        const own = add({ description: "renamed since", ...marker(OWNER) });
        expect(await find({ description: "my-runner" })).to.include({ id: String(own.id) });
    });

    it("refuses a project runner that another project owns, by id and by description, and names the owner", async () => {
        const { id } = add({ runnerType: "project_type", groupId: null }, [1, 2]);
        const inProject = { runnerType: "project_type", groupId: undefined };
        for (const which of [{ id: String(id) }, { description: "my-runner" }]) {
            expect(await refusal({ ...inProject, projectId: 2, ...which }))
                .to.contain(
                    `runner ${id} "my-runner" belongs to project apps/etl. Project 2, which scope names, may only use it`,
                )
                .and.contain("scope: { project: apps/etl }");
            expect(await find({ ...inProject, projectId: 1, ...which })).to.include({ id: String(id) });
        }
        sandbox.faults.plan({ path: "/api/graphql", times: 0, fault: { kind: "status", status: 404 } });
        expect(await refusal({ ...inProject, projectId: 2, id: String(id) })).to.contain("belongs to project 1.");
        expect(await find({ ...inProject, projectId: 1, id: String(id) })).to.include({ id: String(id) });
    });

    it("refuses a project runner whose owner the token may not see", async () => {
        const { id } = add({ runnerType: "project_type", groupId: null }, [1, 2]);
        await plugin.close();
        plugin = await startPlugin("gitlab-fleet", { baseUrl: sandbox.url, token: sandbox.tokens.otto });
        expect(await refusal({ runnerType: "project_type", groupId: undefined, projectId: 2, id: String(id) }))
            .to.contain("belongs to a project that the token may not see")
            .and.contain("GitLab cannot move runners");
    });
});
