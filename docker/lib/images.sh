# shellcheck shell=bash
# Builds the images of docker/images. Needs ui.sh and a running engine.
#
#   images_build [--prefix P] [--context NAME=DIR]... [--identity NAME=TEXT]... [--list FILE] [NAME...]
#       builds what is missing, and what it stands on, in the order of the FROM lines; without names everything in docker/images that
#       needs no --context. Writes a line "name reference image-id" for each to stdout and to FILE.
#       --context: the build context of NAME is DIR (its Dockerfile still comes from docker/images/NAME), for web and worker.
#       --identity: TEXT stands for the context in the tag (a hash of what it is made from), so that the tag is known before the context
#       is made; when the image is there, the context is not needed.
#   images_remove_old KEEP NAME...   removes all but the newest KEEP images of each NAME that no container uses
#   images_wanted       the names of those that this installation has: all, but the large one only where its setting asks for it
#   image_ref NAME      the reference (prefix/name:tag) that the sources as they are now make, built or not
#
# The tag is a hash of the context (paths, executable or not, contents), the tag of the image it stands on and the build arguments: the
# same sources make the same tag on every machine, and an existing tag needs no work.
# Settings: PANEL_IMAGE_PREFIX (hostingpanel), PANEL_IMAGES_REFRESH (a value, say a date, that makes new tags and takes in today's security
# updates), PANEL_BUILD_NETWORK (say "host"), PANEL_DEBIAN (trixie), PANEL_DEBIAN_MIRROR.

IMAGES_DIR=${IMAGES_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../images" && pwd)}
IMAGES_PREFIX=${PANEL_IMAGE_PREFIX:-hostingpanel}
IMAGES_DEBIAN=${PANEL_DEBIAN:-trixie}
declare -gA IMAGES_CONTEXT=() IMAGES_IDENTITY=() IMAGES_TAG=()

images_log_dir() { printf '%s' "${TMPDIR:-/tmp}/hostingpanel-build-$(id -u)"; }

# The image of ours that NAME stands on: the default of its ARG BASE, empty for the base itself.
image_parent() {
    local base
    base=$(sed -n 's/^ARG BASE=//p' "$IMAGES_DIR/$1/Dockerfile" | head -n 1)
    case $base in
        hostingpanel/*) printf '%s' "${base#hostingpanel/}" ;;
    esac
}

images_wanted() {
    local name
    for name in "$IMAGES_DIR"/*/; do
        name=$(basename "$name")
        if [[ $name != camera || ${DRILL_SCREENSHOTS:-no} == yes ]]; then echo "$name"; fi
    done
}

image_identify() { # NAME TEXT: --identity, for those who want to know the tag before building
    IMAGES_IDENTITY[$1]=$2
    IMAGES_TAG=()
}

image_needs_context() { grep -q '^COPY app/' "$IMAGES_DIR/$1/Dockerfile"; }

# Prints the hash of a directory's files. Times, owners and the rest of the modes differ between clones and mean nothing.
images_hash_dir() {
    (
        cd "$1" || exit 1
        export LC_ALL=C
        find . -type f -perm -u+x -print0 | sort -z | xargs -0 -r sha256sum | sed 's/^/x /'
        find . -type f ! -perm -u+x -print0 | sort -z | xargs -0 -r sha256sum | sed 's/^/- /'
        find . -type l -printf 'l %p %l\n' | sort
    )
}

image_tag() {
    local name=$1 parent hash
    if [[ -z ${IMAGES_TAG[$name]:-} ]]; then
        parent=$(image_parent "$name")
        hash=$({
            images_hash_dir "$IMAGES_DIR/$name"
            if [[ -n ${IMAGES_IDENTITY[$name]:-} ]]; then echo "${IMAGES_IDENTITY[$name]}"
            elif [[ -n ${IMAGES_CONTEXT[$name]:-} ]]; then images_hash_dir "${IMAGES_CONTEXT[$name]}"; fi
            if [[ -n $parent ]]; then image_tag "$parent"; else echo "$IMAGES_DEBIAN ${PANEL_IMAGES_REFRESH:-}"; fi
        } | sha256sum)
        IMAGES_TAG[$name]=${hash:0:12}
    fi
    printf '%s\n' "${IMAGES_TAG[$name]}"
}

image_ref() {
    [[ -f $IMAGES_DIR/$1/Dockerfile ]] || die "There is no image \"$1\" in docker/images."
    local tag
    tag=$(image_tag "$1")
    printf '%s/%s:%s\n' "$IMAGES_PREFIX" "$1" "$tag"
}

image_id() { timeout 30 docker image inspect --format '{{.Id}}' "$1" 2>/dev/null; }

# Debian itself: from a registry where one answers, else made here from Debian's packages.
images_debian() {
    local image=debian:$IMAGES_DEBIAN-slim log tar started
    if image_id "$image" >/dev/null; then return; fi
    started=$(now_ms)
    log=$(images_log_dir)/debian.log
    note "$image: asking the registry"
    if timeout 15 docker pull -q "$image" >"$log" 2>&1; then
        note "$image: pulled in $(elapsed "$started")"
        return
    fi
    if ! command -v mmdebstrap >/dev/null; then
        if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
            die "$image can't be pulled, and mmdebstrap, which would make it, is not installed." -- \
                "Run: sudo apt-get install -y mmdebstrap" "or:  docker pull $image"
        fi
        note "$image: no registry answers; installing mmdebstrap"
        { timeout 300 apt-get -o DPkg::Lock::Timeout=120 update && DEBIAN_FRONTEND=noninteractive timeout 300 apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends mmdebstrap; } >"$log" 2>&1 \
            || images_failed "mmdebstrap (installing it)" "$log"
    fi
    note "$image: made from Debian's packages"
    tar=$(mktemp)
    if ! timeout 600 mmdebstrap --format=tar --variant=minbase --include=ca-certificates \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        "$IMAGES_DEBIAN" "$tar" ${PANEL_DEBIAN_MIRROR:+"$PANEL_DEBIAN_MIRROR"} >"$log" 2>&1; then
        rm -f "$tar"
        images_failed "$image" "$log"
    fi
    timeout 120 docker import --change 'CMD ["bash"]' "$tar" "$image" >"$log" 2>&1 || images_failed "$image" "$log"
    rm -f "$tar"
    note "$image: made in $(elapsed "$started")"
}

images_failed() {
    printf '%s\n' "--- the last lines of $2" >&2
    # A failed RUN prints its own error last; the carriage returns are progress bars.
    tr '\r' '\n' <"$2" | tail -n 25 >&2
    die "Image $1 could not be built (log above)." -- "The whole log: $2"
}

# The context as a tar with the owners and modes that every clone shares, whatever its umask.
images_context() {
    local name=$1 options=(--sort=name --owner=0 --group=0 --numeric-owner --mode='u+rwX,go+rX,go-w' --mtime='2020-01-01 00:00Z')
    if [[ -n ${IMAGES_CONTEXT[$name]:-} ]]; then
        tar -c "${options[@]}" -C "$IMAGES_DIR/$name" . -C "${IMAGES_CONTEXT[$name]}" .
    else
        tar -c "${options[@]}" -C "$IMAGES_DIR/$name" .
    fi
}

image_build() {
    local name=$1 ref=$2 parent base log started
    if image_needs_context "$name" && [[ ! -d ${IMAGES_CONTEXT[$name]:-/nonexistent}/app ]]; then
        die "Image $name needs a published program: --context $name=DIRECTORY, with the files in DIRECTORY/app."
    fi
    parent=$(image_parent "$name")
    log=$(images_log_dir)/$name.log
    started=$(now_ms)
    if [[ -n $parent ]]; then
        base=$(image_ref "$parent")
    else
        images_debian
        base=debian:$IMAGES_DEBIAN-slim
    fi
    local arguments=(--build-arg "BASE=$base")
    [[ -n $parent ]] || arguments+=(--build-arg "REFRESH=${PANEL_IMAGES_REFRESH:-}")
    [[ -z ${PANEL_BUILD_NETWORK:-} ]] || arguments+=(--network "$PANEL_BUILD_NETWORK")
    note "$name: building"
    # The classic builder is in every engine from 20.10 on; BuildKit needs a plugin that Debian's package lacks.
    if ! images_context "$name" | DOCKER_BUILDKIT=0 timeout 1200 docker build --force-rm --label hp.image="$name" "${arguments[@]}" -t "$ref" - >"$log" 2>&1; then
        images_failed "$name" "$log"
    fi
    note "$name: built in $(elapsed "$started")"
}

# Adds NAME and what it stands on to the array "order", parents first.
images_order() {
    local name=$1 parent
    [[ -f $IMAGES_DIR/$name/Dockerfile ]] || die "There is no image \"$name\" in docker/images."
    parent=$(image_parent "$name")
    if [[ -n $parent ]]; then images_order "$parent"; fi
    [[ " ${order[*]:-} " == *" $name "* ]] || order+=("$name")
}

images_build() {
    local names=() order=() list='' name ref built=0 started
    started=$(now_ms)
    while (($#)); do
        case $1 in
            --prefix) IMAGES_PREFIX=$2; shift 2 ;;
            --context)
                [[ $2 == *=* && -d ${2#*=} ]] || die "images_build: --context NAME=DIRECTORY expected, got \"$2\""
                IMAGES_CONTEXT[${2%%=*}]=$(cd "${2#*=}" && pwd); shift 2 ;;
            --identity) image_identify "${2%%=*}" "${2#*=}"; shift 2 ;;
            --list) list=$2; shift 2 ;;
            -*) die "images_build: unknown option $1" ;;
            *) names+=("$1"); shift ;;
        esac
    done
    IMAGES_TAG=()
    if ((${#names[@]} == 0)); then
        for name in "$IMAGES_DIR"/*/Dockerfile; do
            name=$(basename "$(dirname "$name")")
            if image_needs_context "$name" && [[ -z ${IMAGES_CONTEXT[$name]:-} ]]; then continue; fi
            names+=("$name")
        done
    fi
    (umask 077 && mkdir -p "$(images_log_dir)")
    for name in "${names[@]}"; do
        images_order "$name"
    done
    local lines=()
    for name in "${order[@]}"; do
        image_tag "$name" >/dev/null # kept in this shell; image_ref runs in another
        ref=$(image_ref "$name")
        if ! image_id "$ref" >/dev/null; then
            image_build "$name" "$ref"
            built=$((built + 1))
        fi
        lines+=("$name $ref $(image_id "$ref")")
    done
    printf '%s\n' "${lines[@]}"
    if [[ -n $list ]]; then
        printf '%s\n' "${lines[@]}" >"$list.new"
        mv "$list.new" "$list"
    fi
    note "${#order[@]} images, $built built: $(elapsed "$started")"
}

# Each change of the panel's own programs makes a new image; without this they would fill the disk. What a container uses stays, for
# the engine refuses to remove it.
images_remove_old() { # KEEP NAME...
    local keep=$1 name ref removed=0
    shift
    for name in "$@"; do
        while read -r ref; do
            if timeout 60 docker image rm "$ref" >/dev/null 2>&1; then removed=$((removed + 1)); fi
        done < <(timeout 30 docker image ls --filter "label=hp.image=$name" --format '{{.Repository}}:{{.Tag}}' "$IMAGES_PREFIX/$name" | tail -n "+$((keep + 1))")
    done
    if ((removed)); then note "removed $removed old images of: $*"; fi
}
