# shellcheck shell=bash
# ./panel test: builds, starts what the tests need, runs them, removes it. Needs all of docker/lib's parts.

TEST_NIGHTLY=0

test_parts() {
    local part
    # shellcheck source=/dev/null
    for part in up down scratch testrun testrecover; do source "$LIB/$part.sh"; done
}

# A browser, where one can be had: TEST_CHROMIUM stays empty otherwise.
test_chromium() {
    local name
    TEST_CHROMIUM=${CHROMIUM:-}
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        [[ -n $TEST_CHROMIUM ]] || TEST_CHROMIUM=$(command -v "$name" || true)
    done
    if [[ -z $TEST_CHROMIUM ]] && ((EUID == 0)) && command -v apt-get >/dev/null; then
        say "Installing Chromium for the browser tests"
        if {
            timeout 600 apt-get -o DPkg::Lock::Timeout=120 update
            DEBIAN_FRONTEND=noninteractive timeout 900 apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends chromium
        } >"$SCRATCH_DIR/chromium.log" 2>&1; then
            TEST_CHROMIUM=$(command -v chromium || true)
        else
            tail -n 5 "$SCRATCH_DIR/chromium.log" >&2
        fi
    fi
}

test_build() { # PROJECT|SOLUTION...
    local what started log=$SCRATCH_DIR/build.log
    started=$(now_ms)
    for what in "$@"; do
        if ! interruptible timeout 1500 dotnet build "$ROOT/$what" -c "$TEST_CONFIGURATION" -nologo -v:q -clp:NoSummary >"$log" 2>&1; then
            tail -n 60 "$log" >&2
            die "$what does not build (messages above)."
        fi
    done
    note "built in $(elapsed "$started")"
}

# The image with a browser, which nothing else needs: where it can't be built, the tests that look at a picture are skipped with the reason.
test_camera() { # LIST
    local log=$SCRATCH_DIR/camera.log
    if ! (images_build --list "$1" camera) >/dev/null 2>"$log"; then
        warn "the image camera could not be built; its tests are skipped (last words: $(tail -n 1 "$log"))"
    fi
}

test_fast() {
    local image
    say "Building the unit and component tests"
    test_build tests/HostingPanel.Tests tests/HostingPanel.Web.Tests
    if engine_answers && image=$(image_ref postgres) && image_id "$image" >/dev/null; then
        scratch_remove_leftovers
        HP_TEST_POSTGRES=$(scratch_postgres "$image")
        export HP_TEST_POSTGRES
    else
        warn "No engine with the PostgreSQL image: tests that want a database are skipped. (./panel test builds it.)"
    fi
    # A worker is killed at every eleventh of its effects only; without --fast, at each.
    HP_TEST_CRASH_STRIDE=11 test_project HostingPanel.Tests 300
    test_project HostingPanel.Web.Tests 300
}

test_everything() {
    local sites
    engine_ensure
    swarm_ensure
    programs_identify
    disk_problems 2000 | while read -r problem; do die "$problem"; done
    scratch_remove_leftovers
    test_chromium
    (umask 077 && mkdir -p "$(images_log_dir)")
    say "Building everything"
    # Packages for the images and packages for the compiler: at the same time.
    {
        images_of_sites "$SCRATCH_DIR/sites"
        test_camera "$SCRATCH_DIR/camera"
    } &
    sites=$!
    test_build HostingPanel.sln
    wait "$sites" || exit 1
    images_everything "$SCRATCH_DIR/images"
    if [[ -s $SCRATCH_DIR/camera ]]; then
        SCRATCH_SCREENSHOTS=yes
        awk '$1 == "camera" { print $1, $2 }' "$SCRATCH_DIR/camera" >>"$SCRATCH_DIR/images"
    fi
    export HP_TEST_IMAGES=$SCRATCH_DIR/images HP_TEST_POSTGRES
    HP_TEST_POSTGRES=$(scratch_postgres "$IMAGE_POSTGRES")
    test_project HostingPanel.Tests 1200
    test_project HostingPanel.Web.Tests 600
    test_project HostingPanel.Integration.Tests 2400
    if [[ -z $TEST_CHROMIUM ]]; then
        test_skip_project HostingPanel.E2E.Tests "no Chromium is installed, and as this user it can't be. Install the package chromium, or set CHROMIUM to a browser."
        return
    fi
    say "Bringing up an installation for the browser tests ($SCRATCH)"
    if scratch_installation; then
        scratch_environment
        export CHROMIUM=$TEST_CHROMIUM HP_E2E_DRILL_PICTURES=$SCRATCH_SCREENSHOTS
        test_project HostingPanel.E2E.Tests 1500
        # Last: it removes the installation.
        if ((TEST_NIGHTLY)); then test_recovery; fi
    else
        test_fails "The installation for the browser tests did not come up (reasons above)."
    fi
}

test_run() {
    scratch_begin
    if (($1)); then test_fast; else test_everything; fi
    scratch_end || true
    trap - EXIT
}

test_main() {
    local fast=0 started
    while (($#)); do
        case $1 in
            --fast) fast=1; shift ;;
            --nightly) export HP_TEST_KILLS=10 HP_TEST_CRASH_STRIDE=1; TEST_NIGHTLY=1; shift ;;
            *) die "./panel test does not know \"$1\"." -- "./panel test --help" ;;
        esac
    done
    test_parts
    started=$(now_ms)
    ((fast)) || engine_permitted
    dotnet_ensure
    scratch_alone test_run "$fast"
    say "Tests: $(elapsed "$started")"
    test_sum
}
