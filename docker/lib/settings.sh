# shellcheck shell=bash
# Which installation, where it answers, and which address ranges are its own. Needs ui.sh and engine.sh.
#
#   settings_load   sets INST and the SETTINGS below: from the environment, else as the running installation has them (labels of its
#                   gateway's service), else the defaults. Dies on a value that can't be.
#
# Settings: PANEL_INSTALLATION (hp), PANEL_DOMAIN (panel.localhost), SITES_DOMAIN (localhost), HTTP_PORT (80), HTTPS_PORT (443),
# PUBLIC_SCHEME (http; https where the world has certificates for the names),
# FRONT_SUBNET, SEALED_SUBNET, SITE_SUBNETS (the ranges of the gateway's two networks with the sites, and of the sites' own networks),
# DRILL_SCREENSHOTS (no; yes: the image with a browser is built, and drills take a picture of the front page),
# PUBLIC_ADDRESSES (none; where the world reaches this machine) and PANEL_OTLP_ENDPOINT (off; where metrics are sent): no part of a recovery
# kit, for a new machine has other addresses and other neighbours.

SETTINGS=(PANEL_DOMAIN SITES_DOMAIN PUBLIC_SCHEME HTTP_PORT HTTPS_PORT FRONT_SUBNET SEALED_SUBNET SITE_SUBNETS DRILL_SCREENSHOTS PUBLIC_ADDRESSES PANEL_OTLP_ENDPOINT)
declare -gA SETTINGS_KEPT=()

# "hp.setting.HTTP_PORT=8080" lines of the gateway's service; nothing when there is none.
settings_remembered() {
    # shellcheck disable=SC2016 # the dollar signs are the template's
    timeout 15 docker service inspect "${INST}_gateway" --format '{{range $key, $value := .Spec.Labels}}{{$key}}={{$value}}{{"\n"}}{{end}}' 2>/dev/null \
        | sed -n 's/^hp\.setting\.//p' || true
}

# 10.112.0.0/16 … 10.127.0.0/16 are for installations beside the default one: the one that this one has, else the first without a network.
settings_block() {
    local taken block
    block=$(timeout 15 docker network inspect "$INST-front" --format '{{range .IPAM.Config}}{{.Subnet}}{{end}}' 2>/dev/null) || true
    if [[ $block =~ ^10\.(11[2-9]|12[0-7])\. ]]; then
        printf '10.%s' "${BASH_REMATCH[1]}"
        return
    fi
    taken=$(timeout 15 docker network ls -q --filter driver=overlay 2>/dev/null \
        | xargs -r timeout 30 docker network inspect --format '{{range .IPAM.Config}}{{.Subnet}} {{end}}' 2>/dev/null) || true
    for block in {112..127}; do
        if [[ " ${taken//$'\n'/ }" != *" 10.$block."* ]]; then
            printf '10.%s' "$block"
            return
        fi
    done
    die "No address range is left for another installation." -- "Choose them yourself: FRONT_SUBNET, SEALED_SUBNET (a /20 each) and SITE_SUBNETS."
}

settings_default() {
    local block
    case $1 in
        PANEL_DOMAIN) echo panel.localhost ;;
        SITES_DOMAIN) echo localhost ;;
        HTTP_PORT) echo 80 ;;
        HTTPS_PORT) echo 443 ;;
        PUBLIC_SCHEME) echo http ;;
        DRILL_SCREENSHOTS) echo no ;;
        PUBLIC_ADDRESSES) echo none ;;
        PANEL_OTLP_ENDPOINT) echo off ;;
        *)
            if [[ $INST == hp ]]; then
                case $1 in
                    FRONT_SUBNET) echo 10.96.0.0/20 ;;
                    SEALED_SUBNET) echo 10.96.16.0/20 ;;
                    SITE_SUBNETS) echo 10.128.0.0/12 ;;
                esac
                return
            fi
            block=$(settings_block)
            case $1 in
                FRONT_SUBNET) echo "$block.0.0/20" ;;
                SEALED_SUBNET) echo "$block.16.0/20" ;;
                SITE_SUBNETS) echo "$block.128.0/17" ;;
            esac
            ;;
    esac
}

# Sets RANGE_FIRST and RANGE_LAST of a subnet; 1 when it is none.
settings_range() {
    local octet='(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])'
    [[ $1 =~ ^$octet\.$octet\.$octet\.$octet/([0-9]|[12][0-9]|3[0-2])$ ]] || return 1
    local size=$((1 << (32 - BASH_REMATCH[5])))
    RANGE_FIRST=$(((BASH_REMATCH[1] << 24) + (BASH_REMATCH[2] << 16) + (BASH_REMATCH[3] << 8) + BASH_REMATCH[4]))
    RANGE_LAST=$((RANGE_FIRST + size - 1))
    ((RANGE_FIRST % size == 0))
}

settings_check_ranges() {
    local names=(FRONT_SUBNET SEALED_SUBNET SITE_SUBNETS SWARM_POOL) first=() last=() i j
    for i in "${!names[@]}"; do
        settings_range "${!names[i]}" || die "${names[i]} is \"${!names[i]}\"; an IPv4 range like 10.112.0.0/20 was expected."
        first[i]=$RANGE_FIRST last[i]=$RANGE_LAST
        for ((j = 0; j < i; j++)); do
            if ((first[i] <= last[j] && first[j] <= last[i])); then
                die "${names[i]} (${!names[i]}) and ${names[j]} (${!names[j]}) overlap."
            fi
        done
    done
}

settings_check() {
    local name label='[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
    for name in PANEL_DOMAIN SITES_DOMAIN; do
        if [[ ! ${!name} =~ ^$label(\.$label)*$ || ${#name} -gt 200 ]]; then
            die "$name is \"${!name}\"; a host name in lower case, without a port, was expected."
        fi
    done
    [[ $PANEL_DOMAIN != "$SITES_DOMAIN" ]] || die "PANEL_DOMAIN and SITES_DOMAIN are both $PANEL_DOMAIN; the panel needs a host name of its own."
    for name in HTTP_PORT HTTPS_PORT; do
        if [[ ! ${!name} =~ ^[1-9][0-9]{0,4}$ ]] || ((${!name} > 65535)); then
            die "$name is \"${!name}\"; a port number from 1 to 65535 was expected."
        fi
    done
    [[ $HTTP_PORT != "$HTTPS_PORT" ]] || die "HTTP_PORT and HTTPS_PORT are both $HTTP_PORT; they must differ."
    [[ $PUBLIC_SCHEME =~ ^https?$ ]] || die "PUBLIC_SCHEME is \"$PUBLIC_SCHEME\"; http or https was expected."
    if [[ $PUBLIC_ADDRESSES != none && ! $PUBLIC_ADDRESSES =~ ^[0-9a-fA-F.:]+(,[0-9a-fA-F.:]+)*$ ]]; then
        die "PUBLIC_ADDRESSES is \"$PUBLIC_ADDRESSES\"; addresses with commas between were expected, such as 203.0.113.7,2001:db8::7, or \"none\"."
    fi
    if [[ $PANEL_OTLP_ENDPOINT != off && ! $PANEL_OTLP_ENDPOINT =~ ^https?://[A-Za-z0-9._-]+(:[1-9][0-9]{0,4})?(/[A-Za-z0-9._/-]*)?$ ]]; then
        die "PANEL_OTLP_ENDPOINT is not the http or https address of a receiver of OTLP over HTTP, such as http://collector:4318; \"off\" sends no metrics."
    fi
    [[ $DRILL_SCREENSHOTS =~ ^(yes|no)$ ]] || die "DRILL_SCREENSHOTS is \"$DRILL_SCREENSHOTS\"; yes or no was expected."
    settings_check_ranges
}

# Names that ./panel test and the integration tests give, and remove.
settings_is_scratch() { [[ $1 =~ ^hp[st][0-9a-f]{4,7}$ ]]; }

settings_load() {
    local name value line
    INST=${PANEL_INSTALLATION:-hp}
    [[ $INST =~ ^[a-z][a-z0-9]{1,9}$ ]] || die "PANEL_INSTALLATION is \"$INST\"; 2 to 10 lower-case letters and digits were expected, a letter first."
    if settings_is_scratch "$INST" && [[ -z ${PANEL_SCRATCH:-} ]]; then die "PANEL_INSTALLATION is \"$INST\"; such names are the tests', and what has them is removed."; fi
    SETTINGS_KEPT=()
    while IFS= read -r line; do
        if [[ -n $line ]]; then SETTINGS_KEPT[${line%%=*}]=${line#*=}; fi
    done < <(settings_remembered)
    for name in "${SETTINGS[@]}"; do
        value=${!name:-${SETTINGS_KEPT[$name]:-}}
        [[ -n $value ]] || value=$(settings_default "$name")
        printf -v "$name" '%s' "$value"
        export "${name?}"
    done
    export INST
    settings_check
}

# What this run changes in an installation that exists, a line each.
settings_changes() {
    local name
    for name in "${SETTINGS[@]}"; do
        if [[ -n ${SETTINGS_KEPT[$name]:-} && ${SETTINGS_KEPT[$name]} != "${!name}" ]]; then
            echo "$name: ${SETTINGS_KEPT[$name]} → ${!name}"
        fi
    done
}

# The panel's address, as a browser wants it.
panel_url() {
    local port=$HTTP_PORT usual=80
    if [[ $PUBLIC_SCHEME == https ]]; then port=$HTTPS_PORT usual=443; fi
    if [[ $port == "$usual" ]]; then echo "$PUBLIC_SCHEME://$PANEL_DOMAIN"; else echo "$PUBLIC_SCHEME://$PANEL_DOMAIN:$port"; fi
}
