import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { RunnerManager } from "../../../components/manager/manager";
import type { RunnerArgs } from "../../../components/runner/args";
import { Runner } from "../../../components/runner/runner";
import { resolved } from "../../helpers/outputs";
import { mockPulumi, runnerIdOf } from "../../helpers/pulumi-mocks";

const TOKEN = "gitlab-fleet:index:RunnerToken";
const ONLINE = "gitlab-fleet:index:ManagerOnline";

describe("Runner's token", () => {
    const declare = (name: string, args: Partial<RunnerArgs> = {}) =>
        new Runner(name, { scope: { group: 7 }, ...args });
    const manage = (name: string, runner: Runner, online?: true | { timeout: string }) =>
        new RunnerManager(name, {
            placement: { directory: `/srv/${name}` },
            config: { concurrent: 1 },
            gitlabUrl: "https://git.example.org",
            workers: [{ runner, config: { executor: "shell" } }],
            online,
        });

    it("is kept by a RunnerToken with the scope that its listing needs, and by nothing else", async () => {
        const world = mockPulumi();
        const runner = declare("ci", { rotateBefore: "7d", rotationTrigger: "2026-02" });
        await world.settled();
        const [token] = world.of(TOKEN);
        expect(token!.inputs).to.deep.equal({
            runnerId: String(runnerIdOf("ci")),
            issuedToken: "glrt-ci-token",
            rotateBefore: "7d",
            rotationTrigger: "2026-02",
            runnerType: "group_type",
            groupId: 7,
        });
        expect(token!.secrets).to.include("issuedToken");
        expect(await resolved(runner.token)).to.equal("glrt-ci-token");
    });

    it('leaves the expiry out of config.toml, and writes it with rotation "runner"', async () => {
        mockPulumi();
        const ours = manage("one", declare("a"));
        expect(await resolved(ours.configToml)).to.not.contain("token_");
        const theirs = manage("two", declare("b", { rotation: "runner" }));
        expect(await resolved(theirs.configToml))
            .to.contain("token_obtained_at = 2026-01-01T00:00:00.000Z")
            .and.contain("token_expires_at = 2026-01-31T00:00:00.000Z");
    });

    it('tells the RunnerToken where the process keeps the token with rotation "runner"', async () => {
        const world = mockPulumi();
        manage("one", declare("a", { rotation: "runner" }));
        await world.settled();
        expect(world.inputsOf(TOKEN)[0]).to.include({ rotation: "runner" });
        expect(world.inputsOf(TOKEN)[0]!.configPaths).to.deep.equal(["/srv/one/config.toml"]);
    });

    it('refuses a second manager of a runner whose rotation is "runner"', () => {
        mockPulumi();
        const runner = declare("a", { rotation: "runner" });
        manage("one", runner);
        expect(() => manage("two", runner)).to.throw(
            'RunnerManager "two": cannot serve runner "a", whose rotation is "runner", besides RunnerManager "one"',
        );
    });

    it('refuses a container for a runner whose rotation is "runner": up could not read the token back', () => {
        mockPulumi();
        const runner = declare("a", { rotation: "runner" });
        const onDocker = () =>
            new RunnerManager("one", {
                placement: { docker: {} },
                config: { concurrent: 1 },
                gitlabUrl: "https://git.example.org",
                workers: [{ runner, config: { executor: "shell" } }],
            });
        expect(onDocker).to.throw(
            'RunnerManager "one": cannot serve runner "a", whose rotation is "runner": the process must be able to write config.toml',
        );
    });

    it("tells the files that the process rotates, so that read-only ones are refused before tokens are known", async () => {
        const world = mockPulumi();
        manage("one", declare("a", { rotation: "runner" }));
        manage("two", declare("b"));
        await world.settled();
        const files = world.of("gitlab-fleet:index:ManagerFiles");
        const of = (manager: string) => files.find(({ name }) => name === manager)!.inputs;
        expect(of("one")).to.include({ rotatedByProcess: true });
        expect(of("two")).to.not.have.property("rotatedByProcess");
    });

    it("reports every mistake about token and adoption at once", () => {
        mockPulumi();
        const wrong = { rotation: "me", rotateBefore: "soon", adopt: { id: 1, tags: ["x"] } } as unknown as RunnerArgs;
        expect(() => declare("a", wrong))
            .to.throw("rotation must be one of pulumi, runner")
            .with.property("message")
            .that.contains("rotateBefore must be a duration")
            .and.contains("adopt has both an id and a description");
    });

    it("adopts by an id that is one, and by nothing like it", () => {
        mockPulumi();
        for (const id of ["#7", " 7", "７", "007", "1e3", "0x7", "", 0, -7, 7.5, 2 ** 53]) {
            expect(() => declare("a", { adopt: { id } })).to.throw("adopt.id must be GitLab's number of a runner");
        }
    });

    it("adopts by nothing that is known later, which no compiler refuses outside of TypeScript", () => {
        mockPulumi();
        const adopt = { id: pulumi.secret(7) as unknown as number };
        expect(() => declare("a", { adopt })).to.throw(
            'Runner "a": adopt must be known when the program runs (got an output). Write a plain value.',
        );
    });

    it("refuses a time to wait that is none before anything is declared", async () => {
        const world = mockPulumi();
        const runner = declare("a");
        expect(() => manage("one", runner, { timeout: "soon" })).to.throw(
            'RunnerManager "one": online.timeout must be a duration such as 2m or 90s (got "soon"). Correct it.',
        );
        await world.settled();
        expect(world.of(ONLINE)).to.deep.equal([]);
    });

    it("waits for the manager only when asked to, once for each runner", async () => {
        const world = mockPulumi();
        manage("one", declare("a"));
        manage("two", declare("b"), { timeout: "5m" });
        await world.settled();
        const [online, ...more] = world.of(ONLINE);
        expect(more).to.deep.equal([]);
        expect(online!.inputs).to.include({ timeout: "5m", token: "glrt-b-token" });
        expect(online!.inputs.systemId).to.match(/^r_/);
        expect(online!.inputs.configHash).to.match(/^[0-9a-f]{64}$/);
        expect(online!.secrets).to.include("token").and.not.include("configHash");
    });
});
