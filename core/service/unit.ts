import { show } from "../values";
import type { ProcessSeen } from "./loaded";

const UNIT = /^[A-Za-z0-9_][A-Za-z0-9@._-]*$/;
const SUFFIX = ".service";
// systemd's own limit: https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html
const LONGEST = 255;

/**
 * Why a text cannot be the name of a systemd service, in words that follow the name; undefined if it can. It goes into
 * command lines.
 */
export function whyNoUnit(text: string): string | undefined {
    if (text.length + SUFFIX.length > LONGEST) return `must be at most ${LONGEST - SUFFIX.length} characters long`;
    if (!UNIT.test(text) || text.includes(".."))
        return "must be the name of a systemd unit: letters, digits, @ . _ and -";
    const [, kind] = /\.(socket|device|mount|automount|swap|target|path|timer|slice|scope)$/.exec(text) ?? [];
    return kind === undefined ? undefined : `must be a service, and this is a ${kind}`;
}

/** The unit's full name: `gitlab-runner.service`. Throws if the name must not get into a command line. */
export function unitOf(name: string): string {
    const why = whyNoUnit(name);
    if (why !== undefined) throw new Error(`service ${why} (got ${show(name)}). Correct it.`);
    return name.endsWith(SUFFIX) ? name : name + SUFFIX;
}

/** The command that prints the state of a unit, for `readUnit`. */
export function showUnit(unit: string): string[] {
    const properties = ["LoadState", "ActiveState", "SubState", "ExecMainStatus"];
    return ["systemctl", "show", "--no-pager", `--property=${properties.join(",")}`, unit];
}

export interface UnitSeen extends ProcessSeen {
    known: boolean;
    /** Somebody has stopped it or is stopping it; nothing restarts it. */
    stopped: boolean;
}

/**
 * Parses the output of `systemctl show`; undefined for anything else.
 * https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.systemd1.html
 */
export function readUnit(text: string): UnitSeen | undefined {
    const found = new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value!.trim()]));
    const [load, active, sub] = ["LoadState", "ActiveState", "SubState"].map((key) => found.get(key));
    if (load === undefined || active === undefined) return undefined;
    return {
        known: load !== "not-found",
        running: active === "active" || active === "reloading",
        restarting: active === "activating" && sub === "auto-restart",
        stopped: active === "inactive" || active === "failed" || active === "deactivating",
        exitCode: Number(found.get("ExecMainStatus") ?? 0) || 0,
    };
}
