import { expand, type Variables } from "./variables";

/** An image that building a Dockerfile pulls. */
export interface PulledImage {
    /** The image as written, with arguments replaced as far as they are known. */
    image: string;
    /** Line of the Dockerfile, from 1. */
    line: number;
    /** Names of build arguments without a known value. */
    unknown: string[];
}

/**
 * Images that a build pulls: `FROM`, `COPY --from` and `RUN --mount=…,from=…`, without the file's own stages. Arguments
 * take their value from the build's, then from the default in the file.
 */
export function findPulledImages(dockerfile: string, buildArgs: Variables = {}): PulledImage[] {
    const stages = new Set<string>();
    const globals: Record<string, string> = {};
    let scope: Record<string, string> = globals;
    const found: PulledImage[] = [];
    const add = (written: string, line: number, variables: Variables) => {
        const { text, unknown } = expand(withDefaults(written, variables), variables);
        const isStage = stages.has(text.toLowerCase()) || /^\d+$/.test(text) || text === "scratch";
        if (!isStage) found.push({ image: text, line, unknown });
    };
    let inStage = false;
    for (const { keyword, rest, line } of instructions(dockerfile)) {
        if (keyword === "ARG") {
            for (const word of rest.split(/\s+/)) {
                const [, name, value] = /^(\w+)(?:=(.*))?$/s.exec(word) ?? [];
                if (name === undefined) continue;
                // Inside a stage a bare ARG brings in the value from the top of the file.
                const given = buildArgs[name] ?? (value === undefined ? undefined : unquote(value));
                const known = given ?? (inStage ? globals[name] : undefined);
                if (known !== undefined) scope[name] = expand(known, scope).text;
            }
        } else if (keyword === "ENV") {
            for (const [, name, value] of rest.matchAll(/(\w+)=("[^"]*"|'[^']*'|\S+)/g)) {
                scope[name!] = expand(unquote(value!), scope).text;
            }
        } else if (keyword === "FROM") {
            const [image, as, stage] = rest.split(/\s+/).filter((word) => !word.startsWith("--"));
            if (image !== undefined) add(unquote(image), line, globals);
            if (as?.toUpperCase() === "AS" && stage !== undefined) stages.add(stage.toLowerCase());
            inStage = true;
            scope = {};
        } else if (keyword === "COPY" || keyword === "ADD") {
            const from = /^(?:--\S+\s+)*--from=(\S+)/.exec(rest)?.[1];
            if (from !== undefined) add(unquote(from), line, scope);
        } else if (keyword === "RUN") {
            for (const [, options] of rest.matchAll(/--mount=(\S+)/g)) {
                const from = /(?:^|,)from=([^,]+)/.exec(options!)?.[1];
                if (from !== undefined) add(from, line, scope);
            }
        }
    }
    return found;
}

/** `${NAME:-default}` becomes the value or the default, as Docker reads it. */
function withDefaults(text: string, variables: Variables): string {
    return text.replace(/\$\{(\w+):([-+])([^}]*)\}/g, (_, name: string, kind: string, word: string) => {
        const value = variables[name] ?? "";
        return kind === "-" ? value || word : value && word;
    });
}

function unquote(text: string): string {
    return /^(["']).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

/** The file's instructions, continued lines joined. Heredocs are skipped: nothing in them is an instruction. */
function* instructions(text: string): Generator<{ keyword: string; rest: string; line: number }> {
    const lines = text.split(/\r?\n/);
    const continued = /^#\s*escape\s*=\s*(.)/i.exec(lines[0] ?? "")?.[1] ?? "\\";
    for (let i = 0; i < lines.length; i++) {
        const start = i;
        let whole = "";
        for (; i < lines.length; i++) {
            const part = lines[i]!;
            if (/^\s*(#|$)/.test(part)) {
                if (whole === "") break;
                continue;
            }
            if (!part.trimEnd().endsWith(continued)) {
                whole += part;
                break;
            }
            whole += `${part.trimEnd().slice(0, -1)} `;
        }
        const [, keyword, rest] = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(whole) ?? [];
        if (keyword === undefined) continue;
        const heredoc = /^(RUN|COPY|ADD)$/i.test(keyword) ? /<<-?\s*["']?(\w+)["']?/.exec(rest!)?.[1] : undefined;
        if (heredoc !== undefined) while (++i < lines.length && lines[i]!.trim() !== heredoc);
        yield { keyword: keyword.toUpperCase(), rest: rest!.trim(), line: start + 1 };
    }
}
