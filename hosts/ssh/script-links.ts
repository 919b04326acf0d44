/**
 * The part of the host's script that works in other users' folders, perhaps as root. Between checking a name and using
 * it, such a user can replace what it names. So links are judged once, folders are entered, and files are referred to
 * by open descriptors.
 */
export const LINKS = `# Where a link leads to, in to. One is followed only when it is root's, ours, or of the owner of what it leads to.
link() {
    links=$((links + 1)) ln=$1
    if [ "$links" -gt 16 ]; then L='loop'; return 1; fi
    set -- $(ls -ldn "$ln" 2>/dev/null)
    of=$3
    case $1 in l*) to=$(readlink "$ln") ;; *) to= ;; esac
    # Asked by what the link said, and not by its name, under which something else may lie by now.
    case $to in
    '') L="foreign \${of:-0} $ln"; return 1 ;;
    /*) next=$to ;;
    *) next=\${ln%/*}/$to ;;
    esac
    if [ "$of" != 0 ] && [ "$of" != "$U" ]; then
        set -- $(ls -ldnL "$next" 2>/dev/null)
        if [ "$of" != "$3" ]; then L="foreign $of $ln"; return 1; fi
    fi
}
# A folder without the links on the way to it, in R.
plain() {
    R= way=$1 links=0
    while [ -n "$way" ]; do
        part=\${way%%/*}
        case $way in */*) way=\${way#*/} ;; *) way= ;; esac
        case $part in ''|.) continue ;; ..) R=\${R%/*}; continue ;; esac
        if [ ! -h "$R/$part" ]; then R=$R/$part; continue; fi
        link "$R/$part" || return
        case $to in /*) R= ;; esac
        way=$to/$way
    done
    [ -n "$R" ] || R=/
}
# Where all links lead to, in T, and the folder of that, in R.
follow() {
    T=$1 L= hops=0
    while plain "\${T%/*}"; do
        [ -h "$T" ] || return 0
        links=$hops
        link "$T" || return
        hops=$links
        case $to in /*) T=$to ;; *) T=\${T%/*}/$to ;; esac
    done
    return 1
}
# Goes into the folder of T: a link that is put in its place from now on leads nowhere.
enter() {
    # Shells have words of their own for it.
    [ -x "$R" ] || fail 'Permission denied'
    x=$(cd -P "$R" 2>&1) || fail "$x"
    cd -P "$R" && [ "$(pwd -P)" = "$R" ] && return
    # A file system that knows no case tells the name as the folder has it.
    [ "$(pwd -P | tr A-Z a-z)" = "$(printf '%s\\n' "$R" | tr A-Z a-z)" ] || fail "Operation not permitted: $R is being moved or replaced"
}
refused() {
    case $L in
    loop) fail 'Too many levels of symbolic links' ;;
    *) fail "Operation not permitted: the link is of another user and leads to a file of a third: $L" ;;
    esac
}`;

export const CREATE = `# A new file with an owner and the mode m, before anything is in it; then what comes from the input. Not by its name, where the
# system has another way: who may write the folder can put a link in its place.
create() {
    (
        set -C
        umask "$(printf '%03o' $((0777 & ~0$m)))"
        exec 4>"$1" || exit 1
        # Without a list of its own, the group would get what others had.
        if [ -n "$listed" ]; then case $(ls -ldn "$1") in ??????????+*) ;; *) m=$(printf '%o' $((0$m & 0700))) ;; esac; fi
        if [ -d /proc/self/fd ]; then f=/proc/self/fd/1 h=; else f=$1 h=-h; fi
        if [ -n "$2" ]; then chown $h "$2" "$f" >&4 || exit 1; fi
        # What a folder's access list gives a new file goes by no umask.
        if [ -z "$h" ]; then chmod "$m" "$f" >&4 || exit 1; fi
        if [ -n "$3" ] && command -v selinuxenabled >/dev/null 2>&1 && selinuxenabled; then
            chcon --reference="$3" "$f" >&4 || exit 1
        fi
        shift 3
        if [ $# -gt 0 ]; then "$@" >&4; fi
    ) 2>&1
}`;
