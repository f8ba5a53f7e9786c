# shellcheck shell=bash
# A PostgreSQL and a whole installation for a while: for the tests, the benchmarks and ./panel dev. Needs all of docker/lib's parts.
#
#   scratch_alone COMMAND...  runs it under the one lock there is
#   scratch_begin             names the installation (SCRATCH) and sees to it that everything is removed at the end
#   scratch_remove_leftovers  removes what killed runs left behind
#   scratch_postgres          starts a PostgreSQL in memory; prints Npgsql's connection string
#   scratch_installation      ./panel up under the scratch name, on free ports; sets SCRATCH_HTTP_PORT, SCRATCH_SETUP_LINK
#   scratch_end               removes everything with the scratch name; runs by itself when the script ends
#   interruptible COMMAND...  runs it so that a signal to this script is obeyed at once, and not when COMMAND is done

SCRATCH=''
SCRATCH_DIR=''
# Whether its drills take pictures: the tests look at one, the benchmarks measure without.
SCRATCH_SCREENSHOTS=no
SCRATCH_CHILD=''

scratch_begin() {
    scratch_traps
    SCRATCH=hps$(head -c 3 /dev/urandom | od -An -tx1 | tr -d ' \n')
    SCRATCH_DIR=$(mktemp -d "${TMPDIR:-/tmp}/hostingpanel-scratch.XXXXXX")
}

# One run at a time: two would share the build's output, ports and ranges.
scratch_alone() { with_lock scratch "Another ./panel test, bench or dev runs on this machine; one at a time." "$@"; }

# "NAME SECONDS": each installation's name with the age of each of its things.
scratch_ages() {
    local name at now
    now=$(date +%s)
    {
        timeout 30 docker service ls --quiet --filter label=hp.installation \
            | xargs -r timeout 60 docker service inspect --format '{{index .Spec.Labels "hp.installation"}} {{.CreatedAt}}'
        timeout 30 docker secret ls --quiet --filter label=hp.installation \
            | xargs -r timeout 60 docker secret inspect --format '{{index .Spec.Labels "hp.installation"}} {{.CreatedAt}}'
        timeout 30 docker network ls --quiet --filter label=hp.installation \
            | xargs -r timeout 60 docker network inspect --format '{{index .Labels "hp.installation"}} {{.Created}}'
        timeout 30 docker volume ls --quiet --filter label=hp.installation \
            | xargs -r timeout 60 docker volume inspect --format '{{index .Labels "hp.installation"}} {{.CreatedAt}}'
        timeout 30 docker container ls --all --filter label=hp.installation --format '{{.Label "hp.installation"}} {{.CreatedAt}}'
    } 2>/dev/null | while read -r name at; do
        # "2026-11-22 19:40:00.123 +0000 UTC": the zone's name says nothing that its offset does not.
        echo "$name $((now - $(date -d "${at% [A-Z]*}" +%s 2>/dev/null || echo "$now")))"
    done
}

# What runs that were killed left behind. Those of ./panel itself (hps...) are dead for sure, for the lock is ours; those of the
# integration tests (hpt...), which may also be started without ./panel, when all they have is older than any run may be.
scratch_remove_leftovers() {
    local name age
    scratch_ages | awk '{ if (!($1 in age) || $2 < age[$1]) age[$1] = $2 } END { for (name in age) print name, age[name] }' | while read -r name age; do
        if ! settings_is_scratch "$name" || [[ $name == hpt* && $age -lt 7200 ]]; then continue; fi
        note "removing what a killed run left behind: $name"
        INST=$name installation_remove </dev/null || true
    done
}

interruptible() {
    local code=0
    # A process group of its own, to be ended as a whole.
    set -m
    "$@" &
    SCRATCH_CHILD=$!
    set +m
    wait "$SCRATCH_CHILD" || code=$?
    SCRATCH_CHILD=''
    return "$code"
}

scratch_end() {
    local code=$?
    trap '' INT TERM
    if [[ -n $SCRATCH_CHILD ]]; then
        kill -TERM -- "-$SCRATCH_CHILD" 2>/dev/null || true
        wait "$SCRATCH_CHILD" 2>/dev/null || true
    fi
    if [[ -n $SCRATCH ]] && engine_answers; then
        INST=$SCRATCH installation_remove || true
    fi
    if [[ -n $SCRATCH_DIR ]]; then rm -rf "$SCRATCH_DIR"; fi
    return "$code"
}

scratch_traps() {
    trap scratch_end EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

scratch_postgres_answers() { timeout 10 docker exec "$SCRATCH-postgres-scratch" hp-postgres-check >/dev/null 2>&1; }

scratch_postgres() {
    local image=$1 name=$SCRATCH-postgres-scratch password address
    password=$(head -c 16 /dev/urandom | od -An -v -tx1 | tr -d ' \n')
    (umask 022 && printf '%s' "$password" >"$SCRATCH_DIR/postgres-password")
    chmod 0711 "$SCRATCH_DIR"
    # In memory, and without the care for a power cut: it is thrown away.
    timeout 60 docker run --detach --name "$name" --label "hp.installation=$SCRATCH" \
        --tmpfs /var/lib/postgresql/data:uid=5432,gid=5432,mode=0750 \
        --mount "type=bind,source=$SCRATCH_DIR/postgres-password,target=/run/secrets/postgres-password,readonly" \
        "$image" hp-postgres -c max_connections=300 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c log_min_duration_statement=-1 >/dev/null \
        || die "The scratch PostgreSQL could not be started (message above)."
    if ! wait_for 60 "the scratch PostgreSQL" scratch_postgres_answers; then
        docker logs --tail 15 "$name" >&2
        die "The scratch PostgreSQL does not answer after 60 s (its last words above)."
    fi
    # At its own address: the proxy in front of a published port would cost an eighth of a processor.
    address=$(timeout 10 docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$name")
    printf 'Host=%s;Username=hostingpanel;Password=%s;Database=hostingpanel\n' "$address" "$password"
}

scratch_free_port() {
    local port
    for _ in {1..200}; do
        port=$((20000 + RANDOM % 10000))
        if [[ $port != "${1:-}" ]] && ! port_listener "$port" >/dev/null; then
            echo "$port"
            return
        fi
    done
    die "No free port between 20000 and 29999 was found."
}

# ./panel with the scratch installation's settings, whatever the caller's are. For a subshell: it does not come back, so that whoever
# ends it ends ./panel and not only its parent.
scratch_panel() {
    exec env PANEL_SCRATCH=1 "PANEL_INSTALLATION=$SCRATCH" PANEL_DOMAIN=panel.localhost SITES_DOMAIN=localhost PUBLIC_SCHEME=http "HTTP_PORT=$SCRATCH_HTTP_PORT" \
        "HTTPS_PORT=$SCRATCH_HTTPS_PORT" FRONT_SUBNET= SEALED_SUBNET= SITE_SUBNETS= DRILL_SCREENSHOTS="$SCRATCH_SCREENSHOTS" PUBLIC_ADDRESSES=none PANEL_OTLP_ENDPOINT=off PANEL_RUNS_BACKUPS=false timeout 900 "$ROOT/panel" "$@"
}

scratch_installation() {
    SCRATCH_HTTP_PORT=$(scratch_free_port)
    SCRATCH_HTTPS_PORT=$(scratch_free_port "$SCRATCH_HTTP_PORT")
    interruptible scratch_panel up >"$SCRATCH_DIR/up" || return 1
    SCRATCH_SETUP_LINK=$(sed -n 's/^ *Set it up once: *//p' "$SCRATCH_DIR/up")
}

# What the browser tests and the benchmarks know of the scratch installation.
scratch_environment() {
    export HP_E2E_PANEL_URL="http://panel.localhost:$SCRATCH_HTTP_PORT" HP_E2E_SETUP_LINK="$SCRATCH_SETUP_LINK" HP_E2E_INSTALLATION="$SCRATCH"
    export HP_E2E_HTTP_PORT="$SCRATCH_HTTP_PORT" HP_E2E_HTTPS_PORT="$SCRATCH_HTTPS_PORT" HP_E2E_SITES_DOMAIN=localhost HP_E2E_TOKEN
    HP_E2E_TOKEN=$(scratch_panel token create --name "scratch installation")
}
