# shellcheck shell=bash
# ./panel doctor: every thing that is wrong, with its mend. Only looks. Needs all of docker/lib's parts.

DOCTOR_WRONG=0

# Reads problems, one a line ("warning: ..." ones do not count); TITLE is what was looked at.
doctor_check() {
    local title=$1 problem problems=0
    while IFS= read -r problem; do
        case $problem in
            '') ;;
            warning:*) hint "${problem#warning: }" ;;
            *)
                wrong "$title: $problem"
                problems=$((problems + 1))
                ;;
        esac
    done
    if ((problems == 0)); then fine "$title"; fi
    DOCTOR_WRONG=$((DOCTOR_WRONG + problems))
}

doctor_images() {
    local name ref used stale=()
    programs_identify
    for name in $(images_wanted); do
        ref=$(image_ref "$name")
        if ! image_id "$ref" >/dev/null; then stale+=("$name"); fi
    done
    if ((${#stale[@]})); then
        echo "not built from the sources as they are: ${stale[*]}. Run: ./panel up"
        return
    fi
    for name in "${STACK_SERVICES[@]}"; do
        used=$(timeout 15 docker service inspect "${INST}_$name" --format '{{.Spec.TaskTemplate.ContainerSpec.Image}}' 2>/dev/null) || continue
        if [[ $used != "$(image_ref "$name")" ]]; then echo "$name runs $used, the sources make $(image_ref "$name"). Run: ./panel up"; fi
    done
}

doctor_things() {
    local name secrets
    for name in front front-sealed edge private; do
        timeout 15 docker network inspect "$INST-$name" >/dev/null 2>&1 || echo "the network $INST-$name is gone. Run: ./panel up"
    done
    for name in postgres gateway uploads; do
        volume_exists "$INST-$name" || echo "the volume $INST-$name is gone. Bring it back from a backup, or run ./panel up for an empty one."
    done
    secrets=$(timeout 15 docker secret ls --filter "label=hp.installation=$INST" --format '{{.Name}}')
    for name in master-key postgres-password internal-key panel-gateway-key web-certificate; do
        grep -qx "$INST-$name" <<<"$secrets" || echo "the secret $INST-$name is gone. Run: ./panel up"
    done
}

doctor_services() {
    local name trouble
    for name in "${STACK_SERVICES[@]}"; do
        if ! timeout 15 docker service inspect "${INST}_$name" >/dev/null 2>&1; then
            echo "$name is not there. Run: ./panel up"
        elif ! timeout 15 docker service ps "${INST}_$name" --filter desired-state=running --format '{{.CurrentState}}' | grep -q '^Running '; then
            trouble=$(service_trouble "$name")
            echo "$name does not run${trouble:+: $trouble}. See: ./panel logs $name; ./panel up starts it."
        fi
    done
}

doctor_database() {
    local container said
    container=$(service_container postgres)
    if [[ -z $container ]]; then
        echo "no container of postgres runs."
    elif ! said=$(timeout 15 docker exec "$container" hp-postgres-check 2>&1); then
        echo "PostgreSQL does not answer: $(head -n 1 <<<"$said"). See: ./panel logs postgres"
    fi
}

doctor_panel() {
    local answer code port inode
    for port in "$HTTP_PORT" "$HTTPS_PORT"; do
        if ! inode=$(port_listener "$port"); then
            echo "nothing listens on port $port; the gateway should. See: ./panel logs gateway"
        elif [[ -z $(service_container gateway) ]]; then
            echo "port $port, which the gateway needs, is in use by $(port_owner "$port" "$inode"). Stop it."
        fi
    done
    answer=$(http_get "$HTTP_PORT" "$PANEL_DOMAIN" /readyz)
    code=$(head -n 1 <<<"$answer")
    case $code in
        200) ;;
        '') echo "the gateway does not answer on port $HTTP_PORT." ;;
        503) doctor_not_ready "$answer" ;;
        404) echo "the gateway does not know $PANEL_DOMAIN (404): the worker has not written its configuration. See: ./panel logs worker" ;;
        *) echo "/readyz says $code: $(tail -n +2 <<<"$answer" | tr -d '\n' | cut -c1-400)" ;;
    esac
}

doctor_not_ready() { # ANSWER
    local missing
    missing=$(readyz_missing <<<"$1")
    if [[ -z $missing ]]; then
        echo "the gateway answers, but the panel's web behind it does not. See: ./panel logs web"
        return
    fi
    sed 's/$/ See: .\/panel logs worker/; s/^PostgreSQL.*/&, .\/panel logs postgres/' <<<"$missing"
}

doctor_names() {
    local name own=0
    for name in "$PANEL_DOMAIN" "any-site.$SITES_DOMAIN"; do
        if timeout 10 getent hosts "$name" >/dev/null; then continue; fi
        if [[ $name == *.localhost ]]; then
            if ((own++ == 0)); then echo "warning: names below localhost: browsers and curl find them; other programs on this machine need a line in /etc/hosts."; fi
        elif [[ $name == any-site.* ]]; then
            echo "the names below $SITES_DOMAIN do not resolve. Add a DNS record *.$SITES_DOMAIN with this machine's address."
        else
            echo "$name does not resolve. Add a DNS record with this machine's address."
        fi
    done
}

doctor_main() {
    (($# == 0)) || die "./panel doctor does not know \"$1\"."
    # shellcheck source=/dev/null
    source "$LIB/up.sh"
    # shellcheck source=/dev/null
    source "$LIB/recovery.sh"
    local answers=0
    if engine_answers; then answers=1; fi
    settings_load
    echo "Installation $INST"
    if ((!answers)) && [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
        doctor_check "Docker Engine" <<<"you may not use its socket. Run this as root, or join the group docker: sudo usermod -aG docker $(id -un)"
    else
        doctor_check "Docker Engine" < <(engine_problems)
    fi
    doctor_check "disk space" < <(disk_problems "$DOCTOR_DISK")
    if ((answers)); then
        doctor_check "swarm" < <(swarm_problems)
        if [[ ${#SETTINGS_KEPT[@]} -eq 0 ]]; then
            doctor_check "ports" < <(ports_problems)
            doctor_check "installation" <<<"there is none by the name $INST. Run: ./panel up"
        else
            doctor_check "firewall" < <(guard_problems)
            doctor_check "images" < <(doctor_images)
            doctor_check "networks, volumes, secrets" < <(doctor_things)
            if panel_is_down; then
                doctor_check "services" <<<"the panel is stopped; the sites and the gateway run without it. Run: ./panel up"
            else
                doctor_check "services" < <(doctor_services)
                doctor_check "database" < <(doctor_database)
                doctor_check "panel through the gateway" < <(doctor_panel)
                doctor_check "backups of the panel" < <(kit_state | sed -n 's/^wrong: /warning: /p')
            fi
        fi
        doctor_check "names" < <(doctor_names)
    fi
    if ((DOCTOR_WRONG)); then
        echo "Wrong: $DOCTOR_WRONG."
        return 1
    fi
    echo "Nothing is wrong."
}

DOCTOR_DISK=2000 # MB: below this a database or a build may fail
