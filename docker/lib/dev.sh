# shellcheck shell=bash
# ./panel dev: the web from the sources, beside a scratch PostgreSQL. Needs all of docker/lib's parts.

dev_run() {
    local image port=${DEV_PORT:-5080} database link server
    [[ $port =~ ^[1-9][0-9]{0,4}$ ]] || die "DEV_PORT is \"$port\"; a port number was expected."
    ! port_listener "$port" >/dev/null || die "Port $port is in use. Choose another: DEV_PORT=$((port + 1)) ./panel dev"
    scratch_begin
    engine_ensure
    scratch_remove_leftovers
    image=$(image_ref postgres)
    if ! image_id "$image" >/dev/null; then
        say "Building the PostgreSQL image"
        images_build postgres >/dev/null
    fi
    database=$(scratch_postgres "$image")
    export Database__ConnectionString=$database Panel__PanelDomain=localhost Panel__HttpPort=$port
    # The password goes through the environment, which Npgsql reads; an argument would show it to everybody.
    PGPASSWORD=${database##*;Password=}
    export PGPASSWORD=${PGPASSWORD%%;*}
    server=${database/Password=$PGPASSWORD;/}
    say "Applying the migrations"
    (cd "$ROOT" && dotnet tool restore --verbosity quiet \
        && interruptible timeout 600 dotnet ef database update --project migrations --connection "$server") >"$SCRATCH_DIR/migrations.log" 2>&1 || {
        tail -n 20 "$SCRATCH_DIR/migrations.log" >&2
        die "The migrations could not be applied (message above)."
    }
    link=$(cd "$ROOT" && timeout 600 dotnet run --project src/HostingPanel.Worker -- setup-link | tail -n 1)
    say "The web runs at http://localhost:$port, and again after each change of its sources. Ctrl+C ends it."
    if [[ -n $link ]]; then note "Set it up: $link"; fi
    note "No worker runs: operations are queued and stay so."
    cd "$ROOT" || return
    ASPNETCORE_ENVIRONMENT=Development ASPNETCORE_URLS=http://localhost:$port interruptible dotnet watch --project src/HostingPanel.Web run
}

dev_main() {
    local part
    (($# == 0)) || die "./panel dev does not know \"$1\"." -- "./panel dev --help"
    # shellcheck source=/dev/null
    for part in up down scratch testrun; do source "$LIB/$part.sh"; done
    dotnet_ensure
    scratch_alone dev_run
}
