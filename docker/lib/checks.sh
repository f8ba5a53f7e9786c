# shellcheck shell=bash
# What must be so before anything is made: free ports, disk space, a .NET SDK. Needs ui.sh, engine.sh, settings.sh.
#
#   ports_problems; disk_problems NEED_MB    print what is wrong, one line each
#   with_lock NAME TEXT COMMAND...           runs it unless another process does; then dies with TEXT
#   dotnet_ensure                            an SDK that this repository can use, or dies with the mend
#   http_get PORT HOST PATH                  prints the status, then the body; asks this machine
#   readyz_missing                           what an answer of /readyz says is missing

# The socket's inode when something listens on the port; 1 when nothing does.
port_listener() {
    local port files=()
    printf -v port ':%04X' "$1"
    for file in /proc/net/tcp /proc/net/tcp6; do
        if [[ -r $file ]]; then files+=("$file"); fi
    done
    awk -v port="$port" '$4 == "0A" && substr($2, length($2) - 4) == port { inode = $10 } END { if (inode == "") exit 1; print inode }' "${files[@]}"
}

# Who listens, as exactly as this user may know.
port_owner() {
    local port=$1 inode=$2 name link
    name=$(timeout 10 docker ps --filter "publish=$port" --format '{{.Names}}' 2>/dev/null | head -n 1) || true
    if [[ -n $name ]]; then
        echo "the container $name"
        return
    fi
    link=$(find /proc/[0-9]*/fd -lname "socket:\\[$inode\\]" -print -quit 2>/dev/null) || true
    if [[ $link =~ ^/proc/([0-9]+)/ ]]; then
        echo "$(cat "/proc/${BASH_REMATCH[1]}/comm" 2>/dev/null) (process ${BASH_REMATCH[1]})"
    else
        echo "another program (as root this command names it)"
    fi
}

# A free one that looks like it: 8080 for 80, 8443 for 443.
port_instead() {
    local port=$((8000 + $1 % 1000))
    while port_listener "$port" >/dev/null || [[ $port == "$HTTP_PORT" || $port == "$HTTPS_PORT" ]]; do port=$((port + 1)); done
    echo "$port"
}

ports_problems() {
    local name port inode other
    for name in HTTP_PORT HTTPS_PORT; do
        port=${!name}
        # Our own gateway may have it, or the other of the two when they change places.
        if [[ $port == "${SETTINGS_KEPT[HTTP_PORT]:-}" || $port == "${SETTINGS_KEPT[HTTPS_PORT]:-}" ]]; then continue; fi
        if inode=$(port_listener "$port"); then
            echo "Port $port is in use by $(port_owner "$port" "$inode"). Stop it, or choose another: $name=$(port_instead "$port") ./panel up"
            continue
        fi
        other=$({
            timeout 10 docker service ls --filter "label=hp.setting.HTTP_PORT=$port" --format '{{.Name}}'
            timeout 10 docker service ls --filter "label=hp.setting.HTTPS_PORT=$port" --format '{{.Name}}'
        } 2>/dev/null | head -n 1) || true
        if [[ -n $other && $other != "${INST}_gateway" ]]; then
            echo "Port $port belongs to the service $other. Choose another: $name=$(port_instead "$port") ./panel up"
        fi
    done
}

# The lock is the open file number 9. It is closed for what the command starts, or a daemon or a compiler server would hold the lock
# when the command is long over; bash keeps its own copy meanwhile.
with_lock() {
    local file=/tmp/hostingpanel-$1.lock text=$2
    shift 2
    [[ -e $file ]] || : >>"$file"
    exec 9<"$file"
    flock --nonblock 9 || die "$text" -- "Wait until it is done. (It holds $file.)"
    "$@" 9>&-
    exec 9>&-
}

# "FREE MOUNTPOINT": megabytes where PATH is, or will be.
disk_free() {
    local path=$1
    while [[ ! -e $path ]]; do path=$(dirname "$path"); done
    df -Pm "$path" | awk 'NR == 2 { print $4, $6 }'
}

disk_root() {
    local root
    root=$(timeout 10 docker info --format '{{.DockerRootDir}}' 2>/dev/null) || true
    printf '%s' "${root:-/var/lib/docker}"
}

disk_problems() {
    local need=$1 root free mount path told=()
    root=$(disk_root)
    # shellcheck disable=SC2153 # ROOT is the repository, set by ./panel
    for path in "$root" "$ROOT" "${TMPDIR:-/tmp}"; do
        read -r free mount < <(disk_free "$path") || continue
        if [[ $path != "$root" ]]; then need=$((need < 1000 ? need : 1000)); fi
        # Once for each disk.
        if ((free < need)) && [[ " ${told[*]} " != *" $mount "* ]]; then
            echo "Only $free MB are free for $path; at least $need MB are needed. Make room, then run this again."
            told+=("$mount")
        fi
    done
}

dotnet_icu_missing() { grep -qi "valid ICU package" <<<"$1"; }

dotnet_how_to_install() {
    echo "https://dotnet.microsoft.com/download/dotnet/10.0, or your system's package (dotnet-sdk-10.0)"
}

# With the file global.json in the current directory, this also says whether the version will do.
dotnet_ensure() {
    local said package
    command -v dotnet >/dev/null || die "The .NET SDK 10.0 is not installed; it builds the panel." -- "Install it: $(dotnet_how_to_install)"
    if said=$(cd "$ROOT" && timeout 60 dotnet --version 2>&1); then return; fi
    if dotnet_icu_missing "$said"; then
        if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
            die "The .NET SDK needs the library ICU." -- "Run: sudo apt-get install -y libicu-dev   (or your system's package of it)"
        fi
        say "Installing ICU, which the .NET SDK needs"
        timeout 300 apt-get -o DPkg::Lock::Timeout=120 update >/dev/null 2>&1 || true
        package=$(apt-cache --names-only search '^libicu[0-9]+$' | awk '{ print $1 }' | sort -V | tail -n 1)
        DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "${package:-libicu-dev}" >/dev/null 2>&1 || true
        if said=$(cd "$ROOT" && timeout 60 dotnet --version 2>&1); then return; fi
    fi
    printf '%s\n' "$said" | head -n 15 >&2
    die "The .NET SDK can't be used (message above)." -- "This repository's global.json says which it wants. $(dotnet_how_to_install)"
}

http_get() {
    {
        exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 0
        printf 'GET %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n' "$3" "$2" >&3
        timeout 10 cat <&3
    } 2>/dev/null | tr -d '\r' | awk 'NR == 1 { print $2; next } body { print } $0 == "" { body = 1 }'
}

http_status() { http_get "$@" | head -n 1; }

# What the answer of /readyz (on standard input) says is missing, in its own words, one line each.
readyz_missing() { { grep -o '"message":"[^"]*"' || true; } | sed 's/^"message":"//; s/"$//'; }
