import type { ParameterOperation } from "unbash";

type Remove = Extract<ParameterOperation, { type: "Remove" }>["operator"];
type Replace = Extract<ParameterOperation, { type: "Replace" }>["operator"];

/** `${NAME#pattern}` and its kin. */
export function removed(value: string, operator: Remove, pattern: string): string {
    const source = toSource(pattern, operator.length > 1);
    if (operator.startsWith("#")) return value.replace(new RegExp(`^${source}`, "s"), "");
    // The shortest end that fits is found from behind.
    const starts = Array.from({ length: value.length + 1 }, (_, at) => (operator === "%" ? value.length - at : at));
    const fits = new RegExp(`^${source}$`, "s");
    const start = starts.find((at) => fits.test(value.slice(at)));
    return start === undefined ? value : value.slice(0, start);
}

/** `${NAME/pattern/other}` and its kin. */
export function replaced(value: string, operator: Replace, pattern: string, other: string): string {
    const source = toSource(pattern, true);
    const anchored = operator === "/#" ? `^${source}` : operator === "/%" ? `${source}$` : source;
    return value.replace(new RegExp(anchored, operator === "//" ? "gs" : "s"), () => other);
}

/** Whether an operation can be done in no time: both texts are other people's. */
export function isSimple(value: string, pattern: string): boolean {
    return value.length <= 200 && pattern.length <= 50 && pattern.split("*").length <= 3 && !/[[\]]/.test(pattern);
}

/** A pattern of the shell as a regular expression. */
function toSource(pattern: string, longest: boolean): string {
    return pattern.replace(/\\(.)|[.+^$(){}|/]|\*|\?/g, (sign, escaped?: string) => {
        if (sign === "*") return longest ? ".*" : ".*?";
        if (sign === "?") return ".";
        return `\\${escaped ?? sign}`;
    });
}
