import { idsIn } from "../../core/props";
import type { FunctionHandler } from "../handler";
import { noteAllowlists as note } from "../resources/allowlist/owners";

/**
 * Tells the plugin whose allowlists the program declares. A deleted `AllowlistBackup` acts only if its list is deleted
 * as well, and otherwise only the plugin of package `gitlab` would see that.
 */
export const noteAllowlists: FunctionHandler = async ({ gitlab }, args) => {
    const projects = idsIn(args.projects);
    note(gitlab, projects);
    return { noted: projects.length };
};
