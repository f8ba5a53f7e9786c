# shellcheck shell=bash
# ./panel recover FILE: an installation on an empty machine, out of its recovery kit and a backup of the panel, and its sites out of their restore
# points. Needs all of docker/lib's parts.

RECOVER_TIMEOUT=3600 # seconds, for fetching and for loading
RECOVER_SITES_TIMEOUT=86400 # seconds, for all sites

# A part of the kit; the worker's image opens it. The passphrase and the kit go in by standard input, never as arguments.
recover_kit() { # PART...
    { printf '%s\n' "$KIT_PASSPHRASE"; cat -- "$RECOVER_FILE"; } \
        | timeout 60 docker run --rm --interactive --network none --read-only --tmpfs /tmp --cap-drop ALL --entrypoint /app/HostingPanel.Worker "$IMAGE_WORKER" read-kit "$@"
}

recover_main() {
    # shellcheck source=/dev/null
    source "$LIB/up.sh"
    # shellcheck source=/dev/null
    source "$LIB/recovery.sh"
    local target='' line settings name
    RECOVER_FILE='' RECOVER_SITES=''
    while (($#)); do
        case $1 in
            --from)
                (($# > 1)) || die "--from needs the name of a target." -- "./panel recover --help"
                target=$2
                shift 2
                ;;
            --sites)
                [[ ${2:-} =~ ^[a-z0-9-]+(,[a-z0-9-]+)*$ ]] || die "--sites needs none, all, or sites: --sites one,two" -- "./panel recover --help"
                RECOVER_SITES=$2
                shift 2
                ;;
            -*) die "./panel recover does not know \"$1\"." -- "./panel recover --help" ;;
            *)
                [[ -z $RECOVER_FILE ]] || die "One file at a time." -- "./panel recover --help"
                RECOVER_FILE=$1
                shift
                ;;
        esac
    done
    if [[ -z $RECOVER_FILE && -n $RECOVER_SITES ]]; then
        [[ -z $target ]] || die "--from is for a recovery kit: say which file." -- "./panel recover --help"
        engine_require
        settings_load
        recover_sites "$RECOVER_SITES"
        return
    fi
    [[ -n $RECOVER_FILE ]] || die "Say which file: ./panel recover FILE" -- "./panel recover --help"
    [[ -r $RECOVER_FILE && -f $RECOVER_FILE ]] || die "$RECOVER_FILE can't be read."
    kit_passphrase OLD
    engine_permitted
    programs_identify
    if up_is_cold; then dotnet_ensure; fi
    engine_ensure
    swarm_ensure
    say "Building the images"
    images_everything /dev/null
    settings=$(recover_kit settings) || die "The recovery kit can't be opened (message above)."
    while IFS= read -r line; do
        [[ $line =~ ^(PANEL_INSTALLATION|PANEL_DOMAIN|SITES_DOMAIN|PUBLIC_SCHEME|HTTP_PORT|HTTPS_PORT|FRONT_SUBNET|SEALED_SUBNET|SITE_SUBNETS|DRILL_SCREENSHOTS)=[A-Za-z0-9./-]+$ ]] \
            || die "The recovery kit has a setting that is none: $line"
        if [[ $line == PANEL_INSTALLATION=* && -n ${PANEL_INSTALLATION:-} && $line != "PANEL_INSTALLATION=$PANEL_INSTALLATION" ]]; then
            die "The kit is of the installation \"${line#*=}\", and PANEL_INSTALLATION is \"$PANEL_INSTALLATION\": volumes and secrets are called after it, so it can't have another name."
        fi
        # What is said now goes first: a new machine may have other ports.
        name=${line%%=*}
        if [[ -z ${!name:-} ]]; then export "${line?}"; fi
    done <<<"$settings"
    settings_load
    # Nobody waits for a browser before the sites are back; ./panel doctor says that it is missing, too.
    [[ $DRILL_SCREENSHOTS == no || -n $IMAGE_CAMERA ]] || note "the image with a browser was not built: ./panel up does so"
    with_lock "$INST" "Another ./panel up, down or recover of the installation $INST runs." recover_run "$target"
}

recover_refuse() {
    local problems there
    there=$(
        timeout 15 docker service ls --filter "label=hp.installation=$INST" --format 'the service {{.Name}}' | head -n 1
        timeout 15 docker secret ls --filter "label=hp.installation=$INST" --format 'the secret {{.Name}}' | head -n 1
        if volume_exists "$INST-postgres"; then echo "the volume $INST-postgres"; fi
    )
    [[ -z $there ]] || die "There is something of an installation \"$INST\" on this machine already: $(head -n 1 <<<"$there"). Nothing was changed." -- \
        "./panel recover is for an empty machine. If it is to go: ./panel down --delete-everything $INST"
    problems=$(ports_problems; disk_problems "$UP_DISK_WARM")
    if [[ -n $problems ]]; then
        mapfile -t problems <<<"$problems"
        die "Nothing was changed, because:" -- "${problems[@]}"
    fi
}

# The newest whole backup of a target into the volume of the recovery; RECOVERED is its line of JSON.
recover_fetch() { # NUMBER KIND ADDRESS
    local options=(--network bridge)
    if [[ $2 == local ]]; then
        volume_exists "$INST-backups" || { warn "the volume $INST-backups, in which it would lie, is not on this machine."; return 1; }
        options=(--network none --mount "type=volume,source=$INST-backups,target=/target,volume-nocopy")
    fi
    docker volume rm --force "$INST-recovery" >/dev/null 2>&1 || true
    timeout 15 docker volume create --label "hp.installation=$INST" "$INST-recovery" >/dev/null || die "The volume $INST-recovery could not be made (message above)."
    RECOVERED=$(recover_kit target "$1" | timeout "$RECOVER_TIMEOUT" docker run --rm --interactive "${options[@]}" --label "hp.installation=$INST" --read-only \
        --cap-drop ALL --cap-add DAC_READ_SEARCH --cap-add DAC_OVERRIDE --cap-add CHOWN --cap-add FOWNER --tmpfs /tmp --tmpfs /run \
        --mount "type=volume,source=$INST-recovery,target=/recovery,volume-nocopy" --env "HP_REPOSITORY=$3" "$IMAGE_TOOLBOX" hp-fetch-panel /recovery | tail -n 1) || return 1
    [[ $RECOVERED =~ \"backup\":\"([0-9a-f-]{36})\",\"takenAt\":\"([0-9TZ:.+-]+)\",\"installation\":\"([a-z0-9]+)\" ]] || return 1
    RECOVERED_ID=${BASH_REMATCH[1]} RECOVERED_AT=${BASH_REMATCH[2]}
    [[ ${BASH_REMATCH[3]} == "$INST" ]] || { warn "the backup there is of the installation ${BASH_REMATCH[3]}."; return 1; }
}

recover_file() { # NAME
    timeout "$RECOVER_TIMEOUT" docker run --rm --network none --read-only --mount "type=volume,source=$INST-recovery,target=/recovery,volume-nocopy,readonly" \
        "$IMAGE_TOOLBOX" cat "/recovery/$1"
}

recover_sql() { timeout "$RECOVER_TIMEOUT" docker exec --interactive "$(service_container postgres)" psql -X -q -A -t -v ON_ERROR_STOP=1 -h /run/postgresql -U hostingpanel -d hostingpanel "$@"; }

# From the network: while a new cluster is being made, a server answers that is about to go.
recover_database_answers() {
    local container
    container=$(service_container postgres)
    [[ -n $container ]] && timeout 10 docker exec "$container" pg_isready -q -h 127.0.0.1
}

# PostgreSQL alone, so that nobody works with a database that is not whole yet.
recover_database() {
    local override differs
    override=$(mktemp)
    printf 'version: "3.9"\nservices:\n' >"$override"
    printf '  %s: { deploy: { replicas: 0 } }\n' web worker gateway >>"$override"
    STACK_MORE=$override stack_deploy
    rm -f "$override"
    wait_for 120 "PostgreSQL" recover_database_answers || die "PostgreSQL does not answer after 120 s." -- "./panel logs postgres says more."
    [[ $(recover_sql -c "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0 ]] || die "The database is not empty. Nothing was loaded."
    recover_file panel.sql | recover_sql --single-transaction -f - >/dev/null || die "The backup could not be loaded (message above)."
    # What is there must be what was taken, before anybody sees it.
    differs=$(comm -3 <(recover_file rows.tsv) <(recover_sql -F $'\t' -f - <<'SQL' | sort
SELECT format('SELECT %L, count(*) FROM public.%I', tablename, tablename) FROM pg_tables WHERE schemaname = 'public'
\gexec
SQL
    ) | head -n 1 | tr -s '\t' ' ')
    [[ -z $differs ]] || die "The database is not what was taken: $differs. No worker was started on it." -- "To begin again: ./panel down --delete-everything $INST"
    recover_sql -v backup="$RECOVERED_ID" -v taken="$RECOVERED_AT" -f - <<'SQL' >/dev/null
INSERT INTO public.recoveries (id, backup_id, taken_at, recovered_at) VALUES (gen_random_uuid(), :'backup', :'taken', now());
SQL
}

recover_run() {
    local want=$1 number name kind address started found='' targets certificate
    started=$(now_ms)
    recover_refuse
    targets=$(recover_kit targets) || die "The recovery kit can't be opened (message above)."
    while IFS=$'\t' read -r -u 3 number name kind address; do
        [[ -z $want || $name == "$want" ]] || continue
        say "Looking for the newest backup of the panel at $name"
        if recover_fetch "$number" "$kind" "$address"; then
            found=$name
            break
        fi
        warn "$name gave no backup back (message above)."
    done 3<<<"$targets"
    if [[ -z $found ]]; then
        docker volume rm --force "$INST-recovery" >/dev/null 2>&1 || true
        die "No target of the kit${want:+ by the name $want} gave a backup of the panel back. Nothing was changed." -- "$(cut -f 2 <<<"$targets" | paste -sd ' ' | sed 's/^/They are: /')"
    fi
    note "that of $RECOVERED_AT, from $found"
    networks_ensure
    # Through a pipe only; the others are made anew.
    recover_kit master-key | tr -d '\n' | timeout 15 docker secret create --label "hp.installation=$INST" "$INST-master-key" - >/dev/null \
        || die "The secret $INST-master-key could not be made (message above)."
    certificate=$(recover_kit web-certificate) || die "The recovery kit can't be opened (message above)."
    if [[ -n $certificate ]]; then
        printf '%s\n' "$certificate" | timeout 15 docker secret create --label "hp.installation=$INST" "$INST-web-certificate" - >/dev/null \
            || die "The secret $INST-web-certificate could not be made (message above)."
    fi
    unset certificate
    secrets_ensure
    volumes_ensure
    say "Loading the panel's database"
    recover_database
    docker volume rm --force "$INST-recovery" >/dev/null 2>&1 || true
    say "Starting the panel"
    guard_ensure
    installation_up
    say "The panel is back as it was at $RECOVERED_AT: $(elapsed "$started")"
    echo
    echo "  The panel:      $(panel_url)"
    recover_sites "${RECOVER_SITES:-all}"
}

# Each site that this machine has nothing of, out of its newest restore point. Broken off, it goes on in the panel; asked again, it goes on watching.
recover_sites() { # none | all | SLUG,SLUG...
    if [[ $1 == none ]]; then
        echo "  Its sites are known, and not back. When they are to come: ./panel recover --sites all"
        return
    fi
    say "Bringing back the sites"
    WORKER_TIMEOUT=$RECOVER_SITES_TIMEOUT worker_run panel-backup restore-sites "$1" \
        || die "Not every site is back (reasons above)." -- "Once more for those that are not: ./panel recover --sites $1"
}
