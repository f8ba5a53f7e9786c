# shellcheck shell=bash
# ./panel bench: measures in a scratch installation. Needs all of docker/lib's parts.

bench_run() {
    scratch_begin
    engine_ensure
    swarm_ensure
    scratch_remove_leftovers
    programs_identify
    say "Building the images and the benchmarks"
    images_everything "$SCRATCH_DIR/images"
    test_build tests/HostingPanel.Benchmarks
    say "Bringing up an installation for the benchmark ($SCRATCH)"
    scratch_installation || die "The installation for the benchmark did not come up (reasons above)."
    scratch_environment
    export HP_TEST_IMAGES=$SCRATCH_DIR/images HP_TEST_POSTGRES
    # A database server of the benchmark's own, for what is measured without an installation.
    HP_TEST_POSTGRES=$(scratch_postgres "$IMAGE_POSTGRES")
    say "Measuring $1"
    interruptible timeout 1800 "$(test_program HostingPanel.Benchmarks)" "$@" || die "The benchmark failed (message above)."
}

# As the program itself has them: a wrong name is refused before half an hour of building.
bench_names() { sed -n 's/^ *case \["\([a-z-]*\)"\]:.*/\1/p' "$ROOT/tests/HostingPanel.Benchmarks/Program.cs" | sort; }

bench_main() {
    local part names
    names=$(bench_names | paste -sd ' ')
    (($# == 1)) || die "Say what to measure: ./panel bench NAME" -- "It measures: $names"
    [[ " $names " == *" $1 "* ]] || die "There is no benchmark \"$1\"." -- "It measures: $names"
    # shellcheck source=/dev/null
    for part in up down scratch testrun test; do source "$LIB/$part.sh"; done
    dotnet_ensure
    scratch_alone bench_run "$@"
}
