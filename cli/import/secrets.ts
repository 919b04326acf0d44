import { UNSET } from "../../components/fleet/config/unset";
import { type KeySpec, tableSpec } from "../../core/config-toml/key-table";
import { entryOf, maybeSecretName } from "../../core/config-toml/secret-leaves";
import { looksSecret, mayHoldSecret } from "../../core/config-toml/secret-shapes";
import { isMap, mapValues } from "../../core/values";

/** The key that a value stands under, as gitlab-runner knows it: nothing, for one that it does not. */
interface Standing {
    spec?: KeySpec;
    name: string;
}

/** Keys whose texts are programs or assignments: anything may stand in them. */
const OPEN = /^(environment|.*_script|MachineOptions|env|.*_?args|.*_exec|command|entrypoint|patch)$/;

/**
 * A `[[runners]]` table or the top of a config.toml with a word in the place of each secret: a stack's configuration is a file in git. What
 * gitlab-runner's own structs call a secret is one, and so is what bears the name or has the shape of one; in tables and lists that are
 * free, nothing that looks like one is taken for harmless.
 */
export function withoutSecrets(table: Record<string, unknown>, kind: string | undefined): Record<string, unknown> {
    const known = kind === undefined ? undefined : tableSpec(kind);
    return mapValues(table, (value, name) => clean(value, { spec: known?.get(name), name }));
}

function clean(value: unknown, standing: Standing): unknown {
    if (Array.isArray(value)) {
        return value.map((item, index) =>
            typeof item === "string" && followsOption(value[index - 1]) ? hidden(item) : clean(item, standing),
        );
    }
    if (isMap(value)) return withoutSecrets(value, standing.spec?.table);
    return typeof value === "string" && isSecret(value, standing) ? hidden(value) : value;
}

/** `--password`, whose value is the next of a list of arguments. */
function followsOption(before: unknown): boolean {
    const [, option] = /^--?([A-Za-z][\w-]*)$/.exec(typeof before === "string" ? before : "") ?? [];
    return option !== undefined && (maybeSecretName(option) || /^(u|p|requirepass)$/.test(option));
}

function isSecret(text: string, { spec, name }: Standing): boolean {
    if (text === "") return false;
    if (spec?.secret && spec.shape !== "list") return true;
    if (spec === undefined) return maybeSecretName(name) || mayHoldSecret(text) || isSecretEntry(text);
    return OPEN.test(name) ? mayHoldSecret(text) || isSecretEntry(text) : looksSecret(text);
}

/** An entry of `environment` or of a machine's options, `NAME=value`, with the name of a secret; its value may have spaces. */
function isSecretEntry(text: string): boolean {
    const { name, value } = assignmentOf(text) ?? {};
    return name !== undefined && maybeSecretName(name) && !/^\$\w+$|^\$\{\w+\}$/.test(value!);
}

/** What stands in its place: of `NAME=value` the name stays. */
function hidden(text: string): string {
    const { name } = assignmentOf(text) ?? {};
    return name === undefined ? UNSET : `${name}=${UNSET}`;
}

function assignmentOf(text: string): { name: string; value: string } | undefined {
    const [, name, value] = /^([A-Za-z][\w.-]{0,99})=(.+)$/s.exec(text) ?? [];
    return entryOf(text) ?? (name === undefined ? undefined : { name, value: value! });
}
