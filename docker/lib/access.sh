# shellcheck shell=bash
# ./panel access-link. Needs settings.sh and up.sh (worker_run).

access_link_main() {
    # shellcheck source=/dev/null
    source "$LIB/up.sh"
    local email='' options=()
    while (($#)); do
        case $1 in
            --without-second-factors) options+=("$1"); shift ;;
            -*) die "./panel access-link does not know \"$1\"." -- "./panel access-link --help" ;;
            *)
                [[ -z $email ]] || die "One address at a time." -- "./panel access-link --help"
                email=$1
                shift
                ;;
        esac
    done
    [[ -n $email ]] || die "Say whose: ./panel access-link EMAIL" -- "./panel access-link --help"
    engine_require
    settings_load
    worker_run access-link "$email" "${options[@]}"
}
