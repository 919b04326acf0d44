import { changed } from "./meaning";
import type { Step } from "./preview";
import type { Line, Told } from "./summary";

/**
 * Whether jobs are interrupted. A new config.toml is read by a process that runs on; a container is drained before it is made anew;
 * a runner that goes from GitLab gets no more jobs.
 */
export function findJobs(steps: readonly Step[], told: Told): Line[] {
    const goes = (type: string) => changed(steps, type).filter(({ operation }) => /delete|replace/.test(operation));
    const containers = Object.entries({ Container: "container", StatefulSet: "pod" }).flatMap(([type, what]) =>
        goes(type).map(({ name, operation }) => ({
            operation,
            subject: `manager ${name}`,
            text: `its ${what} is drained first: running jobs may end within drainTimeout, and what runs longer is interrupted`,
            more: [],
        })),
    );
    const drained = [...changed(steps, "ManagerVolume"), ...changed(steps, "ManagerPod")]
        .filter(({ name }) => !containers.some(({ subject }) => subject === `manager ${name}`))
        .flatMap(({ name, ...step }) =>
            told
                .each({ name, ...step }, (line) => /^(drain|overlap): /.test(line))
                .map(([text = ""]) => ({ operation: "replace" as const, subject: `manager ${name}:`, text, more: [] })),
        );
    const stopped = goes("ManagerFiles")
        .filter(({ operation }) => operation === "delete")
        .map(({ name, operation }) => ({ operation, subject: `manager ${name}`, text: "gets no new jobs", more: [] }));
    const without = goes("UserRunner").map(({ name, operation }) => ({
        operation,
        subject: `runner ${name}`,
        text: operation === "replace" ? "gets no new jobs under its old id" : "gets no new jobs",
        more: [],
    }));
    const lines: Line[] = [...containers, ...drained, ...stopped, ...without];
    const touches = ["ManagerFiles", "ManagerVolume", "ManagerPod", "Container", "UserRunner", "RunnerToken"];
    if (lines.length > 0 || !touches.some((type) => changed(steps, type).length > 0)) return lines;
    return [{ operation: "same", subject: "", text: "No running job is interrupted.", more: [] }];
}
