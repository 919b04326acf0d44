import { type Config, ConfigProblem, isConfig } from "./yaml";

const WHOLE = /^\$\[\[\s*inputs\.([\w-]+)[^\]]*\]\]$/;
const PART = /\$\[\[\s*inputs\.([\w-]+)[^\]]*\]\]/g;

/** Fills the inputs of a file with a `spec:` header into its content. Functions such as `expand_vars` are left out. */
export function fillInputs(header: Config | undefined, content: Config, given: Config): Config {
    if (header === undefined) return content;
    const declared = isConfig(header.spec) && isConfig(header.spec.inputs) ? header.spec.inputs : {};
    for (const name of Object.keys(given)) {
        if (!(name in declared)) throw new ConfigProblem(`\`${name}\` input: unknown input`);
    }
    const values = new Map<string, unknown>();
    for (const [name, rule] of Object.entries(declared)) {
        const value = given[name] ?? (isConfig(rule) ? rule.default : undefined);
        if (value === undefined) throw new ConfigProblem(`\`${name}\` input: required value has not been provided`);
        if (isConfig(rule)) checkInput(name, rule, value);
        values.set(name, value);
    }
    const fill = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(fill);
        if (isConfig(value)) {
            return Object.fromEntries(Object.entries(value).map(([key, inner]) => [String(fill(key)), fill(inner)]));
        }
        if (typeof value !== "string") return value;
        // A value that consists only of an input keeps the input's type.
        const whole = WHOLE.exec(value)?.[1];
        if (whole !== undefined) return inputOf(values, whole);
        return value.replace(PART, (_, name: string) => String(inputOf(values, name)));
    };
    return fill(content) as Config;
}

function inputOf(values: ReadonlyMap<string, unknown>, name: string): unknown {
    if (!values.has(name)) throw new ConfigProblem(`unknown input name provided: \`${name}\``);
    return values.get(name);
}

/** Differs from GitLab: an input without a type accepts any. */
function checkInput(name: string, { type, options }: Config, value: unknown): void {
    const kind = Array.isArray(value) ? "array" : typeof value;
    if (type !== undefined && kind !== type)
        throw new ConfigProblem(`\`${name}\` input: provided value is not a ${type}`);
    if (Array.isArray(options) && !options.includes(value)) {
        const words = "cannot be used because it is not in the list of allowed options";
        throw new ConfigProblem(`\`${name}\` input: \`${value}\` ${words}`);
    }
}
