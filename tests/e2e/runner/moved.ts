import type { Engine } from "../../helpers/engine";

/** The marker of a runner of one of the tests' stacks. */
export const markerOf = (stack: string, name: string) =>
    new RegExp(`^managed-by: gitlab-fleet gitlab-fleet/${stack}#[a-z0-9]{10}/${name}$`);

/** What was changed in GitLab; it refuses to add an entry that is there already. */
export function writesOf(engine: Engine): string[] {
    const done = engine.sandbox.journal.writes().filter(({ status }) => status! < 400);
    return done.map(({ method, path: at }) => `${method} ${at.slice("/api/v4".length)}`);
}
