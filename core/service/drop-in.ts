import { oneLine } from "../one-line";

const NAME = "10-gitlab-fleet.conf";
const HEADER = /^# Written by gitlab-fleet for ([^\n]+), and removed with it\.$/m;

/**
 * Where a unit's drop-in is: its folder, name and path.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html
 */
export function dropInOf(unit: string): { directory: string; name: string; path: string } {
    const directory = `/etc/systemd/system/${unit}.d`;
    return { directory, name: NAME, path: `${directory}/${NAME}` };
}

/**
 * A drop-in with which `systemctl stop` waits for running jobs: on SIGQUIT, gitlab-runner finishes them first
 * (https://docs.gitlab.com/runner/commands/#signals). `mixed`, because the jobs of a shell executor are processes of
 * the same unit and must not get that signal.
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

/** The owner of a drop-in, `<project>/<stack>/<manager>`; undefined if it is not ours. */
export function dropInOwner(text: string): string | undefined {
    return HEADER.exec(text)?.[1];
}
