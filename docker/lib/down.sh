# shellcheck shell=bash
# ./panel down, and the removal of a whole installation. Needs ui.sh, settings.sh, stack.sh.

down_gone() {
    local name
    for name in "$@"; do [[ -z $(service_container "$name") ]] || return 1; done
}

down_stop() {
    local name there=()
    for name in web worker postgres jobs; do
        if timeout 15 docker service inspect "${INST}_$name" >/dev/null 2>&1; then there+=("${INST}_$name"); fi
    done
    if ((${#there[@]} == 0)); then
        say "The panel does not run; nothing to stop."
        return
    fi
    say "Stopping the panel: ${there[*]}"
    timeout 60 docker service rm "${there[@]}" >/dev/null || die "The services could not be removed (message above)."
    wait_for 90 "web, worker and postgres to stop" down_gone "${there[@]#"${INST}_"}" || die "They still run after 90 s." -- "./panel doctor says more."
    say "Stopped. The sites and the gateway keep running; ./panel up starts the panel again."
}

# Prints the ids of what the installation INST made: KIND is service, network, secret, config, volume or container.
installation_things() {
    local options=(--quiet)
    if [[ $1 == container ]]; then options+=(--all); fi
    timeout 30 docker "$1" ls "${options[@]}" --filter "label=hp.installation=$INST"
}

installation_has_no() { [[ -z $(installation_things "$1") ]]; }

# One attempt at removing everything of a kind; the engine lets go of networks, secrets and volumes only after the last task.
installation_without() { # KIND
    local options=()
    if [[ $1 == container ]]; then options+=(--force --volumes); fi
    installation_things "$1" | xargs -r timeout 60 docker "$1" rm "${options[@]}" >/dev/null 2>&1 || true
    [[ -z $(installation_things "$1") ]]
}

# Everything that carries the installation's label, the users of a thing before the thing.
installation_remove() {
    local kind left=''
    # The worker first, and alone: while it lives it makes new things in the place of those that go.
    if timeout 60 docker service rm "${INST}_worker" >/dev/null 2>&1; then
        wait_for 60 "the worker of $INST to stop" down_gone worker || left+=" worker"
    fi
    for kind in service container network secret config volume; do
        wait_for 60 "every $kind of $INST to go" installation_without "$kind" || left+=" $kind"
    done
    if [[ -n $left ]]; then
        warn "Not everything of the installation $INST could be removed:$left. See: docker container ls --all --filter label=hp.installation=$INST"
        return 1
    fi
}

down_main() {
    local delete=''
    while (($#)); do
        case $1 in
            --delete-everything)
                (($# > 1)) || die "Say which installation: ./panel down --delete-everything ${PANEL_INSTALLATION:-hp}"
                delete=$2
                shift 2
                ;;
            *) die "./panel down does not know \"$1\"." -- "./panel down --help" ;;
        esac
    done
    engine_require
    settings_load
    with_lock "$INST" "Another ./panel up or down of the installation $INST runs." down_run "$delete"
}

down_run() {
    local delete=$1
    if [[ -z $delete ]]; then
        down_stop
    elif [[ $delete != "$INST" ]]; then
        die "This is about the installation \"$INST\", and you named \"$delete\". Nothing was deleted." -- "Another one: PANEL_INSTALLATION=$delete ./panel down --delete-everything $delete"
    else
        say "Deleting the installation $INST with all of its sites and data"
        installation_remove
        guard_unit_remove
        say "Deleted. The images, the engine and the swarm are still there."
    fi
}
