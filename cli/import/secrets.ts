import { UNSET } from "../../components/fleet/config/unset";
import { type KeySpec, tableSpec } from "../../core/config-toml/key-table";
import { entryOf, maybeSecretName } from "../../core/config-toml/secret-leaves";
import { looksSecret, mayHoldSecret } from "../../core/config-toml/secret-shapes";
import { isMap, mapValues } from "../../core/values";

/** The key of a value, with its specification if gitlab-runner knows the key. */
interface Standing {
    spec?: KeySpec;
    name: string;
}

/** Keys whose texts are programs or assignments, which may contain anything. */
const OPEN = /^(environment|.*_script|MachineOptions|env|.*_?args|.*_exec|command|entrypoint|patch)$/;

/**
 * A `[[runners]]` table or the top of a config.toml with a placeholder for each secret, because stack configuration is
 * a file in git. Secrets are the values that gitlab-runner's own structs mark as secret, and those with the name or
 * shape of one. In free tables and lists, everything that looks like a secret is one.
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

/** Whether the argument before is an option such as `--password`, whose value follows. */
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

/** An entry `NAME=value` of `environment` or a machine's options with a secret's name; the value may have spaces. */
function isSecretEntry(text: string): boolean {
    const { name, value } = assignmentOf(text) ?? {};
    return name !== undefined && maybeSecretName(name) && !/^\$\w+$|^\$\{\w+\}$/.test(value!);
}

/** The placeholder of a secret; the name of `NAME=value` stays. */
function hidden(text: string): string {
    const { name } = assignmentOf(text) ?? {};
    return name === undefined ? UNSET : `${name}=${UNSET}`;
}

function assignmentOf(text: string): { name: string; value: string } | undefined {
    const [, name, value] = /^([A-Za-z][\w.-]{0,99})=(.+)$/s.exec(text) ?? [];
    return entryOf(text) ?? (name === undefined ? undefined : { name, value: value! });
}
