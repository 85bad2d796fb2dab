# Shared by the scripts of this folder; sourced, not run.
# shellcheck shell=bash

# shellcheck disable=SC2034 # for those who source this
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
me=${0##*/}

say() { printf '%s\n' "$*"; }

# What went wrong, and, in further arguments, what to do about it.
fail() {
    printf '%s: %s\n' "$me" "$1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

# Prints the comment at the head of the script as its help.
usage() {
    sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
}

on_terminal() { [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]; }

# Waits for process PID, on a terminal with a line that shows LABEL and the seconds gone.
await() { # PID LABEL
    local start=$SECONDS status=0
    if on_terminal; then
        while kill -0 "$1" 2>/dev/null; do
            printf '\r\033[K  %s … %d s' "$2" $((SECONDS - start))
            sleep 0.5
        done
        printf '\r\033[K'
    fi
    wait "$1" || status=$?
    return $status
}

# Runs a command with its output in LOG, in a process group of its own: a ^C ends all of it.
run_logged() { # LABEL LOG COMMAND...
    local label=$1 log=$2 pid status=0
    shift 2
    set -m
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    set +m
    # shellcheck disable=SC2064 # the pid of now
    trap "kill -TERM -- -$pid 2>/dev/null; exit 130" INT TERM
    await "$pid" "$label" || status=$?
    trap - INT TERM
    return $status
}

# What takes two people is requested by this user and approved by another one of this machine: root
# becomes nobody, whom the gateway knows by its group; everyone else becomes root.
second_group=nogroup
as_second() { # COMMAND...: which the second user must be able to read
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=nobody --regid=$second_group --clear-groups -- "$@"
    else
        sudo -n -- "$@"
    fi
}

need_second() {
    [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; } ||
        fail "neither root nor sudo" \
            "banks are registered by two people, so a second user of this machine must approve"
}

# An order of two people at the gateway of that folder, requested and approved. The folder must let
# others pass; the tool is copied there, where they may run it.
order_by_two() { # SITE TOOL WORDS...
    local site=$1 tool=$2 answer status=0
    shift 2
    answer=$("$tool" --socket "$site/admin.sock" --json "$@") || status=$?
    [ "$status" -eq 4 ] || fail "this order should wait for a second person: $*" "$answer"
    chmod go+x "$site"
    [ -e "$site/linkgatectl" ] || install -m 755 "$tool" "$site/linkgatectl"
    as_second test -x "$site/linkgatectl" ||
        fail "the second user cannot get to $site" "use a folder that others may pass, as /tmp is"
    as_second "$site/linkgatectl" --socket "$site/admin.sock" approval approve --yes \
        "$(sed -n 's/.*"approval": *"\([0-9a-f]*\)".*/\1/p' <<<"$answer")" >/dev/null
}

cores() { nproc 2>/dev/null || echo 2; }
