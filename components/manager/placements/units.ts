import { asText } from "../../../core/values";

const MEMORY = /^(\d+)([bkmg]?)$/i;
const MEBIBYTES: Record<string, number> = { "": 1 / 1048576, b: 1 / 1048576, k: 1 / 1024, m: 1, g: 1024 };

/** Parses Docker's `512m` or `2g` to mebibytes; undefined for other texts, and for less than Docker's minimum of 6. */
export function toMebibytes(text: unknown): number | undefined {
    const [, amount, unit = ""] = typeof text === "string" ? (MEMORY.exec(text) ?? []) : [];
    const size = Number(amount) * MEBIBYTES[unit.toLowerCase()]!;
    return size >= 6 ? Math.floor(size) : undefined;
}

/** Parses `9252` or `127.0.0.1:9252` to address and port; undefined for anything else. */
export function toPort(value: unknown): { ip: string; port: number } | undefined {
    const [, ip = "0.0.0.0", text] = /^(?:(.+):)?(\d+)$/.exec(asText(value)) ?? [];
    const port = Number(text);
    return port >= 1 && port <= 65535 ? { ip: ip.replace(/^\[|\]$/g, ""), port } : undefined;
}

/** Parses GitLab's `listen_address`: `:9252`, `10.0.0.1:9252`, `[::]:9252`, or an address with the default port. */
export function toListenAddress(text: string): { ip: string; port: number } {
    const [, ip = "", port] = /^(.*):(\d+)$/.exec(text) ?? ["", text.replace(/:$/, ""), undefined];
    return { ip: ip.replace(/^\[|\]$/g, ""), port: Number(port ?? 9252) };
}

/** Parses `source:target[:ro]`; undefined if the target is not an absolute path. */
export function toMount(text: unknown): { source: string; target: string; readOnly: boolean } | undefined {
    const [, source, target, mode] =
        typeof text === "string" ? (/^([^:]+):(\/[^:]*)(?::(ro|rw))?$/.exec(text) ?? []) : [];
    return source && target ? { source, target, readOnly: mode === "ro" } : undefined;
}
