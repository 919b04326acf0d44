import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { stackFileName, stackFolder } from "../../components/fleet/config/stack-files";
import { attempt } from "../../core/attempt";

export interface StackFileText {
    /** Relative to the folder of Pulumi.yaml. */
    path: string;
    /** Empty if it cannot be read. */
    text: string;
    /** Folder of its shared files. */
    folder: string;
}

export function stackFileOf(root: string, stack: string): StackFileText {
    const folder = stackFolder(root);
    const path = join(folder, stackFileName(root, stack));
    return { path: relative(root, path), text: attempt(() => readFileSync(path, "utf8")) ?? "", folder };
}
