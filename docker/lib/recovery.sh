# shellcheck shell=bash
# ./panel recovery-kit: the one file that is kept elsewhere. Needs settings.sh, stack.sh, up.sh (worker_run).
#
#   kit_passphrase NEW|OLD     sets KIT_PASSPHRASE: from PANEL_KIT_PASSPHRASE, else asks where there is somebody to ask, else empty
#   kit_state                  lines "fine: ..." and "wrong: ..." of the panel's own backups, from the worker

kit_passphrase() {
    local again
    KIT_PASSPHRASE=${PANEL_KIT_PASSPHRASE:-}
    if [[ -z ${PANEL_KIT_PASSPHRASE+set} && -t 0 ]]; then
        if [[ $1 == NEW ]]; then
            read -r -s -p 'A passphrase to close the file with (empty for none): ' KIT_PASSPHRASE
            echo >&2
            read -r -s -p 'Once more: ' again
            echo >&2
            [[ $again == "$KIT_PASSPHRASE" ]] || die "The two differ. Nothing was written."
        else
            read -r -s -p 'The passphrase of the file (empty for none): ' KIT_PASSPHRASE
            echo >&2
        fi
    fi
    [[ $KIT_PASSPHRASE != *$'\n'* ]] || die "A passphrase is one line."
}

kit_state() { (WORKER_TIMEOUT=20 worker_run panel-backup state) 2>/dev/null || true; }

recovery_kit_main() {
    # shellcheck source=/dev/null
    source "$LIB/up.sh"
    local file='' part name settings=()
    while (($#)); do
        case $1 in
            -*) die "./panel recovery-kit does not know \"$1\"." -- "./panel recovery-kit --help" ;;
            *)
                [[ -z $file ]] || die "One file at a time." -- "./panel recovery-kit --help"
                file=$1
                shift
                ;;
        esac
    done
    engine_require
    settings_load
    file=${file:-hostingpanel-$INST-recovery-kit.txt}
    [[ -d $(dirname -- "$file") && ! -d $file ]] || die "$file can't be written: there is no such directory, or it is one."
    for name in "${SETTINGS[@]}"; do
        if [[ $name != PANEL_OTLP_ENDPOINT && $name != PUBLIC_ADDRESSES ]]; then settings+=("$name=${!name}"); fi
    done
    kit_passphrase NEW
    part=$(umask 077 && mktemp -- "$file.XXXXXX") || die "$file can't be written (message above)."
    if ! WORKER_INPUT=1 worker_run recovery-kit "${settings[@]}" <<<"$KIT_PASSPHRASE" >"$part"; then
        rm -f -- "$part"
        die "The recovery kit was not written (message above)."
    fi
    if ! grep -qx -e '-----END HOSTINGPANEL RECOVERY KIT-----' "$part"; then
        rm -f -- "$part"
        die "The recovery kit was cut off; nothing was written."
    fi
    mv -f -- "$part" "$file"
    say "Written: $file"
    if [[ -z $KIT_PASSPHRASE ]]; then
        warn "it is not closed with a passphrase: whoever has this file has every key, every site's data and all backups."
    fi
    note "Keep it away from this machine. On a new machine: ./panel recover $(basename -- "$file")"
    note "Kits that were written before are of no use any more where targets have changed since."
}
