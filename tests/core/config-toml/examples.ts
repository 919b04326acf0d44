import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { GlobalConfig, ManagerConfig, WorkerConfig, WorkerEntry } from "../../../core/config-toml";

/** Folder of the examples in the documentation. */
export const EXAMPLES = join(__dirname, "../../../docs/config-toml/examples");

interface StackFile {
    config: {
        "gitlab-fleet:runners": Record<string, { scope: unknown; runUntagged?: boolean; config: WorkerConfig }>;
        "gitlab-fleet:managers": Record<string, { runners: string[]; config: GlobalConfig }>;
    };
}

/** One example: a stack configuration with one manager, and the config.toml that comes of it. */
export interface Example {
    /** File name without its ending. */
    name: string;
    /** Values of the stack configuration by their full key. */
    stack: StackFile["config"];
    /** What its manager's config.toml says. */
    manager: ManagerConfig;
}

/** All examples of the documentation. */
export function readExamples(): Example[] {
    const names = readdirSync(EXAMPLES).filter((file) => file.endsWith(".yaml"));
    return names.map((file) => {
        const stack = (parse(readFileSync(join(EXAMPLES, file), "utf8")) as StackFile).config;
        const [manager] = Object.values(stack["gitlab-fleet:managers"]);
        const workers = manager!.runners.map((name, index) => toWorker(name, index, stack));
        return { name: file.replace(".yaml", ""), stack, manager: { global: manager!.config, workers } };
    });
}

function toWorker(name: string, index: number, stack: StackFile["config"]): WorkerEntry {
    const { scope, runUntagged, config } = stack["gitlab-fleet:runners"][name]!;
    const shared = scope === "instance" || (typeof scope === "object" && scope !== null && "group" in scope);
    return {
        name,
        url: "https://gitlab.example.org",
        token: `glrt-example-${index + 1}`,
        id: index + 1,
        config,
        runner: { runUntagged, shared },
    };
}
