import * as fs from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { PulumiStack } from "../../../dev/scripts/pulumi";
import { skipWithout } from "../../helpers/needs";
import { stackConfig, startWorld, type World } from "./world";

const LOST = "  gitlab-fleet:stateLost: true\n";
const OWNER = "/etc/gitlab-runner/.gitlab-fleet-owner";

describe("two states of one stack on one Docker engine", () => {
    let world: World;
    let clone: PulumiStack;
    before(async function () {
        skipWithout("docker", this);
        world = await startWorld();
        await world.up();
        const folder = path.join(world.folder, "clone");
        fs.mkdirSync(folder);
        const { stackName, host, sandbox } = world;
        const env = { GITLAB_BASE_URL: `${sandbox.url}/api/v4/`, GITLAB_TOKEN: sandbox.tokens.owner! };
        clone = new PulumiStack({ folder, stack: stackName, config: stackConfig(host), env });
        await clone.init();
    });
    after(async () => {
        await clone?.run(["destroy", "--yes", "--skip-preview"]);
        await world?.close();
    });

    const runners = () => world.sandbox.db.runners.all().map(({ contactedAt: _, ...rest }) => rest);
    const identity = async () => /^state: (\S+)$/m.exec(await world.docker("exec", world.container, "cat", OWNER))![1];
    /** The container and its process; what Docker finds of its health changes by itself. */
    const running = async () => {
        const { Id, State } = await world.inspect(world.container);
        const { Health: _, ...state } = State;
        return { Id, ...state };
    };
    const up = (stack: PulumiStack) => stack.run(["up", "--yes", "--skip-preview"]);

    it("the second one stops before anything is changed in GitLab, and the first one's container runs on with its jobs", async () => {
        const job = world.enqueue({ script: "sleep 5" });
        await world.jobIs(job, "running");
        const [container, known] = [await running(), runners()];
        const { code, output } = await up(clone);
        expect(code, output).to.not.equal(0);
        expect(output)
            .to.contain(`volume ${world.container} is that of gitlab-fleet/${world.stackName}/ci-01, in another state`)
            .and.contain("gitlab-fleet:stateLost: true");
        const destroyed = await clone.run(["destroy", "--yes", "--skip-preview"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
        expect(runners()).to.deep.equal(known);
        expect(await running()).to.deep.equal(container);
        await world.jobIs(job, "success");
        await world.expectNoChanges();
    });

    it("the second one takes all over once it is said that the state was lost; the first one leaves it alone from then on", async () => {
        const before = await identity();
        clone.setConfig(`${stackConfig(world.host).trimEnd()}\n${LOST}`);
        const { code, output } = await up(clone);
        expect(code, output).to.equal(0);
        expect(output).to.contain(
            `Container ${world.container} is left from a run that did not finish, or whose state`,
        );
        expect(await identity()).to.not.equal(before);
        clone.setConfig(stackConfig(world.host));
        const container = await running();
        expect((await clone.run(["preview", "--expect-no-changes"])).code).to.equal(0);
        expect((await up(world.stack)).output).to.contain("in another state than this one");
        const destroyed = await world.stack.run(["destroy", "--yes", "--skip-preview"]);
        expect(destroyed.code, destroyed.output).to.equal(0);
        expect(destroyed.output).to.contain(`volume ${world.container} is that of`);
        expect(await running()).to.deep.equal(container);
    });
});
