import { expect } from "chai";
import { addProjectLink } from "../../../../sandbox/job-token-links";
import { rejection } from "../../../helpers/rejection";
import { useWorld } from "../../world";

const TYPE = "JobTokenPolicies";
const [POETRY, ETL, FRESH] = [1, 2, 3] as const;

describe("what JobTokenPolicies take back", () => {
    const world = useWorld("gitlab-fleet", {
        seed: {
            users: [{ username: "olga" }],
            groups: [{ path: "apps", members: { olga: "owner" } }],
            projects: [
                { path: "apps/poetry", jobTokenScope: { enabled: true, projects: ["apps/etl"] } },
                { path: "apps/etl" },
                { path: "apps/fresh" },
            ],
            tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
        },
    });
    const listed = () =>
        world.sandbox.db.projectLinks.find("source", `inbound:${POETRY}`).map(({ targetId }) => targetId);
    const inputs = (...targets: number[]) => ({
        project: "apps/poetry",
        entries: targets.map((targetProjectId) => ({ targetProjectId, policies: ["READ_JOBS"] })),
    });

    it("shows an entry that the program has no more, and the list of another project as another one", async () => {
        const wanted = inputs(ETL, FRESH);
        const { id, state } = await world.plugin.create(TYPE, wanted);
        const diff = await world.plugin.diff(TYPE, id, state, inputs(ETL), wanted);
        expect(diff).to.deep.include({ changes: true, replaces: [], detailed: { "entries[1]": "delete" } });
        const other = { ...wanted, project: "apps/etl" };
        expect((await world.plugin.diff(TYPE, id, state, other, wanted)).replaces).to.deep.equal(["project"]);
    });

    it("is no entry that somebody else put there again after it was taken away", async () => {
        const first = await world.plugin.create(TYPE, inputs(ETL, FRESH));
        const second = await world.plugin.update(TYPE, first.id, first.state, inputs(ETL), {
            oldInputs: inputs(ETL, FRESH),
        });
        expect(listed()).to.deep.equal([ETL]);
        addProjectLink(world.sandbox.db, { sourceId: POETRY, targetId: FRESH, addedById: null });
        await world.plugin.delete(TYPE, first.id, second.state);
        expect(listed()).to.deep.equal([ETL, FRESH]);
    });

    it("stays in the state, with GitLab's words, where GitLab refuses to take it back", async () => {
        const { id, state } = await world.plugin.create(TYPE, inputs(FRESH));
        world.sandbox.faults.plan({
            path: "/api/graphql",
            writes: true,
            fault: { kind: "status", status: 403, body: { message: "403 Forbidden" } },
        });
        const error = await rejection(world.plugin.delete(TYPE, id, state));
        expect(error.message).to.contain("403 Forbidden");
        expect(error).to.not.have.property("kept");
        expect(listed()).to.deep.equal([ETL, FRESH]);
    });
});
