/**
 * What answers on the host: one shell that reads requests from its input until that ends. It needs a POSIX shell and
 * coreutils, or busybox. Everything that is secret comes over the input and goes on through pipes; none of it is ever an
 * argument, a variable of the environment, or a file but the one that it is meant for. Each line of an answer begins with the
 * boundary, which is another one for each session: nothing that a login prints can pass for an answer.
 */
export function scriptFor(boundary: string): string {
    return `B=${boundary}\n${SCRIPT}\nmain\n`;
}

// One function, so that a shell has read all of it before it runs: dash reads ahead, and would take requests for commands.
const SCRIPT = `main() {
set -f
umask 077
trap '' HUP PIPE
unset ENV BASH_ENV CDPATH POSIXLY_CORRECT
LC_ALL=C PATH=$PATH:/usr/bin:/bin:/usr/sbin:/sbin
export LC_ALL PATH

say() { printf '%s\\n' "$B $*"; }
fail() { say fail "$(printf '%s' "$1" | tr '\\n\\r' '  ')"; exit 0; }
# Runs a command; its words are the reason when it fails.
try() { x=$("$@" 2>&1 </dev/null) || fail "$x"; }
# The hash of a file in h.
hash() { h=$(sum <"$1" 2>/dev/null) || h=; h=\${h%% *}; }
hex() { od -A n -v -t x1 | tr -d ' \\n'; echo; }
# Folder of a path in d.
folder() { d=\${1%/*}; [ -n "$d" ] || d=/; }
# coreutils before 8.24 flush everything.
flush() { sync "$1" >/dev/null 2>&1 </dev/null || sync; }

# Where links lead to, in T. One is followed only when it is root's, ours, or of the owner of what it leads to.
follow() {
    T=$1 L= links=0
    while [ -h "$T" ]; do
        links=$((links + 1))
        if [ "$links" -gt 16 ]; then L='loop'; return 1; fi
        to=$(readlink "$T")
        case $to in /*) next=$to ;; *) next=\${T%/*}/$to ;; esac
        set -- $(ls -ldn "$T")
        of=$3
        if [ "$of" != 0 ] && [ "$of" != "$U" ]; then
            set -- $(ls -ldnL "$next" 2>/dev/null)
            if [ "$of" != "$3" ]; then L="foreign $of $T"; return 1; fi
        fi
        T=$next
    done
}
followed() {
    follow "$1" && return
    case $L in
    loop) fail 'Too many levels of symbolic links' ;;
    *) fail "Operation not permitted: the link is of another user and leads to a file of a third: $L" ;;
    esac
}

# The mode of ls in octal, in m: a secret one is for nobody but its owner, and the group that it was given to.
mode() {
    bits=0 rest=\${1#?}
    for bit in 256 128 64 32 16 8 4 2 1; do
        case $rest in [rwxst]*) bits=$((bits + bit)) ;; esac
        rest=\${rest#?}
    done
    if [ "$2" = 1 ]; then
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
        case $x in *Read-only*) say trouble "$x" ;; esac
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

# A new file with an owner and a mode, before anything is in it; then what comes from the input.
create() {
    (
        set -C
        exec 4>"$1" || exit 1
        if [ -n "$2" ]; then chown -h "$2" "$1" || exit 1; fi
        chmod "$3" "$1" || exit 1
        if [ -n "$4" ] && command -v selinuxenabled >/dev/null 2>&1 && selinuxenabled; then
            chcon --reference="$4" "$1" || exit 1
        fi
        shift 4
        if [ $# -gt 0 ]; then "$@" >&4; fi
    ) 2>&1
}

aside() {
    followed "$path"
    src=$T
    if [ ! -e "$src" ]; then say no; return; fi
    [ -f "$src" ] || fail 'is no regular file'
    hash "$src"
    of=$h
    [ -n "$of" ] || fail "$(cat "$src" 2>&1 >/dev/null </dev/null)"
    case ,$1, in *,$of,*) say no; return ;; esac
    folder "$src"
    set -- $(ls -ldn "$src")
    mode "$1" 1
    n=1
    while :; do
        copy=$d/$name
        [ "$n" -eq 1 ] || copy=$copy.$n
        n=$((n + 1))
        if [ -e "$copy" ] || [ -h "$copy" ]; then
            h=
            if [ -f "$copy" ] && [ ! -h "$copy" ]; then hash "$copy"; fi
            if [ "$h" = "$of" ]; then break; fi
            continue
        fi
        x=$(create "$copy" "$3:$4" "$m" "$src" cat "$src" </dev/null) || { rm -f "$copy"; fail "$x"; }
        flush "$copy"
        flush "$d"
        break
    done
    say yes
    say copy "$copy"
}

# bytes, hash, mode of a new file, whether it is secret, what it may replace, middle of the temporary name
write() {
    bytes=$1 sum=$2 m=$3 over=$5 own= like=
    followed "$path"
    t=$T
    tmp=$t.$6.tmp
    folder "$t"
    # Shells have words of their own for it.
    if [ ! -d "$d" ]; then if [ -e "$d" ]; then fail 'Not a directory'; else fail 'No such file or directory'; fi; fi
    if [ -e "$t" ]; then
        [ -f "$t" ] || fail 'is no regular file'
        secret=$4
        set -- $(ls -ldn "$t")
        own=$3:$4 like=$t
        mode "$1" "$secret"
    elif [ "$U" = 0 ]; then
        of=$d
        if [ -n "$beside" ] && follow "$beside" && [ -e "$T" ]; then of=$T; fi
        set -- $(ls -ldnL "$of")
        own=$3:$4
    fi
    # What a host that went down has left of earlier attempts.
    set +f
    rm -f "$t".[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f].tmp
    set -f
    # Byte by byte, or what comes after it would be read with it.
    if [ "$bytes" -gt 0 ]; then set -- dd bs=1 count="$bytes"; else set --; fi
    x=$(create "$tmp" "$own" "$m" "$like" "$@") || { rm -f "$tmp"; fail "$x"; }
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
    if [ "$h" = "$over" ]; then place; say yes; else rm -f "$tmp"; say no; fi
    # What a process had begun to write goes into the old file, which only these descriptors can still see.
    sleep 0.02 2>/dev/null || sleep 1
    printf '%s hex ' "$B"
    hex <&5
    h=$(sum <&6)
    say sum "\${h%% *}"
    exec 5<&- 6<&-
}
place() {
    x=$(mv -f "$tmp" "$t" 2>&1 </dev/null) || { rm -f "$tmp"; fail "$x"; }
    flush "$d"
}

remove() {
    followed "$path"
    if [ ! -e "$T" ]; then say no; return; fi
    [ -f "$T" ] || fail 'is no regular file'
    if [ "$1" != any ]; then
        hash "$T"
        if [ "$h" != "$1" ]; then say no; return; fi
    fi
    try rm -f "$T"
    folder "$T"
    flush "$d"
    say yes
}

change() {
    read -r count || exit 0
    while [ "$count" -gt 0 ]; do
        count=$((count - 1))
        read -r op a b c s o n && IFS= read -r path || exit 0
        case $op in
        mkdir) if [ -d "$path" ]; then say no; else try mkdir -p "$path"; say yes; fi ;;
        aside) IFS= read -r name || exit 0; aside "$a" ;;
        write) IFS= read -r beside || exit 0; write "$a" "$b" "$c" "$s" "$o" "$n" ;;
        remove) remove "$a" ;;
        rmdir) if rmdir "$path" >/dev/null 2>&1 </dev/null; then say yes; else say no; fi ;;
        *) exit 0 ;;
        esac
    done
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
