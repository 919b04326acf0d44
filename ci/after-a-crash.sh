#!/bin/sh
# Before `pulumi up` in a pipeline: clears away what an earlier `up` of this pipeline left in the state when it was killed,
# which is a lock and operations that nobody knows the end of. docs/after-a-crash.md says why that is harmless.
# Nothing is read from GitLab, or changed there. A lock of anybody else stays, and ends the job.
set -u

# `--exclude '**'`: of all resources none is refreshed. What remains is that pending operations are dropped.
drop_pending_operations() {
    pulumi refresh --yes --non-interactive --clear-pending-creates --exclude '**' 2>&1
}

# Whether a lock's process has certainly ended. $1 is its host, $2 its process id there.
has_ended() {
    case $1 in
        # A container or pod of a job of this project: resource_group lets no other one run beside this.
        runner-*-project-"${CI_PROJECT_ID:-?}"-concurrent-*) return 0 ;;
    esac
    [ "$1" = "$(hostname)" ] || return 1
    if [ -d /proc/self ]; then [ ! -d "/proc/$2" ]; else command -v ps >/dev/null && ! ps -p "$2" >/dev/null; fi
}

output=$(drop_pending_operations) && exit 0

# As Pulumi says it: "<file>: created by <user>@<host> (pid <id>) at <time>".
locks=$(printf '%s\n' "$output" | sed -n 's/.*: created by .*@\([^ ]*\) (pid \([0-9]*\)) at .*/\1 \2/p')
left=$(printf '%s\n' "$locks" | while read -r host pid; do has_ended "$host" "$pid" || echo "$host"; done)
if [ -z "$locks" ] || [ -n "$left" ]; then
    printf '%s\n' "$output" >&2
    [ -z "$locks" ] || echo "The lock is not one that a killed job of this pipeline left behind. docs/after-a-crash.md" >&2
    exit 1
fi
echo "A killed job of this pipeline left its lock behind. It is removed."
pulumi cancel --yes && drop_pending_operations
