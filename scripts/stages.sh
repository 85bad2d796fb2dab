# The stages of scripts/test; sourced, not run. A stage is a function stage_NAME that says what is
# wrong and returns non-zero if something is. Those that run many tests write their counts to
# $counts; any other counts as one.
# shellcheck shell=bash disable=SC2034,SC2154 # shared with scripts/test

# Name, and what it checks. The gate takes seconds and comes first.
gate_stages=(format layers shell spell secrets)
matrix_stages=(gcc teeth asan tsan fuzz tidy cppcheck analyzer units)
declare -A stage_words=(
    [format]='clang-format agrees with every .c and .h'
    [layers]='includes point downward, files are small, schemas are flat'
    [shell]='shellcheck, and python compiles'
    [spell]='codespell'
    [secrets]='no private key is committed'
    [gcc]='build with gcc, all suites'
    [teeth]='some planted bugs, which the simulator must find'
    [asan]='build with clang, address and undefined-behaviour sanitizers; the suites that run programs'
    [tsan]='clang, thread sanitizer, suite threads'
    [fuzz]='each fuzz target for a few seconds from its corpus'
    [tidy]='clang-tidy on src'
    [cppcheck]='cppcheck on src'
    [analyzer]='gcc -fanalyzer on src'
    [units]='what is installed; systemd-analyze verify and security'
)

# Files that are ours, NUL-terminated: git's where there is git, else by looking.
ours() { # PATTERN...
    local pattern names=()
    if git -C "$root" rev-parse >/dev/null 2>&1; then
        git -C "$root" ls-files -z --cached --others --exclude-standard -- "$@"
    else
        for pattern in "$@"; do names+=(-o -path "$root/$pattern"); done
        find "$root" -path "$root/build*" -prune -o -type f \( "${names[@]:1}" \) -printf '%P\0'
    fi
}

wants() { # TOOL...
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || {
            echo "$tool is missing: run scripts/install-deps"
            return 1
        }
    done
}

stage_format() {
    wants clang-format || return
    ours '*.c' '*.h' | xargs -0r clang-format --dry-run -Werror --ferror-limit=5 || {
        echo "repair: git ls-files -z '*.c' '*.h' | xargs -0 clang-format -i"
        return 1
    }
}

stage_layers() {
    tests/layers.py && tests/layers.py --self-test
}

# Scripts by their first line, since most have no suffix.
scripts_in() { # INTERPRETER
    local file
    while IFS= read -r -d '' file; do
        head -n 2 "$file" | grep -qE "^(#!.*/($1)( |$)|# shellcheck shell=($1))" &&
            printf '%s\0' "$file"
    done < <(ours 'scripts/*' 'certs/*' '.ci/*' 'tests/*.py' 'tests/*.sh' 'docs/*.sh' 'docs/*.py')
    return 0
}

stage_shell() {
    wants shellcheck || return
    local file bad=0
    scripts_in 'bash|sh' | xargs -0r shellcheck || bad=1
    while IFS= read -r -d '' file; do
        /usr/bin/python3 -c 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")' \
            "$file" || bad=1
    done < <(scripts_in python3)
    return $bad
}

stage_spell() {
    wants codespell || return
    ours 'src/*' 'include/*' 'tests/*.[ch]' 'tests/*.py' 'proto/*' 'docs/*' 'scripts/*' 'certs/*' \
        'systemd/*' '*.md' 'NEWS' | xargs -0r codespell
}

stage_secrets() {
    ! ours '*' | xargs -0r grep -lIE -e '-----BEGIN [A-Z ]*PRIVATE KEY' -- || {
        echo "these hold private keys; tests make theirs with certs/make-cert"
        return 1
    }
}

# --- Builds and their suites

build_in() { # DIR COMPILER [--configure] OPTION...
    local words=("$1" --cc "$2")
    shift 2
    if [ "${1:-}" = --configure ]; then words+=("$1") && shift; fi
    scripts/build "${words[@]}" -- "$@"
}

run_suites() { # DIR [--rebuild] MESON_TEST_OPTION...
    local dir=$1 status=0 runner=()
    shift
    if [ "${1:-}" = --rebuild ]; then shift; else set -- --no-rebuild "$@"; fi
    # clang 14's sanitizers cannot place their shadow in a more random address space.
    if [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -gt 28 ] &&
        setarch -R true 2>/dev/null; then
        runner=(setarch -R)
    fi
    rm -f "$dir/meson-logs/testlog.json"
    # Most of the time is waiting for real processes, hence more tests than cores.
    "${runner[@]}" meson test -C "$dir" --num-processes $((3 * $(cores))) \
        --print-errorlogs "$@" || status=$?
    if [ -s "$dir/meson-logs/testlog.json" ]; then
        scripts/count-tests "$dir/meson-logs/testlog.json" >"$counts"
        scripts/count-tests --failed "$dir/meson-logs/testlog.json" # what scripts/test shows
    elif [ $status -eq 0 ]; then
        echo '0 0 0' >"$counts" # no test is in that suite
    fi
    return $status
}

suites_of() { # DIR MESON_TEST_OPTION...: the suites that the user named, else all
    run_suites "$@" "${suites[@]/#/--suite=}"
}

stage_gcc() {
    build_in build gcc && suites_of build
}

# Those that it finds within a few seeds; scripts/simulate --teeth tries all.
stage_teeth() {
    build_in build gcc && scripts/simulate --teeth --only amount-32-bit --only flush-ahead-of-log \
        --only no-replay-check --only reply-not-stored
}

stage_asan() {
    build_in build-asan clang -Db_lundef=false -Db_sanitize=address,undefined \
        -Dc_args=-gline-tables-only &&
        LINKGATE_SIM_SEEDS=4 suites_of build-asan --timeout-multiplier 3 --no-suite script \
            --no-suite layer
}

# What its few tests need, and no more, is built.
stage_tsan() {
    build_in build-tsan clang --configure -Db_lundef=false -Db_sanitize=thread &&
        run_suites build-tsan --rebuild --timeout-multiplier 5 --suite threads
}

# A fixed seed, and a number of runs that a quiet machine does in seconds: a red result means a change
# and not a lucky draw.
stage_fuzz() {
    local said status=0 bad=0
    said=$(scripts/fuzz --runs 6000 --seconds 20 --jobs "$(cores)") || status=$?
    printf '%s\n' "$said"
    bad=$(grep -c 'FOUND:$' <<<"$said") || true
    echo "$(grep -c 'nothing found$' <<<"$said") $bad 0" >"$counts"
    return $status
}

# --- Checkers that read the source

# It reads what the build generates, and how it would compile: nothing is compiled for it.
stage_tidy() {
    wants clang-tidy run-clang-tidy && build_in build-clang clang --configure -Dtests=false || return
    ninja -C build-clang -t targets all | sed -n 's/^\(.*\.pb-c\.h\): .*/\1/p' |
        xargs -r ninja -C build-clang --quiet || return
    local said status=0
    said=$(run-clang-tidy -p build-clang -j "$(cores)" -quiet "^$root/src/" 2>&1) ||
        status=$?
    printf '%s\n' "$said" | sed 's/\x1b\[[0-9;]*m//g' |
        grep -vE '^clang-tidy|^[0-9]+ warnings? |^$'
    return $status
}

stage_cppcheck() {
    wants cppcheck || return
    # Version 2.10 knows C up to C11, without __VA_OPT__.
    cppcheck -q -j "$(cores)" --enable=warning,performance,portability --inline-suppr \
        --error-exitcode=1 --suppressions-list=.cppcheck-suppressions --std=c11 --library=posix \
        --library=.cppcheck-library.cfg \
        -D_GNU_SOURCE '-D__VA_OPT__(...)=__VA_ARGS__' -Isrc -Iinclude src
}

stage_analyzer() {
    build_in build-analyzer gcc -Dtests=false -Ddebug=false -Dc_args=-fanalyzer
}

# As they are installed; tests/boot boots them besides, with all suites.
stage_units() {
    wants systemd-analyze && build_in build gcc && run_suites build --suite units
}
