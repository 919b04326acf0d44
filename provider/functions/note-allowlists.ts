import { idsIn } from "../../core/props";
import type { FunctionHandler } from "../handler";
import { noteAllowlists as note } from "../resources/allowlist/owners";

/**
 * Tells the plugin whose allowlists the program has. What an `AllowlistBackup` does when it goes is for a list that goes with it; whether
 * the list goes, only the plugin of package `gitlab` would see.
 */
export const noteAllowlists: FunctionHandler = async ({ gitlab }, args) => {
    const projects = idsIn(args.projects);
    note(gitlab, projects);
    return { noted: projects.length };
};
