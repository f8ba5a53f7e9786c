# shellcheck shell=bash
# The Docker Engine and its swarm: there, running, new enough, ours. Needs ui.sh.
#
#   engine_ensure    installs the engine (root on Debian or Ubuntu), starts it, checks its version. Changes nothing when all is well.
#   swarm_ensure     makes the swarm with HostingPanel's address pool, or checks the one that is there.
#   engine_permitted dies with the mend when it does not answer and this user can't change that; makes nothing
#   engine_require   dies with the mend unless the engine answers: for commands that only look
#   engine_problems, swarm_problems    only look: print what is wrong, one line each (for `./panel doctor`)
#
# Settings: PANEL_ADVERTISE_ADDR (default 127.0.0.1: one machine, independent of a DHCP address), PANEL_SHARE_SWARM=1 (use a swarm that
# runs other services too), PANEL_ENGINE_LOG.

ENGINE_MIN_API=1.41 # jobs (replicated-job) came with 20.10
ENGINE_LOG=${PANEL_ENGINE_LOG:-/var/log/hostingpanel/dockerd.log}
SWARM_POOL=10.64.0.0/11
SWARM_POOL_MASK=27
SWARM_LABEL=hp.swarm

engine_answers() { timeout 10 docker version --format '{{.Server.APIVersion}}' >/dev/null 2>&1; }

# True when version $1 is below $2 ("1.9" is below "1.41").
engine_version_below() {
    [[ $1 != "$2" && $(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]
}

engine_init_is_systemd() { [[ -d /run/systemd/system ]]; }

engine_installed() { command -v docker >/dev/null && { command -v dockerd >/dev/null || [[ -x /usr/sbin/dockerd ]]; }; }

engine_how_to_install() {
    if command -v apt-get >/dev/null; then echo "sudo apt-get update && sudo apt-get install -y docker.io"
    elif command -v dnf >/dev/null; then echo "sudo dnf install -y moby-engine && sudo systemctl enable --now docker"
    elif command -v pacman >/dev/null; then echo "sudo pacman -S docker && sudo systemctl enable --now docker"
    else echo "Install Docker Engine 20.10 or newer with your system's package manager."
    fi
}

engine_install() {
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        die "The Docker Engine is not installed." -- "Run: $(engine_how_to_install)" "Then run this command again."
    fi
    local started log packages=(docker.io iptables)
    started=$(now_ms)
    log=$(mktemp)
    say "Installing the Docker Engine (package docker.io)"
    # A lock held by an unattended upgrade is waited for, not fought over.
    if ! {
        timeout 600 apt-get -o DPkg::Lock::Timeout=120 update
        # From Debian 13 on, the command is a package of its own.
        if [[ -n $(apt-cache --names-only search '^docker-cli$') ]]; then packages+=(docker-cli); fi
        DEBIAN_FRONTEND=noninteractive timeout 900 apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${packages[@]}"
    } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        die "The Docker Engine could not be installed." -- "The whole log: $log" "By hand: $(engine_how_to_install)"
    fi
    rm -f "$log"
    hash -r
    note "installed in $(elapsed "$started")"
}

# Not with pgrep, which a small system lacks.
engine_process_runs() { grep -qsx dockerd /proc/[0-9]*/comm; }

engine_log_tail() {
    if engine_init_is_systemd; then
        timeout 10 journalctl -u docker -n 15 --no-pager -o cat >&2 || true
    elif [[ -r $ENGINE_LOG ]]; then
        tail -n 15 "$ENGINE_LOG" >&2
    fi
}

engine_start() {
    if ((EUID != 0)); then
        if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then
            die "You may not use the Docker Engine's socket." -- "Run as root, or: sudo usermod -aG docker $(id -un), and log in again." \
                "(Members of the group docker are as powerful as root.)"
        fi
        die "The Docker Engine does not run." -- "Run: sudo systemctl start docker   (or this command as root)"
    fi
    local started
    started=$(now_ms)
    say "Starting the Docker Engine"
    if engine_init_is_systemd; then
        timeout 120 systemctl enable --now docker.service >/dev/null 2>&1 || true
    elif ! engine_process_runs; then
        # No init system runs (a container, a bare virtual machine): ours to start. A dead daemon's pid file may name somebody else.
        mkdir -p "$(dirname "$ENGINE_LOG")"
        rm -f /var/run/docker.pid
        setsid nohup dockerd >>"$ENGINE_LOG" 2>&1 </dev/null &
        disown
    fi
    if ! wait_for 60 "the Docker Engine" engine_answers; then
        engine_log_tail
        if engine_log_tail 2>&1 | grep -qi iptables; then
            die "The Docker Engine does not start: it can't set up the firewall (last lines of its log above)." -- \
                "Try: update-alternatives --set iptables /usr/sbin/iptables-legacy"
        fi
        die "The Docker Engine does not answer after 60 s (last lines of its log above)."
    fi
    note "answers after $(elapsed "$started")"
}

# Root may install and start it later; anybody else is told now what to do.
engine_permitted() { ((EUID == 0)) || engine_answers || engine_ensure; }

engine_require() {
    if engine_answers; then return; fi
    local problem
    problem=$(engine_problems | head -n 1)
    if [[ -S /var/run/docker.sock && ! -w /var/run/docker.sock ]]; then problem="You may not use the Docker Engine's socket. Run this as root, or join the group docker."; fi
    die "${problem:-The Docker Engine does not answer.}"
}

# What the machine must allow besides, one line each.
engine_problems() {
    if ! command -v docker >/dev/null; then echo "The Docker Engine is not installed. Run: $(engine_how_to_install)"; return; fi
    if ! engine_answers; then echo "The Docker Engine does not answer. Start it: ./panel up (as root)"; return; fi
    local api
    api=$(timeout 10 docker version --format '{{.Server.APIVersion}}')
    if engine_version_below "$api" "$ENGINE_MIN_API"; then
        echo "The Docker Engine speaks API $api; HostingPanel needs $ENGINE_MIN_API (Docker 20.10) or newer. Upgrade the engine."
    fi
    if [[ $(timeout 10 docker info --format '{{.OSType}}') != linux ]]; then echo "The Docker Engine runs no Linux containers."; fi
    if [[ $(timeout 10 docker info --format '{{.LiveRestoreEnabled}}') == true ]]; then
        echo "The engine's live-restore is on, and Swarm can't be used with it. Remove \"live-restore\" from /etc/docker/daemon.json and restart the engine."
    fi
    if [[ -r /proc/sys/net/ipv4/ip_forward && $(</proc/sys/net/ipv4/ip_forward) != 1 ]]; then
        echo "The kernel does not forward packets (net.ipv4.ip_forward is 0), so containers reach nothing. Run: sysctl -w net.ipv4.ip_forward=1"
    fi
}

engine_ensure() {
    if ! engine_answers; then
        engine_installed || engine_install
        engine_start
    fi
    if ((EUID == 0)) && [[ -w /proc/sys/net/ipv4/ip_forward && $(</proc/sys/net/ipv4/ip_forward) != 1 ]]; then
        echo 1 >/proc/sys/net/ipv4/ip_forward
    fi
    local problem
    while read -r problem; do
        [[ -z $problem ]] || die "$problem"
    done < <(engine_problems)
    note "Docker Engine $(docker version --format '{{.Server.Version}} (API {{.Server.APIVersion}})')"
}

swarm_field() { timeout 15 docker info --format "{{.Swarm.$1}}" 2>/dev/null; }

swarm_is_marked() {
    [[ $(timeout 15 docker node inspect self --format "{{index .Spec.Labels \"$SWARM_LABEL\"}}" 2>/dev/null) == hostingpanel ]]
}

# Services that neither carry a label of ours nor belong to a stack of ours.
swarm_foreign_services() {
    # shellcheck disable=SC2016 # the dollar signs are the template's
    timeout 30 docker service ls --format '{{.ID}}' | xargs -r timeout 60 docker service inspect \
        --format '{{.Spec.Name}} {{range $key, $_ := .Spec.Labels}}{{$key}} {{end}}' | awk '!/ hp\./ { print $1 }'
}

swarm_problems() {
    local state
    state=$(swarm_field LocalNodeState)
    case $state in
        active) ;;
        inactive) echo "There is no swarm. ./panel up makes one."; return ;;
        locked) echo "The swarm is locked. Run: docker swarm unlock"; return ;;
        *) echo "The swarm is not usable (state $state): $(swarm_field Error)"; return ;;
    esac
    if [[ $(swarm_field ControlAvailable) != true ]]; then
        echo "This machine is a worker in a swarm; HostingPanel runs on a manager. Run it there, or leave that swarm: docker swarm leave"
        return
    fi
    if ! swarm_is_marked && [[ -z ${PANEL_SHARE_SWARM:-} ]]; then
        local foreign
        foreign=$(swarm_foreign_services)
        if [[ -n $foreign ]]; then
            echo "This swarm belongs to somebody else: it runs $(head -n 4 <<<"$foreign" | paste -sd ' '). Use another machine, or share it: PANEL_SHARE_SWARM=1"
            return
        fi
    fi
    local size
    size=$(swarm_field Cluster.SubnetSize)
    if [[ $size =~ ^[0-9]+$ ]] && ((size < SWARM_POOL_MASK && size > 0)) && [[ -z ${PANEL_SHARE_SWARM:-} ]]; then
        echo "warning: The swarm gives each network a /$size; that is few networks. Its pool can only be chosen when it is made ($SWARM_POOL in /$SWARM_POOL_MASK)."
    fi
}

swarm_init() {
    local address=${PANEL_ADVERTISE_ADDR:-127.0.0.1} listen=0.0.0.0:2377 log
    # A swarm of one machine needs no open port.
    [[ $address != 127.* ]] || listen=$address:2377
    log=$(mktemp)
    say "Making the swarm"
    if ! timeout 60 docker swarm init --advertise-addr "$address" --listen-addr "$listen" --task-history-limit 2 \
        --default-addr-pool "$SWARM_POOL" --default-addr-pool-mask-length "$SWARM_POOL_MASK" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "The swarm could not be made (message above)." -- "An address that overlaps $SWARM_POOL, or a taken port 2377, are the usual reasons."
    fi
    # Its output holds the token that lets other machines join; it is not kept.
    rm -f "$log"
}

swarm_ready() { [[ $(swarm_field LocalNodeState) == active && $(swarm_field ControlAvailable) == true ]]; }

swarm_ensure() {
    local problem
    if [[ $(swarm_field LocalNodeState) == inactive ]]; then
        swarm_init
        wait_for 30 "the swarm" swarm_ready || die "The swarm is not ready after 30 s: $(swarm_field Error)"
    elif [[ $(swarm_field LocalNodeState) == pending ]]; then
        # After a restart of the engine.
        wait_for 30 "the swarm" swarm_ready || true
    fi
    while read -r problem; do
        case $problem in
            '') ;;
            warning:*) warn "${problem#warning: }" ;;
            *) die "$problem" ;;
        esac
    done < <(swarm_problems)
    swarm_is_marked || timeout 30 docker node update --label-add "$SWARM_LABEL=hostingpanel" "$(swarm_field NodeID)" >/dev/null
}
