import { ROOM_BYTES, ROOM_FILES } from "../host";
import { CREATE, LINKS } from "./script-links";

/**
 * The script on the host: a shell that reads requests from its input until that ends. Needs a POSIX shell and
 * coreutils, or busybox. Secrets come over the input and go on through pipes, never in an argument, an environment
 * variable, or a file other than the intended one. Each line of an answer begins with the boundary, which is new for
 * each session: no output of a login can pass for an answer.
 */
export function scriptFor(boundary: string): string {
    return `B=${boundary}\n${SCRIPT}\nmain\n`;
}

// One function, so that a shell reads all of it before it runs: dash reads ahead, and would take requests for commands.
const SCRIPT = `main() {
set -f
umask 077
trap '' HUP PIPE
unset ENV BASH_ENV CDPATH POSIXLY_CORRECT
LC_ALL=C PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH

say() { printf '%s\\n' "$B $*"; }
fail() { cd /; say fail "$(printf '%s' "$1" | tr '\\n\\r' '  ')"; exit 0; }
# Runs a command; its words are the reason when it fails.
try() { x=$("$@" 2>&1 </dev/null) || fail "$x"; }
# The hash of a file in h.
hash() { h=$(sum <"$1" 2>/dev/null) || h=; h=\${h%% *}; }
hex() { od -A n -v -t x1 | tr -d ' \\n'; echo; }
# Folder of a path in d.
folder() { d=\${1%/*}; [ -n "$d" ] || d=/; }
# coreutils before 8.24 flush everything.
flush() { sync "$1" >/dev/null 2>&1 </dev/null || sync; }

${LINKS}
# The mode of ls in octal, in m: a secret one is for nobody but its owner, and the group that it was given to.
mode() {
    bits=0 rest=\${1#?} listed=
    for bit in 256 128 64 32 16 8 4 2 1; do
        case $rest in [rwxst]*) bits=$((bits + bit)) ;; esac
        rest=\${rest#?}
    done
    if [ "$2" = 1 ]; then
        # With an access list, the group's letters are the most that anybody in the list may do.
        case $1 in *+) listed=1 ;; esac
        if [ $((bits & 7)) -ne 0 ]; then bits=$((bits & 448)); else bits=$((bits & 504)); fi
    fi
    m=$(printf '%o' "$bits")
}

see() {
    say file
    if follow "$1"; then
        say target "$T"
        [ "$T" = "$1" ] || [ -d "\${T%/*}/" ] || say nofolder
    else
        say link "$L"
        if [ "$L" = loop ]; then say error 'Too many levels of symbolic links'; return; fi
        T=$1
    fi
    folder "$T"
    if [ -d "$d" ] && [ ! -x "$d" ]; then say error 'Permission denied'; return; fi
    [ -e "$T" ] || return
    set -- "$2" $(ls -ldnL "$T" 2>/dev/null)
    say stat "$2" "$4" "$5"
    [ -f "$T" ] || return
    if [ "$6" -gt "$1" ]; then say large; return; fi
    if [ ! -r "$T" ]; then say error 'Permission denied'; return; fi
    printf '%s hex ' "$B"
    head -c "$(($1 + 1))" "$T" 2>/dev/null | hex
    hash "$T"
    say sum "$h"
}

# Whether too little would fit on the disk of a folder. A stat that cannot tell, and a disk that does not, are no reason.
full() {
    set -- $(stat -f -c '%S %b %f %a %c %d' "$1" 2>/dev/null)
    case "$# $*" in *[!0-9\\ ]*) return 1 ;; '6 '*) ;; *) return 1 ;; esac
    if [ "$U" = 0 ]; then free=$3; else free=$4; fi
    # Counted in blocks: the bytes of a store may be more than a shell counts to.
    { [ "$1" -gt 0 ] && [ "$2" -gt 0 ] && [ "$free" -le "$((${ROOM_BYTES - 1} / $1))" ]; } ||
        { [ "$5" -gt 0 ] && [ "$6" -lt ${ROOM_FILES} ]; }
}

look() {
    IFS= read -r dir && read -r count || exit 0
    e=$dir
    while [ ! -e "$e" ] && [ "$e" != / ]; do folder "$e"; e=$d; done
    say existing "$e"
    if [ ! -d "$e" ]; then
        say nodirectory
    elif [ -w "$e" ] && [ -x "$e" ]; then
        # Removes nothing: there is nothing of that name. A file system that is read-only says so first.
        x=$(rmdir "$e/.gitlab-fleet-$B" 2>&1)
        case $x in *Read-only*) say trouble "$x" ;; *) ! full "$e" || say trouble 'No space left on device' ;; esac
    else
        x=$(touch -c "$e" 2>&1)
        say trouble "\${x:-Permission denied}"
    fi
    while [ "$count" -gt 0 ]; do
        count=$((count - 1))
        read -r limit && IFS= read -r name || exit 0
        see "$dir/$name" "$limit"
    done
    say done
}

${CREATE}
aside() {
    follow "$path" || refused
    if [ ! -e "$T" ]; then say no; return; fi
    [ -f "$T" ] || fail 'is no regular file'
    [ -r "$T" ] || fail "$(cat "$T" 2>&1 >/dev/null </dev/null)"
    enter
    src=./\${T##*/} like=$T
    # From here on the file that is open, whatever has its name.
    exec 5<"$src"
    if [ -d /proc/self/fd ]; then src=/proc/self/fd/5; fi
    hash "$src"
    of=$h
    case ,$1, in *,$of,*) exec 5<&-; say no; return ;; esac
    if [ -d /proc/self/fd ]; then
        set -- $(ls -ldnL /proc/self/fd/0 <"$src")
        own=$3:$4
    else
        own=$(id -u):$(id -g)
        # Whose it was, and with which group they shared it, is not told for sure.
        set -- -rw-------
    fi
    mode "$1" 1
    n=1
    while :; do
        copy=./$name
        [ "$n" -eq 1 ] || copy=$copy.$n
        n=$((n + 1))
        if [ -e "$copy" ] || [ -h "$copy" ]; then
            h=
            if [ -f "$copy" ] && [ ! -h "$copy" ]; then hash "$copy"; fi
            if [ "$h" = "$of" ]; then break; fi
            continue
        fi
        x=$(create "$copy" "$own" "$like" cat <"$src") || { rm -f "$copy"; fail "$x"; }
        flush "$copy"
        flush .
        break
    done
    exec 5<&-
    say yes
    say copy "\${T%/*}/\${copy#./}"
}

# bytes, hash, mode of a new file, whether it is secret, what it may replace, middle of the temporary name, whether it must
write() {
    bytes=$1 sum=$2 m=$3 over=$5 must=$7 own= like= listed=
    follow "$path" || refused
    folder "$T"
    # Shells have words of their own for it.
    if [ ! -d "$d" ]; then if [ -e "$d" ]; then fail 'Not a directory'; else fail 'No such file or directory'; fi; fi
    enter
    t=./\${T##*/} at=$T
    tmp=$t.$6.tmp
    if [ -e "$t" ]; then
        [ -f "$t" ] || fail 'is no regular file'
        secret=$4
        set -- $(ls -ldn "$t")
        own=$3:$4 like=$at
        mode "$1" "$secret"
    elif [ "$U" = 0 ]; then
        src=.
        if [ -n "$beside" ] && follow "$beside" && [ -e "$T" ]; then src=$T; fi
        set -- $(ls -ldnL "$src")
        own=$3:$4
    fi
    # What a host that went down has left of earlier attempts.
    set +f
    rm -f "$t".[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f].tmp
    set -f
    # Byte by byte, or what comes after it would be read with it.
    if [ "$bytes" -gt 0 ]; then set -- dd bs=1 count="$bytes"; else set --; fi
    x=$(create "$tmp" "$own" "$like" "$@") || { rm -f "$tmp"; fail "$x"; }
    hash "$tmp"
    if [ "$h" != "$sum" ]; then rm -f "$tmp"; fail 'the connection was cut'; fi
    flush "$tmp"
    if [ "$over" = any ] || [ ! -e "$t" ]; then
        place
        say yes
        return
    fi
    [ -r "$t" ] || { rm -f "$tmp"; fail 'Permission denied'; }
    exec 5<"$t" 6<"$t"
    hash "$t"
    if [ "$h" = "$over" ]; then place; say yes
    else
        rm -f "$tmp"
        [ "$must" = 0 ] || fail 'Overtaken: it is not what it was'
        say no
    fi
    # What a process had begun to write goes into the old file, which only these descriptors can still see.
    sleep 0.02 2>/dev/null || sleep 1
    printf '%s hex ' "$B"
    hex <&5
    h=$(sum <&6)
    say sum "\${h%% *}"
    exec 5<&- 6<&-
}
place() {
    x=$(mv $M "$tmp" "$t" 2>&1 </dev/null) || { rm -f "$tmp"; fail "$x"; }
    flush .
}

remove() {
    follow "$path" || refused
    if [ ! -e "$T" ]; then say no; return; fi
    [ -f "$T" ] || fail 'is no regular file'
    enter
    t=./\${T##*/}
    if [ "$1" != any ]; then
        hash "$t"
        if [ "$h" != "$1" ]; then say no; return; fi
    fi
    try rm -f "$t"
    flush .
    say yes
}

change() {
    read -r count || exit 0
    while [ "$count" -gt 0 ]; do
        count=$((count - 1))
        read -r op a b c s o n q && IFS= read -r path || exit 0
        # Out of the folder of the one before, which may be removed.
        cd /
        case $op in
        mkdir) L= && plain "$path" || refused; if [ -d "$path" ]; then say no; else try mkdir -p "$path"; say yes; fi ;;
        aside) IFS= read -r name || exit 0; aside "$a" ;;
        write) IFS= read -r beside || exit 0; write "$a" "$b" "$c" "$s" "$o" "$n" "$q" ;;
        remove) remove "$a" ;;
        rmdir) if rmdir "$path" >/dev/null 2>&1 </dev/null; then say yes; else say no; fi ;;
        *) exit 0 ;;
        esac
    done
    # What was written into is not kept busy while the next request is waited for: somebody may unmount it.
    cd /
    say done
}

# Programs with their arguments, none of which a shell reads again. What they print comes whole before their exit code.
run() {
    read -r count || exit 0
    while [ "$count" -gt 0 ]; do
        count=$((count - 1))
        read -r limit words || exit 0
        set --
        while [ "$words" -gt 0 ]; do
            words=$((words - 1))
            IFS= read -r word || exit 0
            set -- "$@" "$word"
        done
        printf '%s hex ' "$B"
        { code=$({ { "$@" 2>&1 </dev/null 3>&- 4>&-; echo "$?" >&4; } | head -c "$limit" | hex >&3; } 4>&1); } 3>&1
        say status "$code"
    done
    say done
}

say hello
for c in ls id uname od tr head dd mkdir rmdir chmod chown mv rm readlink touch sync cat sleep; do
    command -v "$c" >/dev/null 2>&1 || say missing "$c"
done
if command -v sha256sum >/dev/null 2>&1; then sum() { sha256sum; }
elif command -v shasum >/dev/null 2>&1; then sum() { shasum -a 256; }
elif command -v sha256 >/dev/null 2>&1; then sum() { sha256 -q; }
else say missing sha256sum
fi
U=$(id -u)
# A file is to take the place of a link, and not to go where that leads.
M=-f
for o in -fT -fh; do case $(mv $o 2>&1 </dev/null) in *[Ii]llegal* | *[Ii]nvalid* | *[Uu]nrecognized* | *[Uu]nknown*) ;; *) M=$o; break ;; esac; done
say system "$(uname -s)"
say host "$(uname -n)"
say user "$U" "$(id -G)"
for f in /etc/machine-id /var/lib/dbus/machine-id /etc/hostid; do
    i=
    if [ -r "$f" ]; then IFS= read -r i <"$f" || :; fi
    [ -z "$i" ] || say id "$i"
done
if [ -x /usr/sbin/ioreg ]; then
    say uuid "$(/usr/sbin/ioreg -rd1 -c IOPlatformExpertDevice | sed -n 's/.*"IOPlatformUUID" = "\\([^"]*\\)".*/\\1/p')"
fi
say go
while IFS= read -r request; do
    case $request in
    look) look ;;
    change) change ;;
    run) run ;;
    *) exit 0 ;;
    esac
done
exit 0
}`;
