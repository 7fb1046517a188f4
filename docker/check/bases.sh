# Sourced by image-check.sh: stand-ins of the Dockerfile's two base images, from Debian's packages.
# shellcheck shell=bash disable=SC2154,SC2016

run_image=localhost/image-check-debian
swift_image=localhost/image-check-swift
path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# debian:bookworm-slim: debootstrap's smallest variant, less the documents that the slim image leaves out.
make_run_image() {
    local folder=$work/debian sources container
    # From where this machine gets its own Debian, security updates too.
    sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Created-By: Packages' 'Origin: Debian' | sort -u)
    debootstrap --variant=minbase "$codename" "$folder" \
        "$(awk -v c="$codename" '$3 == c && $4 == "main" {print $2; exit}' <<<"$sources")" >"$work/bases.log" 2>&1 \
        || fail "debootstrap: $(tail -n 3 "$work/bases.log")"
    printf '%s\n' "$sources" >"$folder/etc/apt/sources.list"
    printf 'path-exclude %s\n' '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' '/usr/share/info/*' \
        >"$folder/etc/dpkg/dpkg.cfg.d/slim"
    # Or apt would keep packages and indexes, some 80 MB.
    printf '%s\n' 'Dir::Cache::pkgcache "";' 'Dir::Cache::srcpkgcache "";' \
        'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' >"$folder/etc/apt/apt.conf.d/slim"
    chroot "$folder" sh -ec 'apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get upgrade -y -qq; apt-get clean' \
        >"$work/bases.log" 2>&1 || fail "updates: $(tail -n 3 "$work/bases.log")"
    rm -rf "$folder"/usr/share/{doc,man,locale,info}/* "$folder"/var/lib/apt/lists/* \
        "$folder"/etc/{resolv.conf,hostname}
    container=$(buildah_ from scratch)
    buildah_ add -q "$container" "$folder" / >/dev/null
    buildah_ config --cmd bash --env "PATH=$path" "$container"
    buildah_ commit -q --rm "$container" "$run_image" >/dev/null
    rm -rf "$folder"
}

# swift:6.3-bookworm: what the toolchain needs of Debian, and no more. The toolchain is mounted while it builds.
make_swift_image() {
    local container key address
    container=$(buildah_ from --pull-never "$run_image")
    buildah_ run --isolation chroot "$container" -- sh -ec 'apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends binutils ca-certificates git \
            libc6-dev libcurl4 libedit2 libgcc-12-dev libncurses6 libstdc++-12-dev libxml2 tzdata' \
        >"$work/bases.log" 2>&1 || fail "what the toolchain needs: $(tail -n 3 "$work/bases.log")"
    while read -r key address; do
        buildah_ run --isolation chroot "$container" -- git config --system --add "$key" "$address"
    done < <(mirrors)
    buildah_ config --env "PATH=/toolchain/bin:$path" "$container"
    buildah_ commit -q --rm "$container" "$swift_image" >/dev/null
}

# Git's settings for mirrors of packages, if this machine has any; those in folders are mounted while it builds.
mirrors() { git config --get-regexp '^url\..*\.insteadof$' || true; }

mirror_volumes() {
    local folder
    mirrors | sed -E 's/^url\.(file:\/\/)?(.*)\.insteadof .*/\2/' | sort -u | while read -r folder; do
        [ ! -d "$folder" ] || printf -- '--volume\n%s\n' "$folder:$folder:ro"
    done
}
