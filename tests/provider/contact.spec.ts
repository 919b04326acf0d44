import { expect } from "chai";
import { RELEASES } from "../../sandbox";
import { rejection } from "../helpers/rejection";
import { useWorld } from "./world";

const SYSTEM_ID = "r_0123456789ab";

/** What counts as contact, and what ends a runner's creation, differs between GitLab's versions. */
for (const release of RELEASES) {
    describe(`contact of a runner in GitLab ${release}`, () => {
        const world = useWorld("gitlab-fleet", {
            version: release,
            seed: {
                users: [{ username: "olga" }],
                groups: [{ path: "apps", members: { olga: "owner" } }],
                tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
            },
        });
        const countsVerify = release !== 17;
        const losesTokenByVerify = release === "18.0";
        let id: number;
        let token: string;

        const api = async (path: string, body: object) => {
            const answer = await fetch(`${world.sandbox.url}/api/v4${path}`, {
                method: "POST",
                headers: { "content-type": "application/json", "private-token": world.sandbox.tokens.api! },
                body: JSON.stringify(body),
            });
            return answer.status === 204 ? undefined : ((await answer.json()) as { id: number; token: string });
        };
        const verify = () => api("/runners/verify", { token, system_id: SYSTEM_ID });
        const ask = () => api("/jobs/request", { token, system_id: SYSTEM_ID });

        beforeEach(async () => {
            world.sandbox.db.settings.longPollSeconds = 0;
            const made = await api("/user/runners", { runner_type: "group_type", group_id: 1, description: "made" });
            ({ id, token } = made!);
        });

        const claimed = async () => {
            await world.restart();
            const { state } = await world.plugin.create("ExclusiveRunners", {
                owner: "fleet/prod",
                identity: "k7m2x9pq4w",
                runnerType: "group_type",
                groupId: 1,
                runners: {},
                claim: { statuses: ["never_contacted"] },
            });
            return (state.found as { id: string }[]).map((one) => one.id);
        };
        const recover = () =>
            world.plugin.create("RunnerToken", { runnerId: String(id), runnerType: "group_type", groupId: 1 });
        const wait = () =>
            world.plugin.create("ManagerOnline", { runnerId: String(id), systemId: SYSTEM_ID, timeout: "1s", token });

        it("claims as never_contacted what has not asked for a job, and nothing that has", async () => {
            expect(await claimed()).to.deep.equal([String(id)]);
            await verify();
            expect(await claimed()).to.deep.equal(losesTokenByVerify ? [] : [String(id)]);
            await ask();
            expect(await claimed()).to.deep.equal([]);
        });

        it(`${losesTokenByVerify ? "resets" : "recovers"} a lost token after verify, and resets it after a request for a job`, async () => {
            await verify();
            const { state } = await recover();
            expect(state.token === token).to.equal(!losesTokenByVerify);
            token = state.token as string;
            await ask();
            expect((await recover()).state.token).not.to.equal(token);
        });

        it(`${countsVerify ? "is over" : "goes on waiting"} after verify, and is over after a request for a job`, async () => {
            await verify();
            if (countsVerify) expect((await wait()).state.contactedAt).to.be.a("string");
            else expect((await rejection(wait())).message).to.contain(`GitLab did not hear from ${SYSTEM_ID}`);
            await ask();
            expect((await wait()).state.contactedAt).to.be.a("string");
        });
    });
}
