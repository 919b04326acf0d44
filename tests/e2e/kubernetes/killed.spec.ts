import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import type { StateResource } from "../../../dev/scripts/pulumi";
import { killUp } from "../../helpers/killed-up";
import type { KubeObject } from "./api";
import { startWorld, type World } from "./world";

const NAME = "gitlab-fleet-test-ci-01";
const STATE = "gitlab-fleet.com/state";

describe("an up that was killed before Pulumi had noted what it made in the cluster", () => {
    let world: World;
    const setPath = () => `/apis/apps/v1/namespaces/${world.namespace}/statefulsets/${NAME}`;
    const everything = async () => [...(await world.objects()), ...(await world.objects(world.jobs))];
    const uids = async () =>
        Object.fromEntries((await everything()).map(({ kind, metadata }: KubeObject) => [kind, metadata.uid]));
    /** What a kill at the right moment leaves behind: the object is there, and the state knows nothing of it. */
    const forget = (kind: string) => {
        const file = path.join(world.folder, "backend/.pulumi/stacks/gitlab-fleet/test.json");
        const state = JSON.parse(fs.readFileSync(file, "utf8"));
        const all = state.checkpoint.latest.resources as StateResource[];
        const { urn } = all.find(({ type }) => type.endsWith(`:${kind}`))!;
        const others = JSON.stringify(all.filter((one) => one.urn !== urn));
        state.checkpoint.latest.resources = JSON.parse(others, (_, value) =>
            Array.isArray(value) ? value.filter((item) => item !== urn) : value,
        );
        fs.writeFileSync(file, JSON.stringify(state));
    };

    before(async () => {
        world = await startWorld();
    });
    after(() => world?.close());

    it("is gone on with by the next one: the StatefulSet is made as declared, with one runner in GitLab", async () => {
        let isThere = false;
        const looking = setInterval(async () => {
            isThere ||= (await world.api.get(setPath())).status === 200;
        }, 20);
        const { killed, output } = await killUp(world.stack, () => isThere);
        clearInterval(looking);
        expect(killed, output).to.equal(true);
        expect(world.resources().map(({ type }) => type)).to.not.include("kubernetes:apps/v1:StatefulSet");
        await world.stack.run(["cancel", "--yes"]);
        const left = await uids();
        const { output: said } = await world.up();
        expect(said.replace(/\s+/g, " ")).to.include(`had made statefulsets "${NAME}" in namespace ${world.namespace}`);
        const { StatefulSet, ...others } = await uids();
        expect({ ...others, StatefulSet: left.StatefulSet }).to.deep.equal(left);
        expect(StatefulSet).to.not.equal(left.StatefulSet);
        expect(world.sandbox.db.runners.all()).to.have.lengthOf(1);
        await world.expectNoChanges();
    });

    it("is not seen in an object that another state of the same name has made: it stays, and is named", async () => {
        const before = await uids();
        const { body } = await world.api.get(setPath());
        const own = body.metadata.annotations![STATE];
        const say = (state: string) => world.api.patch(setPath(), { metadata: { annotations: { [STATE]: state } } });
        await say("another");
        forget("StatefulSet");
        expect(await world.refused()).to.include(`this stack has not made: statefulsets "${NAME}" in namespace`);
        expect(await uids()).to.deep.equal(before);
        await say(own!);
    });

    it("is gone on with whatever it was making, and what the state knows is left as it is", async () => {
        const before = await uids();
        for (const kind of ["RoleBinding", "PodDisruptionBudget", "Secret"]) forget(kind);
        await world.up();
        const after = await uids();
        for (const kind of ["RoleBinding", "PodDisruptionBudget", "Secret", "StatefulSet"])
            expect(after[kind], kind).to.not.equal(before[kind]);
        for (const kind of ["ServiceAccount", "Role"]) expect(after[kind], kind).to.equal(before[kind]);
        await world.expectNoChanges();
    });
});
