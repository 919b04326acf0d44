import { expect } from "chai";
import type { Props } from "../../../core/props";
import { useWorld } from "../world";

/** What a program leaves to people. */
interface Case {
    type: string;
    property: string;
    declared: Props;
    /** Another property, which the program changes. */
    change: Props;
    /** What people make of it, through the API. */
    edit: { method: string; path: string; body: Props };
    now(): unknown;
}

const [PRODUCER, CONSUMER, ANOTHER] = [1, 2, 3];
const GROUP = 1;
const LIST = `/projects/${PRODUCER}/job_token_scope/allowlist`;

describe("ignoreChanges, where people have changed in GitLab what is ignored,", () => {
    const world = useWorld("gitlab", {
        seed: {
            users: [{ username: "root", admin: true }],
            groups: [{ path: "apps" }],
            projects: [{ path: "apps/poetry" }, { path: "apps/etl" }, { path: "apps/web" }],
            tokens: [{ name: "api", user: "root", scopes: ["api"] }],
        },
    });
    const ask = (method: string, path: string, body?: Props) =>
        fetch(`${world.sandbox.url}/api/v4${path}`, {
            method,
            headers: { "PRIVATE-TOKEN": world.sandbox.tokens.api!, "Content-Type": "application/json" },
            body: body && JSON.stringify(body),
        }).then((answer) => answer.json() as Promise<Record<string, unknown> & { id: number }[]>);

    const cases: Case[] = [
        {
            type: "UserRunner",
            property: "paused",
            declared: { runnerType: "instance_type", paused: false, description: "a" },
            change: { description: "b" },
            edit: { method: "PUT", path: "/runners/1", body: { paused: true } },
            now: async () => (await ask("GET", "/runners/1")).paused,
        },
        {
            type: "ProjectJobTokenScopes",
            property: "targetProjectIds",
            declared: { project: String(PRODUCER), targetProjectIds: [CONSUMER], targetGroupIds: [] },
            change: { targetGroupIds: [GROUP] },
            edit: { method: "POST", path: LIST, body: { target_project_id: ANOTHER } },
            now: async () => (await ask("GET", LIST)).map(({ id }) => id),
        },
    ];

    for (const { type, property, declared, change, edit, now } of cases) {
        it(`leaves ${property} of a ${type} to them, and says nothing of it`, async () => {
            const { plugin } = world;
            const { id, state } = await plugin.create(type, declared);
            await ask(edit.method, edit.path, edit.body);
            const edited = await now();
            await world.restart();
            const diff = (inputs: Props, ignored: string[]) =>
                world.plugin.diff(type, id, state, inputs, declared, ignored);
            expect((await diff(declared, [])).changes, "what is not ignored").to.equal(true);
            world.plugin.logs.length = 0;
            expect(await diff(declared, [property])).to.include({ changes: false });
            expect(world.plugin.logs).to.deep.equal([]);
            const next = { ...declared, ...change };
            const changed = Object.keys((await diff(next, [property])).detailed).map((at) => at.split("[")[0]);
            expect(changed).to.deep.equal(Object.keys(change));
            await world.plugin.update(type, id, state, next, { oldInputs: declared, ignoreChanges: [property] });
            expect(await now()).to.deep.equal(edited);
        });
    }
});
