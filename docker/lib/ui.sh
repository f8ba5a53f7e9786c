# shellcheck shell=bash
# What ./panel says while it works: short lines on stderr, so that what a function returns on stdout stays clean.
#
#   say TEXT...                  a line
#   note TEXT...                 an indented, quieter line
#   warn TEXT...                 something to know; work goes on
#   die TEXT... [-- HINT...]     what is wrong, what to do about it; exit 1
#   fine, hint, wrong TEXT...   a finding, on stdout
#   now_ms; elapsed START_MS     a clock, and "1.3 s" since then
#   timed TEXT COMMAND...        runs the command and says how long it took
#   wait_for SECONDS WHAT COMMAND...   asks until the command succeeds; says what it waits for; 1 when the time is over

if [[ -t 2 && -z ${NO_COLOR:-} ]]; then
    ui_bold=$'\e[1m' ui_dim=$'\e[2m' ui_red=$'\e[31m' ui_yellow=$'\e[33m' ui_off=$'\e[0m'
else
    ui_bold='' ui_dim='' ui_red='' ui_yellow='' ui_off=''
fi

say() { printf '%s\n' "${ui_bold}$*${ui_off}" >&2; }

note() { printf '  %s\n' "${ui_dim}$*${ui_off}" >&2; }

fine() { printf '  %s\n' "✓ $*"; }
hint() { printf '  %s\n' "${ui_yellow}!${ui_off} $*"; }
wrong() { printf '  %s\n' "${ui_red}✗${ui_off} $*"; }

warn() { printf '%s\n' "${ui_yellow}warning:${ui_off} $*" >&2; }

die() {
    local text=() hint=()
    while (($#)) && [[ $1 != -- ]]; do text+=("$1"); shift; done
    if (($#)); then shift; hint=("$@"); fi
    printf '%s\n' "${ui_red}error:${ui_off} ${text[*]}" >&2
    local line
    for line in ${hint[@]+"${hint[@]}"}; do printf '  %s\n' "$line" >&2; done
    exit 1
}

now_ms() {
    # EPOCHREALTIME's decimal point follows the locale.
    local now=${EPOCHREALTIME/[.,]/}
    printf '%s' "$((now / 1000))"
}

elapsed() {
    local ms=$(($(now_ms) - $1))
    printf '%d.%d s' "$((ms / 1000))" "$((ms % 1000 / 100))"
}

timed() {
    local what=$1 started
    shift
    started=$(now_ms)
    "$@"
    note "$what: $(elapsed "$started")"
}

wait_for() {
    local limit=$1 what=$2 started said=0
    shift 2
    started=$(now_ms)
    until "$@"; do
        local waited=$(($(now_ms) - started))
        if ((waited > limit * 1000)); then return 1; fi
        if ((waited > 1000 && said == 0)); then
            note "waiting for $what (at most $limit s)"
            said=1
        fi
        sleep 0.2
    done
    if ((said)); then note "$what: $(elapsed "$started")"; fi
    return 0
}
