# shellcheck shell=bash
# ./panel status: what runs, and where. Needs settings.sh, stack.sh.

# NAME: "running", or what it does instead.
status_of() {
    local state
    if ! timeout 15 docker service inspect "${INST}_$1" >/dev/null 2>&1; then
        echo "not there"
        return
    fi
    state=$(timeout 15 docker service ps "${INST}_$1" --filter desired-state=running --format '{{.CurrentState}}' | head -n 1)
    echo "${state:-does not run}"
}

status_main() {
    # shellcheck source=/dev/null
    source "$LIB/up.sh"
    # shellcheck source=/dev/null
    source "$LIB/recovery.sh"
    local name answer code missing
    (($# == 0)) || die "./panel status does not know \"$1\"."
    engine_require
    settings_load
    if [[ ${#SETTINGS_KEPT[@]} -eq 0 ]]; then
        say "There is no installation \"$INST\" on this machine."
        note "./panel up makes it."
        return 1
    fi
    echo "Installation $INST"
    for name in "${STACK_SERVICES[@]}"; do
        printf '  %-10s %-36s %s\n' "$name" "$(status_of "$name")" "$(timeout 15 docker service inspect "${INST}_$name" --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' 2>/dev/null || true)"
    done
    status_sites
    if panel_is_down; then
        echo "The panel is stopped; the sites run without it. ./panel up starts it."
        return 1
    fi
    answer=$(http_get "$HTTP_PORT" "$PANEL_DOMAIN" /readyz)
    code=$(head -n 1 <<<"$answer")
    missing=$(readyz_missing <<<"$answer" | paste -sd ' ')
    if [[ $code == 200 ]]; then
        echo "The panel answers at $(panel_url)"
        status_backups
    elif [[ -n $missing ]]; then
        echo "The panel answers at $(panel_url), but is not ready: $missing ./panel doctor says more."
        return 1
    else
        echo "The panel does not answer at $(panel_url) (${code:+status }${code:-no connection}). ./panel doctor says why."
        return 1
    fi
}

# How well the panel is prepared for the loss of this machine.
status_backups() {
    kit_state | sed 's/^[a-z]*: //'
}

# The sites' services, counted by whether they run what they should.
status_sites() {
    timeout 30 docker service ls --filter "label=hp.installation=$INST" --filter label=hp.site --filter mode=replicated --format '{{.Name}} {{.Replicas}}' \
        | awk '
            { split($2, part, "/"); if (part[2] == 0) off++; else if (part[1] >= part[2]) up++; else { down++; names = names " " $1 } }
            END {
                if (NR == 0) { print "  sites      none yet"; exit }
                printf "  sites      %d of %d services run", up, up + down
                if (down) printf ";%s should run and does not", names
                if (off) printf "; %d more are stopped, as they should be", off
                print ""
            }'
}
