import { expect } from "chai";
import { UNKNOWN } from "../../../../core/props";
import { rejection } from "../../../helpers/rejection";
import { useWorld } from "../../world";

const TYPE = "StackIdentity";
const OLD = "https://old.example.org/api/v4/";

describe("the GitLab of a stack", () => {
    const world = useWorld("gitlab-fleet", {
        seed: { users: [{ username: "olga" }], tokens: [{ name: "api", user: "olga", scopes: ["api"] }] },
    });

    it("has moved only from where somebody says that it was, and not from elsewhere", async () => {
        const state = { identity: "k7m2x9pq4w", gitlab: OLD };
        const moved = (movedFrom: string) => world.plugin.diff(TYPE, "k7m2x9pq4w", state, { movedFrom });
        for (const elsewhere of ["https://other.example.org", "https://old.example.org:8443", "old"]) {
            const { message } = await rejection(moved(elsewhere));
            expect(message).to.contain(`This stack belongs to the GitLab at ${OLD}`).and.contain("Nothing was changed");
        }
        expect((await moved("https://old.example.org")).changes).to.equal(true);
    });

    it("is not taken for another one where it does not say who is there", async () => {
        const witness = { witnessId: 1, witnessName: "olga", witnessSince: "2020-01-01T00:00:00.000Z" };
        world.sandbox.faults.plan({ path: "/users/1", fault: { kind: "status", status: 403 } });
        const { message } = await rejection(
            world.plugin.diff(TYPE, "k7m2x9pq4w", { identity: "k7m2x9pq4w", gitlab: OLD, ...witness }, {}),
        );
        expect(message).to.contain("(403)").and.not.contain("does not know");
    });

    it("is asked nothing in the preview of a new stack, which knows no identity yet", async () => {
        const { state } = await world.plugin.create(TYPE, {}, { preview: true });
        expect(state).to.deep.equal({ identity: UNKNOWN, gitlab: `${world.sandbox.url}/api/v4/` });
        expect(world.sandbox.journal.count()).to.equal(0);
    });
});
