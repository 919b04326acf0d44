import { parseYamlFile, type YamlFile } from "../../components/fleet/config/yaml-file";
import { attempt } from "../../core/attempt";
import { isMap } from "../../core/values";
import type { Message } from "./summary";

type Keys = (string | number)[];

const MEMBERS = String.raw`(?:\.[\w-]+|\[\d+\]|\["(?:[^"\\]|\\.)*"\])*`;
/** `gitlab-fleet:runners.small.config.limit`, as messages about a stack's file name a value. */
const IN_FILE = new RegExp(String.raw`(?<![\w:'.-])(gitlab(?:-fleet)?:[A-Za-z]\w*)(${MEMBERS})`);
/** `workers[0].config.limit` of a manager; policies say `workers.small.limit`. */
const IN_MANAGER = new RegExp(String.raw`\bworkers(${MEMBERS})`);

/** Whether a line is about a value of the stack's file, and begins with its place. */
export function isPlaced(line: string): boolean {
    return IN_FILE.exec(line.trim())?.index === 0;
}

/** Finds the line of a stack's file that a message is about: that of the value it names, else of the resource's name; else the first. */
export function locateIn(text: string): (message: Message) => number {
    const parsed = parseYamlFile(text);
    const file = "reason" in parsed ? undefined : parsed;
    return (message) => {
        const keys = file && placeOf(message, file);
        // Only the section of the value is there where all of it stands in a file that stacks share.
        const line = keys && file?.lineOf(["config", ...keys]);
        return line ?? lineOfName(text, message);
    };
}

function placeOf({ name, lines }: Message, file: YamlFile): Keys | undefined {
    const first = lines[0] ?? "";
    const [, section, members] = IN_FILE.exec(first) ?? [];
    if (section !== undefined) return [section, ...keysOf(members!)];
    const [, inManager] = IN_MANAGER.exec(first) ?? [];
    if (inManager === undefined) return undefined;
    const [worker, ...rest] = keysOf(inManager);
    const runner = typeof worker === "number" ? runnersOf(file, name)[worker] : worker;
    if (typeof runner !== "string") return undefined;
    return ["gitlab-fleet:runners", runner, "config", ...rest.filter((key, at) => at > 0 || key !== "config")];
}

function runnersOf({ value }: YamlFile, manager: string): unknown[] {
    let found: unknown = value;
    for (const key of ["config", "gitlab-fleet:managers", manager, "runners"])
        found = isMap(found) ? found[key] : undefined;
    return Array.isArray(found) ? found : [];
}

function keysOf(members: string): Keys {
    return [...members.matchAll(/\.([\w-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)].map(([, plain, index, quoted]) => {
        if (index !== undefined) return Number(index);
        return plain ?? attempt(() => String(JSON.parse(quoted!))) ?? quoted!.slice(1, -1);
    });
}

function lineOfName(text: string, { name, lines }: Message): number {
    const named = /"([^"\n]+)"|runner (\S+)/.exec(lines[0] ?? "");
    const names = [name, named?.[1] ?? "", named?.[2] ?? ""].filter((one) => one !== "");
    const at = text.split("\n").findIndex((line) => {
        const key = line.trim().replace(/^["']|["']?:.*$/g, "");
        return line.includes(":") && names.includes(key);
    });
    return at + 1 || 1;
}
