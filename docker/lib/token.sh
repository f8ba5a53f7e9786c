# shellcheck shell=bash
# ./panel token create. Needs settings.sh and up.sh (worker_run).

token_main() {
    # shellcheck source=/dev/null
    source "$LIB/up.sh"
    local name='./panel token' options=()
    (($#)) || die "Say what to do: ./panel token create" -- "./panel token --help"
    [[ $1 == create ]] || die "./panel token does not know \"$1\"." -- "./panel token create [--name NAME] [--expires-in-days N]"
    shift
    while (($#)); do
        case $1 in
            --name | --expires-in-days)
                (($# > 1)) || die "$1 needs a value." -- "./panel token --help"
                if [[ $1 == --name ]]; then
                    name=$2
                else
                    # A hundred years at most.
                    [[ $2 =~ ^[1-9][0-9]{0,4}$ && $2 -le 36500 ]] || die "--expires-in-days is \"$2\"; a number of days from 1 to 36500 was expected."
                    options+=("$1" "$2")
                fi
                shift 2
                ;;
            *) die "./panel token create does not know \"$1\"." -- "./panel token --help" ;;
        esac
    done
    engine_require
    settings_load
    worker_run token create --name "$name" "${options[@]}"
}
