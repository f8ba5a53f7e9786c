# shellcheck shell=bash
# ./panel up: everything from the engine to the first page. Needs all of docker/lib's parts.
#
#   installation_up     settings are loaded; the engine runs and is a manager of our swarm. Images, networks, secrets, volumes, services,
#                       and the wait until the panel answers. Also used by the tests, for installations of their own.
#   images_everything FILE   builds what is missing; sets and exports IMAGE_<NAME> for every image; FILE gets "name reference" lines
#   worker_run COMMAND...      one of the worker's own commands, in its container

UP_DISK_COLD=6000 # MB: the images take about 3 GB, the compiler's packages and output 2; with the camera it is half a gigabyte more
UP_DISK_WARM=1000
UP_WAIT=180 # seconds

# True when at least one image has to be made.
up_is_cold() {
    local name
    engine_answers || return 0
    for name in $(images_wanted); do
        image_id "$(image_ref "$name")" >/dev/null || return 0
    done
    return 1
}

# Whatever can be refused is refused here, before anything is made.
up_preflight() {
    local problems cold=$1
    engine_permitted
    problems=$(
        if engine_answers; then engine_problems; fi
        ports_problems
        if ((cold)); then disk_problems "$UP_DISK_COLD"; else disk_problems "$UP_DISK_WARM"; fi
        if engine_answers && [[ $(swarm_field LocalNodeState) =~ ^(active|locked|error)$ ]]; then swarm_problems | grep -v '^warning:' || true; fi
    )
    if [[ -n $problems ]]; then
        mapfile -t problems <<<"$problems"
        die "Nothing was changed, because:" -- "${problems[@]}"
    fi
    if ((cold)); then dotnet_ensure; fi
}

# The images that need no compiler, into the list FILE.
images_of_sites() {
    local names
    mapfile -t names < <(for name in $(images_wanted); do image_needs_context "$name" || echo "$name"; done)
    images_build --list "$1" "${names[@]}" >/dev/null
}

# web and worker, from what the compiler left below DIRECTORY.
images_of_programs() {
    local directory=$1 name options=()
    shift
    for name in "$@"; do options+=(--context "$name=$directory/$name"); done
    images_build "${options[@]}" "$@" >/dev/null
}

images_everything() {
    local directory name ref missing publishing='' bad=0
    (umask 077 && mkdir -p "$(images_log_dir)")
    directory=$(mktemp -d "${TMPDIR:-/tmp}/hostingpanel-publish.XXXXXX")
    mapfile -t missing < <(programs_missing)
    if ((${#missing[@]})); then
        # The compiler and the images' package downloads wait for different things: at the same time.
        programs_publish "$directory" "${missing[@]}" &
        publishing=$!
    fi
    (images_of_sites "$directory/list") || bad=1
    if [[ -n $publishing ]]; then
        ((!bad)) || kill "$publishing" 2>/dev/null || true
        wait "$publishing" || bad=1
        ((bad)) || (images_of_programs "$directory" "${missing[@]}") || bad=1
    fi
    if ((bad)); then
        rm -rf "$directory"
        exit 1
    fi
    for name in web worker; do echo "$name $(image_ref "$name")"; done >>"$directory/list"
    # The one that may not be there, and that whoever started this may have had.
    export IMAGE_CAMERA=''
    while read -r name ref _; do
        name=${name^^}
        export "IMAGE_${name//-/_}=$ref"
    done <"$directory/list"
    # For those who want a file: a line "name reference" for each.
    cut -d ' ' -f 1,2 "$directory/list" >"$1"
    rm -rf "$directory"
}

installation_up() {
    local started waiting
    started=$(now_ms)
    networks_ensure
    secrets_ensure
    volumes_ensure
    stack_deploy
    if ! waiting=$(stack_wait "$UP_WAIT"); then
        stack_explain "$waiting"
        die "The panel is not ready after $UP_WAIT s: still waiting for $waiting (reasons above)." -- "./panel doctor says more; ./panel logs shows what the services say."
    fi
    note "the panel is ready: $(elapsed "$started")"
}

# Why a service does not run, and its last words.
stack_explain() {
    local name answer missing
    for name in "${STACK_SERVICES[@]}"; do
        if [[ $1 == *"$name"* ]]; then
            warn "$name: $(service_trouble "$name")"
            timeout 15 docker service logs --tail 8 --raw "${INST}_$name" >&2 2>&1 || true
        fi
    done
    if [[ $1 == *answer* ]]; then
        answer=$(http_get "$HTTP_PORT" "$PANEL_DOMAIN" /readyz | grep -v '^ *<' | head -c 2000 || true)
        missing=$(readyz_missing <<<"$answer" | paste -sd ' ')
        warn "GET /readyz: ${missing:-${answer:-no answer}}"
    fi
}

# The worker's own commands run inside its container, where the database, the secrets and the engine are. WORKER_INPUT: they read this input.
worker_run() {
    local container
    container=$(service_container worker)
    [[ -n $container ]] || die "The panel's worker does not run." -- "./panel up starts it; ./panel doctor says what is wrong."
    timeout "${WORKER_TIMEOUT:-60}" docker exec ${WORKER_INPUT:+--interactive} "$container" /app/HostingPanel.Worker "$@"
}

up_main() {
    local demo=0
    while (($#)); do
        case $1 in
            --demo) demo=1; shift ;;
            *) die "./panel up does not know \"$1\"." -- "./panel up --help" ;;
        esac
    done
    settings_load
    with_lock "$INST" "Another ./panel up or down of the installation $INST runs." up_run "$demo"
}

up_run() {
    local demo=$1 started cold=0 link
    started=$(now_ms)
    programs_identify
    ! up_is_cold || cold=1
    up_preflight "$cold"
    settings_changes | while read -r line; do note "changes: $line"; done
    engine_ensure
    swarm_ensure
    guard_ensure
    if ((cold)); then say "Building the images (the first time takes some minutes)"; else say "Images are up to date"; fi
    images_everything /dev/null
    say "Starting the panel"
    installation_up
    # Those of before stay for a way back; a scratch installation is no reason to touch them.
    [[ -n ${PANEL_SCRATCH:-} ]] || images_remove_old 3 web worker camera
    say "HostingPanel runs: $(elapsed "$started")"
    echo
    echo "  The panel:      $(panel_url)"
    link=$(worker_run setup-link | tail -n 1)
    if [[ -n $link ]]; then echo "  Set it up once: $link"; fi
    if ((demo)); then
        echo
        WORKER_TIMEOUT=600 worker_run demo || die "The demonstration site was not made (see above)." -- \
            "The panel itself runs. Its page of operations and ./panel logs worker say more; ./panel up --demo tries again."
    fi
}
