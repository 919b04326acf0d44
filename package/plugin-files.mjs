import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Files of the plugin, without those that are generated for each Node.js; `root` is the repository. */
export function pluginFiles(root) {
    const folder = join(root, "provider/bin");
    return (
        readdirSync(folder)
            // By name, so that other files in the folder are not published.
            .filter((name) =>
                /^(pulumi-resource-[a-z-]+(\.cmd)?|(plugin|construct)\.js|components\.json|start\.cjs)$/.test(name),
            )
            .sort()
            .map((name) => ({ path: join(folder, name), mode: /^pulumi-resource-[a-z-]+$/.test(name) ? 0o755 : 0o644 }))
    );
}
