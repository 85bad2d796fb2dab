# Shared by the scripts of this folder; sourced, not run.
# shellcheck shell=bash

set -euo pipefail
umask 077

fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    [ $# -lt 2 ] || printf '  %s\n' "$2" >&2
    exit 1
}

# Prints the comment at the head of the script as its help.
usage() {
    sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$0"
}

need_value() { # OPTION ARGUMENTS_LEFT
    [ "$2" -ge 2 ] || fail "$1 wants a value" "see ${0##*/} --help"
}

need_number() { # OPTION VALUE
    [[ $2 =~ ^[0-9]{1,5}$ ]] || fail "$1 wants a number of days, not '$2'"
}

# Goes to the folder of a CA, alone: openssl's index file bears one writer only.
enter_ca() { # DIR
    command -v openssl >/dev/null || fail "openssl is missing" "apt-get install openssl"
    [ -f "$1/ca.key" ] || fail "no CA in '$1'" "make one: certs/make-ca $1"
    cd "$1"
    exec 9>.lock
    flock 9
}

# Runs openssl, showing what it said only when it failed.
quietly() {
    local log
    log=$(mktemp)
    if ! openssl "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        fail "openssl $1 failed; its words are above"
    fi
    rm -f "$log"
}

utc() { # what date -d understands, as openssl wants it
    date -u -d "$1" +%Y%m%d%H%M%SZ
}
