# shellcheck shell=bash
# What the containers of sites can't reach of the machine that they run on. Sites need a way out, and it leads past the machine itself. Needs ui.sh.
#
#   guard_ensure       puts the rules in force that are missing; says so where it can't. They are the machine's, and stay when an installation goes.
#                      Where systemd runs it leaves a unit behind, which sets them again whenever the engine starts.
#   guard_unit_remove  takes the installation's unit away again
#   guard_problems     what is missing, a line each, with the mend

GUARD_RULES=(
    # A cloud's metadata service tells whoever asks it from this machine the machine's own credentials.
    "DOCKER-USER -i docker_gwbridge -d 169.254.0.0/16 -j REJECT"
    # The ports of the engine and of the swarm, which a swarm of several machines opens for its members. One of one machine has them on its loop.
    "INPUT -i docker_gwbridge -p tcp -m multiport --dports 2375:2377,7946 -j REJECT"
    "INPUT -i docker_gwbridge -p udp -m multiport --dports 4789,7946 -j DROP"
)

# There where systemd runs the machine, and where the machine's own units are.
GUARD_BOOTED=${GUARD_BOOTED:-/run/systemd/system}
GUARD_UNITS=${GUARD_UNITS:-/etc/systemd/system}

# HOW (C: is it there?, I: before all others) RULE
guard_rule() {
    local words
    read -ra words <<<"$2"
    timeout 10 iptables -w 5 "-$1" "${words[@]}" 2>/dev/null
}

guard_ensure() {
    local rule missing=0
    if ((EUID != 0)); then
        warn "only root can keep sites from a cloud's metadata service and the engine's ports. Run as root: ./panel up"
        return
    fi
    for rule in "${GUARD_RULES[@]}"; do
        guard_rule C "$rule" || guard_rule I "$rule" || missing=$((missing + 1))
    done
    ((missing == 0)) || warn "$missing firewall rules could not be set: sites may reach a cloud's metadata service or the engine's ports. See: ./panel doctor"
    if guard_lasts || guard_unit_write; then return; fi
    warn "the firewall rules are lost when the machine is started again, for $(guard_unit) could not be installed. Until that is mended, run after each start: ./panel up"
}

# Its name. Each installation has its own, so that one that goes takes the others' from nobody.
guard_unit() { echo "hostingpanel-guard-$INST.service"; }

# A unit that needs nothing but itself: the folder that ./panel is in may move.
guard_unit_text() {
    local rule commands='e=0'
    for rule in "${GUARD_RULES[@]}"; do
        commands+="; iptables -w 5 -C $rule 2>/dev/null || iptables -w 5 -I $rule || e=1"
    done
    cat <<UNIT
# Written by ./panel up of the installation $INST, and removed by its ./panel down --delete-everything $INST.
[Unit]
Description=What the containers of HostingPanel's sites can not reach of this machine ($INST)
After=docker.service netfilter-persistent.service nftables.service ufw.service firewalld.service

[Service]
Type=oneshot
ExecStart=/bin/sh -c '$commands; exit \$\$e'

[Install]
WantedBy=docker.service
UNIT
}

# Whether the rules come back by themselves, or nothing of this machine would bring them back. A scratch installation leaves nothing behind.
guard_lasts() {
    [[ -d $GUARD_BOOTED && -z ${PANEL_SCRATCH:-} ]] || return 0
    [[ $(cat "$GUARD_UNITS/$(guard_unit)" 2>/dev/null) == "$(guard_unit_text)" ]] &&
        timeout 30 systemctl is-enabled --quiet "$(guard_unit)" 2>/dev/null
}

guard_unit_write() {
    local unit
    unit=$GUARD_UNITS/$(guard_unit)
    { guard_unit_text >"$unit.new" && mv "$unit.new" "$unit"; } 2>/dev/null &&
        timeout 30 systemctl daemon-reload >/dev/null 2>&1 &&
        timeout 30 systemctl enable "$(guard_unit)" >/dev/null 2>&1
}

guard_unit_remove() {
    local unit
    unit=$GUARD_UNITS/$(guard_unit)
    [[ -e $unit ]] || return 0
    if ((EUID != 0)); then
        warn "only root can remove $unit, which sets firewall rules when the engine starts: sudo systemctl disable $(guard_unit) && sudo rm $unit"
        return
    fi
    timeout 30 systemctl disable "$(guard_unit)" >/dev/null 2>&1 || true
    rm -f "$unit"
    timeout 30 systemctl daemon-reload >/dev/null 2>&1 || true
}

guard_problems() {
    local rule
    if ((EUID != 0)); then
        echo "warning: whether sites are kept from this machine's own ports only root can see."
        return
    fi
    for rule in "${GUARD_RULES[@]}"; do
        guard_rule C "$rule" || echo "the firewall rule \"$rule\" is missing; the machine was started again, or something else sets its firewall. Run: ./panel up"
    done
    guard_lasts || echo "the firewall rules would be lost when the machine is started again: $(guard_unit) is not there as it should be, or not enabled. Run: ./panel up"
}
