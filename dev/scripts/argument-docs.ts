// Fills the tables of arguments in docs/: the lines between `<!-- arguments: <name> -->` and `<!-- end -->` list each
// argument with its doc comment, and with what the shape of stack configs allows.
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
    /** Heading of the column of names. */
    heading: string;
    shape: JsonSchema;
    /** Precedes each name. */
    prefix?: string;
    /** The effect of changing each argument, if not all are the same. */
    costs?: Readonly<Record<string, Cost>>;
}

const PAGES = ["stack-config.md", "components.md", "hosts.md", "docker-placement.md", "kubernetes.md"];
const DEFAULT = / ?Default: (.*)\.$/;

/** Additional text about an argument, by table and name. */
const MORE: Record<string, string> = {
    "runners.config": "[Its keys](config-toml/runners.md).",
    "runners.adopt": "[More](moves.md).",
    "runners.rotation": "[More](tokens.md).",
    "managers.config": "[Its keys](config-toml/global.md).",
    "managers.placement":
        "Each has a page: [`directory`](components.md#runnermanager), [`ssh`](hosts.md), [`docker`](docker-placement.md), [`kubernetes`](kubernetes.md).",
    "registries.policies": "[More](registry-access.md).",
};

/** The page with its tables filled from the shapes. */
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
        // If the placement itself is a text, its options are beside it; those of the service have their own table.
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

/** Arguments, including those in nested maps, by path. A map with names chosen by the user has none. */
function membersOf(shape: JsonSchema, path = "", isNeededAbove = true): [string, JsonSchema, boolean][] {
    return Object.entries(shape.properties ?? {}).flatMap(([key, property]) => {
        const isNeeded = isNeededAbove && shape.required?.includes(key) === true;
        const below = path === "" ? membersOf(property, `${key}.`, isNeeded) : [];
        return [[`${path}${key}`, property, isNeeded] as [string, JsonSchema, boolean], ...below];
    });
}

/** Limits of the shape that the description does not mention. */
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

/** Converts a doc comment's Markdown for a table cell. */
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
