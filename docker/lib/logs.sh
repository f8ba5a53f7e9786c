# shellcheck shell=bash
# ./panel logs. Needs settings.sh, stack.sh.

logs_main() {
    local service='' follow=() name names followers=()
    while (($#)); do
        case $1 in
            -f | --follow) follow=(--follow); shift ;;
            -*) die "./panel logs does not know \"$1\"." -- "./panel logs --help" ;;
            *)
                [[ " ${STACK_SERVICES[*]} " == *" $1 "* ]] || die "The panel has no service \"$1\"." -- "It has: ${STACK_SERVICES[*]}"
                service=$1
                shift
                ;;
        esac
    done
    engine_require
    settings_load
    names=("${STACK_SERVICES[@]}")
    if [[ -n $service ]]; then names=("$service"); fi
    for name in "${names[@]}"; do
        if ! timeout 15 docker service inspect "${INST}_$name" >/dev/null 2>&1; then
            [[ -z $service ]] || die "$name does not run, and what it said is gone with it." -- "./panel up starts it; ./panel status shows what runs."
            warn "$name does not run."
            continue
        fi
        if [[ -n $service ]]; then
            docker service logs --raw --timestamps --tail 500 "${follow[@]}" "${INST}_$name"
        elif ((${#follow[@]})); then
            docker service logs --raw --timestamps --tail 20 --follow "${INST}_$name" 2>&1 | sed -u "s/^/$name | /" &
            followers+=($!)
        else
            docker service logs --raw --timestamps --tail 100 "${INST}_$name" 2>&1 | sed "s/^/$name | /"
        fi
    done
    if ((${#followers[@]})); then wait "${followers[@]}"; fi
}
