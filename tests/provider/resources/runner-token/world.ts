import type { Props } from "../../../../core/props";
import { addRunner, type Runner } from "../../../../sandbox";
import { useWorld } from "../../world";

export const TYPE = "RunnerToken";
export const RESETS = /reset_authentication_token$/;

/** A GitLab with one runner, whose token lives for thirty days; anew for each test. */
export function runnerWithToken() {
    const world = useWorld("gitlab-fleet", {
        clockStart: new Date("2026-01-01T00:00:00Z"),
        seed: {
            users: [{ username: "olga" }],
            groups: [{ path: "apps", members: { olga: "owner" }, runnerTokenExpirationInterval: 30 * 24 * 3600 }],
            tokens: [
                { name: "api", user: "olga", scopes: ["api"] },
                { name: "manage", user: "olga", scopes: ["create_runner", "manage_runner", "read_api"] },
            ],
        },
    });
    let row: Runner;
    let inputs: Props;

    beforeEach(() => {
        const [group] = world.sandbox.db.groups.all();
        const [olga] = world.sandbox.db.users.all();
        row = addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group!.id, creatorId: olga!.id });
        inputs = { runnerId: String(row.id), issuedToken: row.token, runnerType: "group_type", groupId: group!.id };
    });

    /** What the engine does: diff, then update when something changes. */
    const up = async (state: Props, news: Props = inputs, olds: Props = inputs) => {
        await world.restart();
        const diff = await world.plugin.diff(TYPE, String(row.id), state, news, olds);
        if (!diff.changes) return state;
        return (await world.plugin.update(TYPE, String(row.id), state, news, { oldInputs: olds })).state;
    };
    const resets = () => world.sandbox.journal.count({ path: RESETS });
    return {
        world,
        up,
        resets,
        /** The runner in GitLab. */
        get row() {
            return row;
        },
        /** What its RunnerToken is declared with. */
        get inputs() {
            return inputs;
        },
    };
}
