import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Files of the plugin, without what is made anew for each Node.js; `root` is the repository. */
export function pluginFiles(root) {
    const folder = join(root, "provider/bin");
    return readdirSync(folder)
        .filter((name) => !/\.(cache|map|tmp)$/.test(name))
        .sort()
        .map((name) => ({ path: join(folder, name), mode: /^pulumi-resource-[a-z-]+$/.test(name) ? 0o755 : 0o644 }));
}
