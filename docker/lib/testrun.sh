# shellcheck shell=bash
# Runs one test project and counts. Needs ui.sh, scratch.sh (interruptible).
#
#   test_project NAME SECONDS [OPTION...]   runs the built program, shows what failed and what was skipped, adds to the sums
#   test_skip_project NAME REASON   counts all of its tests as skipped
#   test_sum                        those that failed, and the last line; 1 when anything failed

TEST_PASSED=0 TEST_FAILED=0 TEST_SKIPPED=0
TEST_FAILURES=()
TEST_CONFIGURATION=Release

test_program() { printf '%s' "$ROOT/tests/$1/bin/$TEST_CONFIGURATION/net10.0/$1"; }

# "passed failed skipped errors" of xunit's own XML, which is one long line.
test_read_results() {
    awk -v RS='<' '
        function attribute(name) {
            if (!match($0, " " name "=\"[0-9]+\"")) return 0
            return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
        }
        /^assembly / { passed += attribute("passed"); failed += attribute("failed"); skipped += attribute("skipped"); errors += attribute("errors") }
        END { print passed + 0, failed + 0, skipped + 0, errors + 0 }' "$1"
}

# The tests that failed, a line each: the name, how long it took, the start of what it said.
test_read_failures() {
    awk -v RS='<' '
        function said() {
            sub(/]]>.*/, "", message); gsub(/[ \t\r\n]+/, " ", message)
            if (length(message) > 600) message = substr(message, 1, 600) " ..."
            printf "%s (%s s): %s\n", name, time, message
            name = ""
        }
        /^test / && / result="Fail"/ && match($0, / name="[^"]*"/) {
            name = substr($0, RSTART + 7, RLENGTH - 8)
            gsub(/&quot;/, "\"", name); gsub(/&lt;/, "<", name); gsub(/&gt;/, ">", name); gsub(/&amp;/, "\\&", name)
            time = match($0, / time="[0-9.]*"/) ? substr($0, RSTART + 7, RLENGTH - 8) : "?"
            message = ""; inside = 0
        }
        /^!\[CDATA\[/ && name != "" && !inside { inside = 1; message = substr($0, 9); if (/]]>/) said(); next }
        inside && name != "" { message = message "<" $0; if (/]]>/) said() }
        /^\/test>/ && name != "" { said() }' "$1"
}

# Something failed that is no test: REASON.
test_fails() {
    warn "$1"
    TEST_FAILED=$((TEST_FAILED + 1))
    TEST_FAILURES+=("$1")
}

test_project() {
    local name=$1 limit=$2 program results=$SCRATCH_DIR/$1.xml output=$SCRATCH_DIR/$1.log started code=0 passed failed skipped errors names
    shift 2
    rm -f "$results"
    program=$(test_program "$name")
    started=$(now_ms)
    say "$name${*:+ ($*)}"
    if [[ ! -x $program ]]; then
        test_fails "$name was not built."
        return
    fi
    # Most of them wait for the engine or the database: more at once than there are processors.
    interruptible timeout --kill-after=30 "$limit" "$program" -noLogo -noColor -noAutoReporters -maxThreads 2x -reporter quiet -xml "$results" "$@" \
        >"$output" 2>&1 || code=$?
    if ! grep -qs '</assemblies>' "$results"; then
        tail -n 40 "$output" >&2
        if ((code == 124 || code == 137)); then test_fails "$name was still running after $limit s and was ended (its last words above)."
        else test_fails "$name ended with exit code $code and without results (its last words above)."; fi
        return
    fi
    read -r passed failed skipped errors < <(test_read_results "$results")
    # The runner prints nothing but what failed (name, message, where) and what was skipped (name, reason).
    cat "$output" >&2
    mapfile -t names < <(test_read_failures "$results")
    TEST_FAILURES+=("${names[@]}")
    if ((passed + failed + skipped == 0)); then
        test_fails "$name ran no test."
    elif ((failed == 0 && (errors > 0 || code != 0))); then
        # Outside of any test: a fixture's end, or the program's.
        test_fails "$name: $errors errors outside of its tests, exit code $code (see above)."
    fi
    TEST_PASSED=$((TEST_PASSED + passed)) TEST_FAILED=$((TEST_FAILED + failed)) TEST_SKIPPED=$((TEST_SKIPPED + skipped))
    note "$passed passed, $failed failed, $skipped skipped: $(elapsed "$started")"
}

test_skip_project() {
    local name=$1 reason=$2 count=0
    if [[ -x $(test_program "$name") ]]; then count=$(timeout 60 "$(test_program "$name")" -list tests -noLogo 2>/dev/null | grep -c . || true); fi
    say "$name"
    warn "NOT RUN, $count tests skipped: $reason"
    TEST_SKIPPED=$((TEST_SKIPPED + count))
}

test_sum() {
    local skipped=''
    if ((TEST_SKIPPED)); then skipped=", $TEST_SKIPPED skipped"; fi
    # Once more, for whoever sees no more than the end.
    if ((${#TEST_FAILURES[@]})); then printf 'failed: %s\n' "${TEST_FAILURES[@]}"; fi
    printf '%d passed, %d failed%s\n' "$TEST_PASSED" "$TEST_FAILED" "$skipped"
    ((TEST_FAILED == 0 && TEST_PASSED > 0))
}
