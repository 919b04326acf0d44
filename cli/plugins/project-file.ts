import { isMap, isSeq, parseDocument } from "yaml";
import { Failed } from "../exit";

/** The text of a `Pulumi.yaml` in which the plugins in `path` serve the packages; the rest stays, even comments. */
export function withPlugins(text: string, names: readonly string[], path: string): string {
    const document = parseDocument(text);
    if (document.errors.length > 0 || !isMap(document.contents)) {
        throw new Failed(`Pulumi.yaml is not a project file: ${document.errors[0]?.message ?? "it has no keys"}`);
    }
    let changed = false;
    for (const name of names) {
        const providers = document.getIn(["plugins", "providers"]);
        const entries = isSeq(providers) ? providers.items : [];
        const entry = entries.find((item) => isMap(item) && item.get("name") === name);
        if (isMap(entry)) {
            if (entry.get("path") === path) continue;
            entry.set("path", path);
        } else if (isSeq(providers)) {
            providers.add(document.createNode({ name, path }));
        } else {
            document.setIn(["plugins", "providers"], document.createNode([{ name, path }]));
        }
        changed = true;
    }
    return changed ? document.toString({ lineWidth: 0, flowCollectionPadding: false }) : text;
}
