import { addRunner, type Seed } from "../../../../sandbox";
import { useWorld } from "../../world";

export const TYPE = "ExclusiveRunners";
export const OWNER = "fleet/prod";
export const IDENTITY = "k7m2x9pq4w";
export const marker = (name: string, owner = `${OWNER}#${IDENTITY}`) => `managed-by: gitlab-fleet ${owner}/${name}`;

const GROUP_OF_OLGA: Seed = {
    users: [{ username: "olga" }],
    groups: [{ path: "apps", members: { olga: "owner" } }],
    tokens: [{ name: "api", user: "olga", scopes: ["api"] }],
};

/** A GitLab whose group `apps` has runners, and the plugin logged in there; anew for each test. */
export function groupWithRunners({ seed = GROUP_OF_OLGA, clockStart }: { seed?: Seed; clockStart?: Date } = {}) {
    const world = useWorld("gitlab-fleet", { seed, clockStart });
    let group: number;
    before(() => {
        group = world.sandbox.db.groups.first("path", "apps")!.id;
    });
    return {
        world,
        get group() {
            return group;
        },
        /** A runner of the group, or of projects. */
        runner: (description: string, more: Partial<Parameters<typeof addRunner>[1]> = {}, projects: number[] = []) =>
            addRunner(world.sandbox.db, { runnerType: "group_type", groupId: group, description, ...more }, projects)
                .id,
        inputs: (more: object = {}) => ({
            owner: OWNER,
            identity: IDENTITY,
            runnerType: "group_type",
            groupId: group,
            runners: {},
            claim: { descriptions: ["my-*"] },
            ...more,
        }),
        ids: () => world.sandbox.db.runners.all().map(({ id }) => id),
        /** What GitLab says of a runner's last job. */
        lastJob: (id: number, body: object[]) =>
            world.sandbox.faults.plan({
                path: `/runners/${id}/jobs`,
                times: 0,
                fault: { kind: "status", status: 200, body },
            }),
        iso: (ago: number) => new Date(world.sandbox.clock.now() - ago).toISOString(),
    };
}
