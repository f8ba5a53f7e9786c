# shellcheck shell=bash
# An installation's networks, secrets, volumes and services. Needs ui.sh, engine.sh, settings.sh, checks.sh.
#
#   networks_ensure; secrets_ensure; volumes_ensure    make what is missing; change nothing that is there
#   stack_deploy                  IMAGE_… are set; deploys docker/stack.yaml, and over it the file STACK_MORE where one is named
#   stack_wait SECONDS            until every service runs what was asked for and the panel is ready; else 1, and prints what is missing
#   service_container NAME        the id of the running container of web, worker, postgres, gateway or jobs
#   panel_is_down                 it was stopped by ./panel down
#   service_trouble NAME          why it does not run, in the engine's words

STACK_SERVICES=(postgres gateway worker web)

network_ensure() { # NAME SUBNET|'' [OPTION...]
    local name=$1 subnet=$2 found
    shift 2
    if found=$(timeout 15 docker network inspect "$name" --format '{{range .IPAM.Config}}{{.Subnet}}{{end}}' 2>/dev/null); then
        if [[ -n $subnet && $found != "$subnet" ]]; then
            die "The network $name has the range $found, and $subnet was asked for; a network's range can't be changed." -- \
                "Leave FRONT_SUBNET and SEALED_SUBNET as they were."
        fi
        return
    fi
    timeout 30 docker network create --driver overlay --label "hp.installation=$INST" ${subnet:+--subnet "$subnet"} "$@" "$name" >/dev/null \
        || die "The network $name could not be made (message above)." -- "Is its range ${subnet:-of the swarm} used by another network? docker network ls"
    note "network $name made"
}

networks_ensure() {
    network_ensure "$INST-front" "$FRONT_SUBNET"
    network_ensure "$INST-front-sealed" "$SEALED_SUBNET" --internal
    network_ensure "$INST-edge" '' --internal
    network_ensure "$INST-private" '' --internal
    network_ensure "$INST-jobs" '' --internal
}

volume_exists() { timeout 15 docker volume inspect "$1" >/dev/null 2>&1; }

secrets_ensure() {
    local there name
    there=$(timeout 15 docker secret ls --filter "label=hp.installation=$INST" --format '{{.Name}}')
    # The others can be made anew at any time. This one has encrypted what is in the database.
    if ! grep -qx "$INST-master-key" <<<"$there" && volume_exists "$INST-postgres"; then
        die "The database of the installation \"$INST\" is there (volume $INST-postgres), but its master key (secret $INST-master-key) is gone." \
            "Without it the sites' secrets can't be read." -- \
            "If you have a copy: docker secret create --label hp.installation=$INST $INST-master-key FILE" \
            "Else start anew, without the sites: ./panel down --delete-everything $INST"
    fi
    for name in master-key postgres-password internal-key panel-gateway-key; do
        if grep -qx "$INST-$name" <<<"$there"; then continue; fi
        # 64 hex digits, through a pipe only: never in an argument, a file or the environment.
        head -c 32 /dev/urandom | od -An -v -tx1 | tr -d ' \n' \
            | timeout 15 docker secret create --label "hp.installation=$INST" "$INST-$name" - >/dev/null \
            || die "The secret $INST-$name could not be made (message above)."
        note "secret $INST-$name made"
    done
    if ! grep -qx "$INST-web-certificate" <<<"$there"; then web_certificate_ensure; fi
}

# What the web closes the keys of its cookies with. Its loss signs everybody out, and their authenticator apps count no more.
web_certificate_ensure() {
    if volume_exists "$INST-postgres"; then
        note "the secret $INST-web-certificate is not there: everybody signs in anew"
    fi
    timeout 60 docker run --rm --network none --read-only --tmpfs /tmp --cap-drop ALL --entrypoint /app/HostingPanel.Worker "$IMAGE_WORKER" make-web-certificate \
        | timeout 15 docker secret create --label "hp.installation=$INST" "$INST-web-certificate" - >/dev/null \
        || die "The secret $INST-web-certificate could not be made (message above)."
    note "secret $INST-web-certificate made"
}

# Each volume carries its own name in it, and a service that finds another name there, or none, does not start (hp-entry).
volumes_ensure() {
    local name mounts=()
    if timeout 15 docker service inspect "${INST}_postgres" >/dev/null 2>&1; then return; fi
    for name in postgres gateway uploads; do
        if ! volume_exists "$INST-$name"; then
            timeout 15 docker volume create --label "hp.installation=$INST" "$INST-$name" >/dev/null || die "The volume $INST-$name could not be made."
            note "volume $INST-$name made"
        fi
        mounts+=(--mount "type=volume,source=$INST-$name,target=/volumes/$name,volume-nocopy")
    done
    # shellcheck disable=SC2016 # expanded inside
    timeout 60 docker run --rm --network none --label "hp.installation=$INST" "${mounts[@]}" --env "INST=$INST" "$IMAGE_BASE" bash -euc '
        mark() { # NAME OWNER MODE: only what is empty is given a name
            cd "/volumes/$1"
            [[ -z $(ls -A) ]] || return 0
            chown "$2" . && chmod "$3" .
            echo "$INST-$1" >.hp-volume
        }
        mark postgres 5432:5432 0750
        mark gateway 0:8404 2770
        mark uploads 1654:1654 0750
    ' || die "The volumes could not be prepared (message above)."
}

stack_deploy() {
    local log
    log=$(mktemp)
    NODE_ID=$(swarm_field NodeID)
    export NODE_ID
    if ! timeout 120 docker stack deploy --resolve-image never --compose-file "$ROOT/docker/stack.yaml" ${STACK_MORE:+--compose-file "$STACK_MORE"} "$INST" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "The services could not be deployed (message above)."
    fi
    rm -f "$log"
}

stack_image() {
    local variable=IMAGE_${1^^}
    printf '%s' "${!variable}"
}

# Those services that do not run what was asked for, or not yet.
stack_unsettled() {
    local running name
    running=$(timeout 15 docker stack ps "$INST" --no-trunc --filter desired-state=running --format '{{.Name}} {{.Image}} {{.CurrentState}}' 2>/dev/null) || true
    for name in "${STACK_SERVICES[@]}"; do
        # One task only: during a start-first update there are two.
        awk -v name="${INST}_$name." -v image="$(stack_image "$name")" '
            index($1, name) == 1 { tasks++; if ($2 == image && $3 == "Running") good++ }
            END { exit !(tasks == 1 && good == 1) }' <<<"$running" || echo "$name"
    done
}

service_trouble() {
    timeout 15 docker service ps "${INST}_$1" --no-trunc --format '{{.CurrentState}} {{.Error}}' 2>/dev/null \
        | awk '/^(Failed|Rejected|Pending|Starting|Preparing|New|Complete|Shutdown) / || $0 ~ /"/ { print }' | head -n 2 | sed 's/  */ /g' | paste -sd ';' | sed 's/;/; /'
}

service_container() {
    timeout 15 docker ps --no-trunc --quiet --filter "label=com.docker.swarm.service.name=${INST}_$1" | head -n 1
}

# Every part that ./panel down takes away is gone, and the gateway still there.
panel_is_down() {
    local there
    there=$(timeout 15 docker service ls --filter "label=hp.installation=$INST" --format '{{.Name}}' 2>/dev/null) || return 1
    ! grep -qxE "${INST}_(web|worker|postgres)" <<<"$there"
}

panel_is_ready() { [[ $(http_status "$HTTP_PORT" "$PANEL_DOMAIN" /readyz) == 200 ]]; }

stack_wait() {
    local limit=$1 started waiting last='' trouble name
    local -A told=()
    started=$(now_ms)
    while true; do
        waiting=$(stack_unsettled | paste -sd ',' | sed 's/,/, /g')
        if [[ -z $waiting ]]; then
            if panel_is_ready; then return 0; fi
            waiting="the panel's answer on port $HTTP_PORT"
        fi
        if (($(now_ms) - started > limit * 1000)); then
            printf '%s\n' "$waiting"
            return 1
        fi
        if [[ $waiting != "$last" ]]; then note "waiting for $waiting (at most $limit s)"; fi
        last=$waiting
        for name in "${STACK_SERVICES[@]}"; do
            if [[ " ${waiting//,/} " != *" $name "* ]]; then continue; fi
            trouble=$(timeout 15 docker service ps "${INST}_$name" --no-trunc --filter desired-state=shutdown --format '{{.Error}}' 2>/dev/null | head -n 1) || true
            if [[ -n $trouble && ${told[$name]:-} != "$trouble" && ${told[$name]+x} ]]; then warn "$name: $trouble"; fi
            told[$name]=$trouble
        done
        sleep 0.2
    done
}
