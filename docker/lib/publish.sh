# shellcheck shell=bash
# The panel's two programs as images. Needs ui.sh, images.sh, checks.sh.
#
#   programs_identify          tells images.sh what web and worker are made from; their tags are then known, built or not
#   programs_missing           prints those of web and worker whose image is not there
#   programs_publish DIR NAME...   runs the compiler; each program lands in DIR/<name>/app
#
# The tag comes from the sources, not from the compiler's output: when the image is there, nothing is compiled at all.

# PROGRAM: the sources that it is made from, relative to the repository.
program_sources() {
    printf '%s\n' .build Directory.Build.props Directory.Packages.props global.json .editorconfig docker/blueprints src/HostingPanel
    case $1 in
        web) printf '%s\n' src/HostingPanel.Client src/HostingPanel.Web wwwroot-assets ;;
        worker) printf '%s\n' src/HostingPanel.Docker src/HostingPanel.Worker migrations ;;
    esac
}

program_project() {
    case $1 in
        web) echo HostingPanel.Web ;;
        worker) echo HostingPanel.Worker ;;
    esac
}

program_hash() {
    (
        cd "$ROOT" || exit 1
        export LC_ALL=C
        program_sources "$1" | tr '\n' '\0' | xargs -0 -I{} find {} \( -name bin -o -name obj -o -name _framework \) -prune -o -type f -print0 \
            | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-64
    )
}

programs_identify() {
    local name
    for name in web worker; do image_identify "$name" "$(program_hash "$name")"; done
}

programs_missing() {
    local name
    for name in web worker; do image_id "$(image_ref "$name")" >/dev/null || echo "$name"; done
}

programs_publish() {
    local directory=$1 name projects=() log started
    shift
    log=$(images_log_dir)/publish.log
    started=$(now_ms)
    for name in "$@"; do projects+=("$(program_project "$name")"); done
    note "$*: compiling"
    if ! (
        cd "$ROOT" || exit 1
        IFS=+
        timeout 1200 dotnet msbuild .build/Publish.proj "-p:PanelImages=$directory" "-p:Programs=${projects[*]}" -m -nologo -v:q -clp:NoSummary
    ) >"$log" 2>&1; then
        printf '%s\n' "--- the last lines of $log" >&2
        tail -n 25 "$log" >&2
        die "The panel's programs could not be compiled (log above)." -- "The whole log: $log"
    fi
    for name in "$@"; do
        rm -rf "${directory:?}/$name"
        mv "$directory/$(program_project "$name")" "$directory/$name"
    done
    note "$*: compiled in $(elapsed "$started")"
}
