# shellcheck shell=bash
# ./panel test --nightly: an installation is lost with its whole machine but for the disk of its repositories, and comes back (fault F14). Needs
# ui.sh, stack.sh, down.sh, scratch.sh, testrun.sh, and a scratch installation that is up. Nothing of it is what it was afterwards.
#
#   test_recovery    two halves of RecoveryTests, and between them: the recovery kit, the loss, ./panel recover

# Everything in the volume FROM, owners and all, into the volume TO.
test_recovery_copy() { # FROM TO
    timeout 600 docker run --rm --network none --read-only --user 0:0 --mount "type=volume,source=$1,target=/from,volume-nocopy,readonly" \
        --mount "type=volume,source=$2,target=/to,volume-nocopy" "$IMAGE_TOOLBOX" cp -a /from/. /to/
}

test_recovery() {
    local kit=$SCRATCH_DIR/recovery-kit log=$SCRATCH_DIR/recover.log volume=$SCRATCH-backups kept started labels=() line
    # By a name that whoever removes leftovers takes for a killed run's.
    kept=hps$(head -c 3 /dev/urandom | od -An -tx1 | tr -d ' \n')
    started=$(now_ms)
    test_project HostingPanel.E2E.Tests 900 -explicit only -method '*RecoveryTests.Before*'
    say "Losing the installation $SCRATCH, and bringing it back"
    export PANEL_KIT_PASSPHRASE='three plain words'
    if ! interruptible scratch_panel recovery-kit "$kit" >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        test_fails "The recovery kit was not written (its last words above)."
        return
    fi
    while IFS= read -r line; do if [[ $line ]]; then labels+=(--label "$line"); fi; done \
        < <(timeout 15 docker volume inspect --format '{{range $name, $value := .Labels}}{{$name}}={{$value}}{{"\n"}}{{end}}' "$volume")
    timeout 15 docker volume create --label "hp.installation=$kept" "$kept" >/dev/null
    if ! test_recovery_copy "$volume" "$kept" || ! INST=$SCRATCH installation_remove; then
        test_fails "The installation could not be lost (message above)."
        return
    fi
    timeout 15 docker volume create "${labels[@]}" "$volume" >/dev/null
    test_recovery_copy "$kept" "$volume" || test_fails "The repositories could not be laid down (message above)."
    INST=$kept installation_remove || true
    if ! interruptible scratch_panel recover "$kit" --sites phoenix >"$log" 2>&1 </dev/null; then
        tail -n 40 "$log" >&2
        test_fails "./panel recover failed (its last words above)."
        return
    fi
    test_project HostingPanel.E2E.Tests 900 -explicit only -method '*RecoveryTests.After*'
    note "lost and back in $(elapsed "$started")"
}
