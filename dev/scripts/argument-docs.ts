// Fills the tables of arguments in docs/: the lines between `<!-- arguments: <name> -->` and `<!-- end -->` say of each argument what
// its doc comment says, and what the shape of stack configs allows.
//
//   tsx dev/scripts/argument-docs.ts [folder]     (called by dev/scripts/generate.sh)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { described } from "../../components/common/described";
import { shaped } from "../../components/common/maps";
import type { Kind } from "../../components/common/shape";
import { FLEET_KEYS, GITLAB_KEYS } from "../../components/fleet/config/schema";
import { PLACEMENTS } from "../../components/manager/placements";
import { type Cost, costsOf } from "../../components/manager/placements/kind";
import { SERVICE_SHAPE } from "../../components/manager/placements/service";

interface JsonSchema {
    description?: string;
    type?: string;
    properties?: Record<string, JsonSchema>;
    required?: string[];
    additionalProperties?: JsonSchema;
    items?: JsonSchema;
    anyOf?: JsonSchema[];
    enum?: unknown[];
    minimum?: number;
    maxItems?: number;
    maxLength?: number;
}

interface Table {
    /** Above the names. */
    heading: string;
    shape: JsonSchema;
    /** Stands before each name. */
    prefix?: string;
    /** What a change of each does, where there is more than one answer. */
    costs?: Readonly<Record<string, Cost>>;
}

const PAGES = ["stack-config.md", "components.md", "hosts.md", "docker-placement.md", "kubernetes.md"];
const DEFAULT = / ?Default: (.*)\.$/;

/** Where more is said of an argument, by table and name. */
const MORE: Record<string, string> = {
    "runners.config": "[Its keys](config-toml/runners.md).",
    "runners.adopt": "[More](moves.md).",
    "runners.rotation": "[More](tokens.md).",
    "managers.config": "[Its keys](config-toml/global.md).",
    "managers.placement":
        "Each has a page: [`directory`](components.md#runnermanager), [`ssh`](hosts.md), [`docker`](docker-placement.md), [`kubernetes`](kubernetes.md).",
    "registries.policies": "[More](registry-access.md).",
};

/** The same page with its tables as the shapes have them. */
export function fillTables(page: string): string {
    return page.replace(
        /(<!-- arguments: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
        (_, begin: string, name: string, end: string) => `${begin}\n${table(name)}\n${end}`,
    );
}

function tables(): Record<string, Table> {
    const { properties } = jsonOf(shaped("fleet", FLEET_KEYS));
    const section = (name: string) => ({ heading: "key", shape: properties![name]!.additionalProperties! });
    const kinds = PLACEMENTS.map(({ key, schema, costs }): [string, Table] => {
        const shape = jsonOf({ schema });
        const inner = shape.properties![key]!;
        // A placement that is one text has its options beside it; those of the process have a table of their own.
        const own = inner.properties === undefined ? without(shape, Object.keys(SERVICE_SHAPE)) : inner;
        return [key, { heading: `with \`${key}\``, shape: own, costs }];
    });
    return {
        ...Object.fromEntries(["runners", "managers", "exclusive", "registries"].map((name) => [name, section(name)])),
        ...Object.fromEntries(kinds),
        gitlab: { heading: "key", prefix: "gitlab:", shape: jsonOf(shaped("gitlab", GITLAB_KEYS)) },
        service: {
            heading: "next to `ssh` or `directory`",
            shape: jsonOf(shaped("service", SERVICE_SHAPE)),
            costs: costsOf("in place", SERVICE_SHAPE),
        },
    };
}

function table(name: string): string {
    const { heading, shape, prefix = "", costs } = tables()[name]!;
    const columns = [heading, "meaning", "default", ...(costs === undefined ? [] : ["on change"])];
    const rows = membersOf(shape).map(([key, property, isNeeded]) => {
        const description = property.description ?? "";
        const more = MORE[`${name}.${key}`];
        const said = description.replace(DEFAULT, "");
        const meaning = [toCell(said), ...limitsOf(property, said)];
        const fallback = DEFAULT.exec(description)?.[1];
        return [
            `\`${prefix}${key}\``,
            [...meaning, ...(more === undefined ? [] : [more])].join(" "),
            isNeeded ? "required" : fallback === undefined ? "" : toDefault(fallback, property),
            ...(costs === undefined ? [] : [costs[key.split(".")[0]!]!]),
        ];
    });
    return [columns, columns.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
}

/** Arguments with those of the maps among them, by path. A map by names of the user's own has none. */
function membersOf(shape: JsonSchema, path = "", isNeededAbove = true): [string, JsonSchema, boolean][] {
    return Object.entries(shape.properties ?? {}).flatMap(([key, property]) => {
        const isNeeded = isNeededAbove && shape.required?.includes(key) === true;
        const below = path === "" ? membersOf(property, `${key}.`, isNeeded) : [];
        return [[`${path}${key}`, property, isNeeded] as [string, JsonSchema, boolean], ...below];
    });
}

/** What a shape allows and its description does not say. */
function limitsOf({ enum: values = [], maxItems, maxLength, minimum, items }: JsonSchema, said: string): string[] {
    const listed = [...values, ...(items?.enum ?? [])].map(String);
    const most = [maxItems, maxLength]
        .filter((limit) => limit !== undefined)
        .map((limit) => limit.toLocaleString("en"));
    return [
        ...(listed.every((value) => said.includes(value))
            ? []
            : [`${items?.enum ? "Of" : "One of"} ${listed.map((value) => `\`${value}\``).join(", ")}.`]),
        ...most.filter((limit) => !said.includes(limit)).map((limit) => `At most ${limit}.`),
        ...(minimum === undefined || minimum < 1 || said.includes(String(minimum)) ? [] : [`${minimum} or more.`]),
    ];
}

function toDefault(text: string, { enum: values }: JsonSchema): string {
    const isValue = values?.includes(text) || /^(true|false)$|^\d\S*$|^\/\S+$|^[A-Z_]+$/.test(text);
    return isValue ? `\`${text}\`` : toCell(text);
}

/** Markdown as a doc comment has it, for a cell of a table. */
function toCell(text: string): string {
    return text.replaceAll("|", "\\|");
}

function without(shape: JsonSchema, names: readonly string[]): JsonSchema {
    const properties = Object.entries(shape.properties!).filter(([name]) => !names.includes(name));
    return { ...shape, properties: Object.fromEntries(properties) };
}

function jsonOf({ schema }: Pick<Kind, "schema">): JsonSchema {
    return described(schema!) as JsonSchema;
}

if (require.main === module) {
    const root = process.argv[2] ?? ".";
    for (const name of PAGES) {
        const page = readFileSync(join(__dirname, "../../docs", name), "utf8");
        writeFileSync(join(root, "docs", name), fillTables(page));
    }
}
