import type { ParameterExpansionPart, SyntaxNode, Word, WordPart } from "unbash";
import { isSimple, removed, replaced } from "./patterns";
import { COMPUTED, expand, PROJECT_DIR, type Variables } from "./variables";

const MOST_VALUES = 100;
/** Stands for a space at which the shell splits a word. */
export const SPLIT = "\0";

/** Every value that each variable of a script may have; changes are seen here and further inside. */
export class Values {
    readonly own = new Map<string, string[]>();

    constructor(private readonly outside?: Values) {}

    get(name: string): string[] | undefined {
        return this.own.get(name) ?? this.outside?.get(name);
    }
}

/** Tells what the words of a script become: each of them may have several values. */
export abstract class Expansion {
    protected directory = PROJECT_DIR;
    protected values = new Values();
    protected args: string[] = [];

    constructor(protected readonly variables: Variables) {}

    /** Runs what stands in a word: `$(…)`. */
    protected abstract node(node: SyntaxNode): void;

    /** Is told where there are more values than are followed. */
    protected abstract tooMany(): void;

    /** Everything that a word may become, each as one word or several, where the shell splits it. */
    protected words(word: Word): string[][] {
        const braces = word.parts?.some(({ type }) => type === "BraceExpansion");
        const all = this.alternatives(word).map((text) => text.split(SPLIT));
        // What becomes nothing is no word, unless it is quoted.
        const bare =
            word.parts?.every(({ type }) => /^(Simple|Parameter)Expansion$/.test(type)) || isArguments(word.parts);
        return braces ? [all.flat()] : bare ? all.map((parts) => parts.filter((part) => part !== "")) : all;
    }

    /** As many as are followed; that there are more is said. */
    protected few<T>(all: T[]): T[] {
        if (all.length <= MOST_VALUES) return all;
        this.tooMany();
        return all.slice(0, MOST_VALUES);
    }

    protected alternatives(word: Word): string[] {
        return word.parts === undefined ? [word.value] : this.joined(word.parts);
    }

    protected joined(parts: readonly WordPart[]): string[] {
        return parts.reduce<string[]>(
            (heads, part) => {
                const tails = this.part(part);
                return this.few(heads.flatMap((head) => tails.map((tail) => head + tail)));
            },
            [""],
        );
    }

    private part(part: WordPart): string[] {
        switch (part.type) {
            case "DoubleQuoted":
            case "LocaleString":
                if (isArguments([part])) return this.valuesOf("@");
                return this.joined(part.parts).map((text) => text.replaceAll(SPLIT, " "));
            case "SimpleExpansion":
                return this.valuesOf(part.text.slice(1)).map((text) => text.replace(/\s+/g, SPLIT));
            case "ParameterExpansion":
                return this.parameter(part).map((text) => text.replace(/\s+/g, SPLIT));
            case "CommandExpansion":
            case "ProcessSubstitution":
                this.node(part);
                return [/^(\$\(|`)\s*pwd\s*[)`]$/.test(part.text) ? this.directory : COMPUTED];
            case "BraceExpansion":
                return /^\{[^{}$.]*,[^{}$]*\}$/.test(part.text) ? part.text.slice(1, -1).split(",") : [COMPUTED];
            default:
                return ["value" in part ? part.value : COMPUTED];
        }
    }

    private parameter({ parameter, prefix, operation }: ParameterExpansionPart): string[] {
        const values = this.valuesOf(parameter);
        const unset = values.length === 1 && values[0] === `\${${parameter}}`;
        if (prefix !== undefined) return [COMPUTED];
        if (operation === undefined) return values;
        if (operation.type === "Default") {
            const { operator, operand } = operation;
            const empty = unset || (operator.startsWith(":") && values.every((value) => value === ""));
            if (operator.includes("+")) return empty ? [""] : this.alternatives(operand);
            return empty && !operator.includes("?") ? this.alternatives(operand) : values;
        }
        if (unset) return [COMPUTED];
        if (operation.type === "CaseModification" && operation.operator === ",,") {
            return values.map((value) => value.toLowerCase());
        }
        if (operation.type !== "Remove" && operation.type !== "Replace") return [COMPUTED];
        const [pattern = ""] = this.alternatives(operation.type === "Replace" ? operation.pattern : operation.operand);
        const [other = ""] = operation.type === "Replace" ? this.alternatives(operation.replacement) : [];
        if (!values.every((value) => isSimple(value, pattern))) return [COMPUTED];
        return values.map((value) =>
            operation.type === "Replace"
                ? replaced(value, operation.operator, pattern, other)
                : removed(value, operation.operator, pattern),
        );
    }

    protected valuesOf(name: string): string[] {
        if (name === "PWD") return [this.directory];
        if (name === "@" || name === "*") return [this.args.join(SPLIT)];
        if (/^[1-9]\d*$/.test(name)) return [this.args[Number(name) - 1] ?? ""];
        return this.values.get(name) ?? [expand(`\${${name}}`, this.variables)];
    }
}

/** Whether a word is `"$@"`: each argument stays one word. */
function isArguments(parts: readonly WordPart[] = []): boolean {
    return parts.length === 1 && /^"\$(@|\{@\})"$/.test(parts[0]!.text);
}
