import { ConfigProblem } from "./yaml";

/** Values of variables; a missing variable is null. */
export type Variables = Readonly<Record<string, string>>;

const TOKEN = /\s*(\$\w+|"[^"]*"|'[^']*'|\/(?:[^/\\]|\\.)*\/i?|null|==|!=|=~|!~|&&|\|\||\(|\))/y;

/**
 * Whether an expression of `rules:if` is true. https://docs.gitlab.com/ci/jobs/job_rules/#cicd-variable-expressions
 * Differs from GitLab: no variables that contain patterns.
 */
export function holds(expression: string, variables: Variables): boolean {
    const tokens: string[] = [];
    const reader = new RegExp(TOKEN);
    while (reader.lastIndex < expression.trimEnd().length) {
        const [, token] = reader.exec(expression) ?? [];
        if (token === undefined) throw new ConfigProblem(`rules:if invalid expression syntax: ${expression}`);
        tokens.push(token);
    }
    const next = () => tokens.shift() ?? "";
    const either = (): boolean => {
        let value = both();
        while (tokens[0] === "||") {
            next();
            const other = both();
            value = value || other;
        }
        return value;
    };
    const both = (): boolean => {
        let value = one();
        while (tokens[0] === "&&") {
            next();
            const other = one();
            value = value && other;
        }
        return value;
    };
    const one = (): boolean => {
        if (tokens[0] === "(") {
            next();
            const value = either();
            next();
            return value;
        }
        const left = termOf(next(), variables);
        switch (tokens[0]) {
            case "==":
                next();
                return left === termOf(next(), variables);
            case "!=":
                next();
                return left !== termOf(next(), variables);
            case "=~":
                next();
                return patternOf(next()).test(left ?? "");
            case "!~":
                next();
                return !patternOf(next()).test(left ?? "");
            default:
                return left !== null && left !== "";
        }
    };
    return either();
}

function termOf(token: string, variables: Variables): string | null {
    if (token === "null") return null;
    return token.startsWith("$") ? (variables[token.slice(1)] ?? null) : token.slice(1, -1);
}

function patternOf(token: string): RegExp {
    const [, pattern = "", flags = ""] = /^\/(.*)\/(i?)$/s.exec(token) ?? [];
    return new RegExp(pattern, flags);
}
