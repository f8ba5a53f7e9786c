# shellcheck shell=bash
# What the containers of sites can't reach of the machine that they run on. Sites need a way out, and it leads past the machine itself.
#
#   guard_ensure     puts the rules in force that are missing; says so where it can't. They are the machine's, and stay when an installation goes.
#   guard_problems   the missing ones, a line each, with the mend

GUARD_RULES=(
    # A cloud's metadata service tells whoever asks it from this machine the machine's own credentials.
    "DOCKER-USER -i docker_gwbridge -d 169.254.0.0/16 -j REJECT"
    # The ports of the engine and of the swarm, which a swarm of several machines opens for its members. One of one machine has them on its loop.
    "INPUT -i docker_gwbridge -p tcp -m multiport --dports 2375:2377,7946 -j REJECT"
    "INPUT -i docker_gwbridge -p udp -m multiport --dports 4789,7946 -j DROP"
)

# HOW (C: is it there?, I: before all others) RULE
guard_rule() {
    local words
    read -ra words <<<"$2"
    timeout 10 iptables -w 5 "-$1" "${words[@]}" 2>/dev/null
}

guard_ensure() {
    local rule missing=0
    if ((EUID != 0)); then
        warn "only root can keep sites from a cloud's metadata service and the engine's ports. Once after each start of the machine, run as root: ./panel up"
        return
    fi
    for rule in "${GUARD_RULES[@]}"; do
        guard_rule C "$rule" || guard_rule I "$rule" || missing=$((missing + 1))
    done
    ((missing == 0)) || warn "$missing firewall rules could not be set: sites may reach a cloud's metadata service or the engine's ports. See: ./panel doctor"
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
}
