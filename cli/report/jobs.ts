import { changed, plainLine as line } from "./meaning";
import type { Step } from "./preview";
import type { Line, Told } from "./summary";

/**
 * Whether jobs are interrupted. A running process reads a new config.toml; a container drains before it is replaced; a
 * runner that is deleted gets no more jobs.
 */
export function findJobs(steps: readonly Step[], told: Told): Line[] {
    const goes = (type: string) => changed(steps, type).filter(({ operation }) => /delete|replace/.test(operation));
    const drains = "is drained first: running jobs may end within drainTimeout, and what runs longer is interrupted";
    const containers = Object.entries({ Container: "container", StatefulSet: "pod" }).flatMap(([type, what]) =>
        goes(type).map(({ name, operation }) => line(operation, `manager ${name}`, `its ${what} ${drains}`)),
    );
    const drained = [...changed(steps, "ManagerVolume"), ...changed(steps, "ManagerPod")]
        .filter(({ name }) => !containers.some(({ subject }) => subject === `manager ${name}`))
        .flatMap((step) =>
            told
                .each(step, (text) => /^(drain|overlap): /.test(text))
                .map(([text = ""]) => line("replace", `manager ${step.name}:`, text)),
        );
    const stopped = goes("ManagerFiles")
        .filter(({ operation }) => operation === "delete")
        .map(({ name, operation }) => line(operation, `manager ${name}`, "gets no new jobs"));
    const without = goes("UserRunner").map(({ name, operation }) => {
        const id = operation === "replace" ? " under its old id" : "";
        return line(operation, `runner ${name}`, `gets no new jobs${id}`);
    });
    const lines: Line[] = [...containers, ...drained, ...stopped, ...without];
    const touches = ["ManagerFiles", "ManagerVolume", "ManagerPod", "Container", "UserRunner", "RunnerToken"];
    if (lines.length > 0 || !touches.some((type) => changed(steps, type).length > 0)) return lines;
    return [line("same", "", "No running job is interrupted.")];
}
