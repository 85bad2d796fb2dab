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

cores() { nproc 2>/dev/null || echo 2; }
