import { oneLine } from "../one-line";

const NAME = "10-gitlab-fleet.conf";
const HEADER = /^# Written by gitlab-fleet for ([^\n]+), and removed with it\.$/m;

/** Where a unit's drop-in is: its folder and its name. https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html */
export function dropInOf(unit: string): { directory: string; name: string; path: string } {
    const directory = `/etc/systemd/system/${unit}.d`;
    return { directory, name: NAME, path: `${directory}/${NAME}` };
}

/**
 * A drop-in by which `systemctl stop` lets running jobs end: gitlab-runner takes SIGQUIT for that
 * (https://docs.gitlab.com/runner/commands/#signals). `mixed`, because the jobs of a shell executor are processes of the same
 * unit and must not get that signal.
 */
export function dropInText(owner: string, seconds: number): string {
    return [
        `# Written by gitlab-fleet for ${oneLine(owner)}, and removed with it.`,
        "# Whoever stops the unit waits until running jobs have ended.",
        "[Service]",
        "KillMode=mixed",
        "KillSignal=SIGQUIT",
        `TimeoutStopSec=${seconds}`,
        "",
    ].join("\n");
}

/** For whom a drop-in was written, `<project>/<stack>/<manager>`; undefined for one that is not ours. */
export function dropInOwner(text: string): string | undefined {
    return HEADER.exec(text)?.[1];
}
