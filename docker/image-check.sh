#!/usr/bin/env bash
# Builds docker/Dockerfile with buildah, starts the image the way compose.yaml says, and tries it: for where no engine
# for containers is at hand. Needs root on Debian 12, and Swift. Makes base images of Debian's packages and lends the
# build this machine's toolchain. 10 to 20 minutes on two cores, nearly all of it the release build; 8 GB of disk.
#
# IMAGE_CHECK_STORE=<folder> keeps images and layers there, so that the next run builds only what changed.
# shellcheck disable=SC1091,SC2154
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s [%d s]\n' "$*" "$SECONDS"; }
ok() { printf 'ok    %s\n' "$*"; }
fail() {
    printf 'FAIL  %s\n' "$*" >&2
    [ ! -s "${log:-/dev/null}" ] || { echo "The gateway's last lines:" && tail -n 20 "$log"; } >&2
    exit 1
}

[ "$(id -u)" = 0 ] || fail "must be root: it makes namespaces and base images"
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
[ "$codename" = bookworm ] || fail "needs the Debian of the Dockerfile, bookworm: the toolchain here is for $codename"
toolchain=$(dirname "$(dirname "$(readlink -f "$(command -v swift)")")")

missing=()
for package in buildah debootstrap curl git iproute2 openssl python3 python3-yaml; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
apt-get update -qq
[ ${#missing[@]} = 0 ] \
    || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 \
    || fail "cannot install ${missing[*]}"

work=$(mktemp -d /var/tmp/image-check.XXXXXX)
chmod 711 "$work"
store=${IMAGE_CHECK_STORE:-$work/store}
mkdir -p "$store" "$work/plan"
driver=overlay gateway="" process=""
buildah_() { buildah --root "$store/images" --runroot "$store/run" --storage-driver "$driver" "$@"; }
tidy() {
    [ -z "$process" ] || kill -KILL "$process" 2>/dev/null || true
    [ -z "$gateway" ] || kill -KILL "$gateway" 2>/dev/null || true
    { wait; } 2>/dev/null
    buildah_ rm --all >/dev/null 2>&1 || true
    umount "$store/images/overlay" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}
trap tidy EXIT
trap 'exit 130' INT TERM

# Where overlays cannot be mounted, whole copies do.
if probe=$(buildah_ from scratch 2>/dev/null) && buildah_ mount "$probe" >/dev/null 2>&1; then
    buildah_ rm "$probe" >/dev/null
else
    driver=vfs
fi

. docker/check/bases.sh
say "base images of Debian's packages, by the $driver driver"
buildah_ inspect --type image "$run_image" >/dev/null 2>&1 || make_run_image
buildah_ inspect --type image "$swift_image" >/dev/null 2>&1 || make_swift_image
mapfile -t volumes < <(mirror_volumes)
ok "$run_image and $swift_image"

say "the secrets of an operator"
# A copy of the tree, with secrets where an operator has them and where none should lie. Another user than the gateway's
# makes them, with the strictest umask.
context=$work/tree
mkdir "$context"
cp -a Package.swift Sources Tests docker "$context"
rm -rf "$context/docker/secrets" "$context/docker/.env"
chmod 755 "$context" "$context/docker"
install -d -o 12345 -g 12345 "$work/operator"
make_secrets() {
    (umask 077 && setpriv --reuid 12345 --regid 12345 --clear-groups \
        sh "$context/docker/make-secrets.sh" "$work/operator/secrets") >/dev/null
    cat "$work/operator/secrets/"*
}
make_secrets >"$work/canaries"
make_secrets | cmp -s - "$work/canaries" || fail "make-secrets.sh made new secrets over old ones"
[ "$(stat -c %a "$work/operator/secrets")" = 700 ] || fail "the folder of secrets is open to others"
[ "$(grep -c . "$work/canaries")" = 4 ] || fail "make-secrets.sh made something else than four secrets"
mv "$work/operator/secrets" "$context/docker/secrets"
mkdir "$context/data" "$context/.build"
cp "$work/canaries" "$context/data/gateway.db"
cp "$work/canaries" "$context/.build/leftover"
cp "$work/canaries" "$context/Package.leftover"
ok "make-secrets.sh makes four, in a folder for its user alone, and keeps them when it runs again"

versions="$(buildah --version | cut -d'(' -f1)and $(swift --version 2>/dev/null | grep -m 1 -o 'Swift version [^ ]*')"
say "docker/Dockerfile, by $versions"
begun=$SECONDS
buildah_ bud --format docker --layers --isolation chroot --pull-never \
    --volume "$toolchain:/toolchain:ro" "${volumes[@]}" \
    --build-arg "SWIFT_IMAGE=$swift_image" --build-arg "RUN_IMAGE=$run_image" \
    --ignorefile "$context/docker/Dockerfile.dockerignore" -f "$context/docker/Dockerfile" \
    -t localhost/meeting-gateway "$context" >"$work/build.log" 2>&1 || fail "the build: $(tail -n 30 "$work/build.log")"
ok "built in $((SECONDS - begun)) seconds"

say "the image"
buildah_ inspect --type image localhost/meeting-gateway >"$work/inspection.json"
# What compose.yaml makes of it; the arguments stand for docker/.env.
plan() {
    /usr/bin/python3 docker/check/plan.py "$context/docker/compose.yaml" "$work/inspection.json" "$work/plan" "$@" \
        || fail "plan.py refuses"
    . "$work/plan/facts"
    mapfile -d '' environment <"$work/plan/environment"
    mapfile -d '' command <"$work/plan/command"
    mapfile -d '' health <"$work/plan/health"
}
plan
ok "user, entry point, health check, port, volume and stop signal are as promised, and so is compose.yaml"
root=$(buildah_ mount "$(buildah_ from --pull-never localhost/meeting-gateway)")
leak=$(grep -rlF -f "$work/canaries" "$store/images" | head -n 3) || true
[ -z "$leak" ] || fail "a secret is in $leak"
ok "no layer of either stage holds a secret that lay in the tree"
for stray in /src /toolchain /etc/gitconfig /usr/bin/git /usr/bin/swift /usr/bin/gcc; do
    # Empty folders are what buildah leaves of its mounts.
    [ ! -e "$root$stray" ] || [ -z "$(find "$root$stray" ! -type d)" ] || fail "the image holds $stray"
done
ok "nothing of the build stage is left in it"
libraries=$(chroot "$root" ldd /usr/local/bin/meeting-gateway)
! grep -qE 'not found|libswift|libFoundation' <<<"$libraries" || fail "libraries: $libraries"
ok "the program links $(awk '{print $1}' <<<"$libraries" | grep -vE 'vdso|ld-linux' | paste -sd ' '), all there"
owner=$(stat -c '%u:%g %a' "$root/data")
[ "$owner" = "$plan_uid:$plan_gid 700" ] || fail "/data is $owner"
[ -z "$(find "$root" -xdev \( -user "$plan_uid" -o -group "$plan_gid" \) ! -path "$root/data")" ] \
    || fail "the user owns more than /data"
ok "/data is the user's alone, and all it owns"

. docker/check/run.sh
log=$work/gateway.log
# An engine fills a new volume with what the image has there, owner and mode included.
cp -a "$root/data" "$work/volume"
printf '127.0.0.1 localhost\n' >"$work/hosts"

say "a start as compose.yaml says, without the optional secrets"
start
ok "/readyz answers 200 $(cat "$work/reply"), asked at an address that is not loopback"
[ "$(ask /healthz)" = 200 ] || fail "/healthz: $(cat "$work/reply")"
ok "/healthz answers 200 $(cat "$work/reply")"

status() { awk -v name="$1:" '$1 == name {$1 = ""; print substr($0, 2)}' "/proc/$process/status"; }
[ "$(status Uid)" = "$plan_uid $plan_uid $plan_uid $plan_uid" ] || fail "uid $(status Uid)"
[ "$(status Gid) $(status Groups)" = "$plan_gid $plan_gid $plan_gid $plan_gid " ] || fail "gid $(status Gid)"
for set in CapInh CapPrm CapEff CapBnd CapAmb; do
    [ "$(status $set)" = 0000000000000000 ] || fail "$set is $(status $set)"
done
[ "$(status NoNewPrivs)" = 1 ] || fail "new privileges can be had"
[ "$(status NSpid)" = "$process 1" ] || fail "not process 1, but $(status NSpid)"
grep -qE '^Max core file size +0 +0 ' "/proc/$process/limits" || fail "core files can be written"
[ "$(awk '$5 == "/" {print substr($6, 1, 2)}' "/proc/$process/mountinfo")" = ro ] || fail "the root is not read-only"
ok "the kernel says: $plan_uid:$plan_gid, no group, no capability, no new privileges, no core file, root read-only"
printf '%s\0' "${environment[@]}" | cmp -s - "/proc/$process/environ" || fail "another environment"
! grep -qF -f "$work/canaries" "/proc/$process/environ" || fail "a secret is in the environment"
ok "its environment is the image's and compose.yaml's, and holds no secret"

for folder in / /usr/local/bin /etc /var /root /run; do
    # As root with all capabilities, so that only the mount can refuse.
    reason=$(nsenter --target "$process" --mount --root --wd touch "$folder/probe" 2>&1) \
        && fail "$folder can be written"
    grep -q 'Read-only file system' <<<"$reason" || fail "$folder: $reason"
done
for folder in /tmp /var/tmp /dev /run/secrets; do
    ! inside touch "$folder/probe" 2>/dev/null || fail "$folder can be written"
done
inside sh -c 'touch /data/probe && rm /data/probe' || fail "/data cannot be written"
ok "nothing but /data can be written"
file=$work/volume/$(basename "$plan_database")
for each in "$file" "$file-wal" "$file-shm"; do
    owner=$(stat -c '%u:%g %a' "$each")
    [ "$owner" = "$plan_uid:$plan_gid 600" ] || fail "$each is $owner"
done
ok "$plan_database and its -wal and -shm are $plan_uid:$plan_gid with mode 600"

inside "${health[@]}" >"$work/reply" 2>&1 || fail "${health[*]}: $(cat "$work/reply")"
ok "${health[*]}, inside: $(cat "$work/reply")"
! inside env GATEWAY_PORT=9 "${health[@]}" >/dev/null 2>&1 || fail "the health check is content with no gateway"
ok "${health[*]} fails where no gateway answers"
inside meeting-gateway tenants create image-check >"$work/reply" 2>&1 || fail "tenants create: $(cat "$work/reply")"
ok "meeting-gateway tenants create, inside, with the admin token of its file"

# A webhook as Meeting BaaS signs it (Standard Webhooks).
signed_webhook() {
    local now key signature
    local body='{"event":"bot.status_change","data":{"bot_id":"00000000-0000-4000-8000-000000000000"}}'
    now=$(date +%s)
    key=$(openssl base64 -d -A <<<"$webhook_secret" | od -An -v -tx1 | tr -d ' \n')
    signature=$(printf 'msg_check.%s.%s' "$now" "$body" \
        | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | openssl base64 -A)
    ask /webhooks/meeting-baas -H "svix-id: msg_check" -H "svix-timestamp: $now" -H "svix-signature: v1,$signature" \
        -H "Content-Type: application/json" -d "$body"
}
webhook_secret=$(openssl rand -base64 24)
answer=$(signed_webhook)
[ "$answer" != 200 ] || fail "a webhook is taken though no secret is known"
memory=$(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$process/status")
stop
! grep -qF -f "$work/canaries" "$log" || fail "a secret is in the log"

say "the same volume again, with the optional secrets"
printf 'no-real-key\n' >"$context/docker/secrets/meeting_baas_api_key"
printf 'whsec_%s\n' "$webhook_secret" >"$context/docker/secrets/webhook_secrets"
plan MEETING_BAAS_API_KEY_FILE=./secrets/meeting_baas_api_key WEBHOOK_SECRETS_FILE=./secrets/webhook_secrets
start
inside meeting-gateway tenants show image-check >"$work/reply" 2>&1 || fail "the tenant is gone: $(cat "$work/reply")"
ok "the tenant of the first start is there, opened with the same master key"
[ "$(signed_webhook)" = 200 ] || fail "a signed webhook: $(cat "$work/reply")"
ok "a webhook signed with the secret of its file is answered 200; without the file it was $answer"
stop

# In 10^6 bytes, the content of files.
megabytes() { awk -v bytes="$1" 'BEGIN {printf "%.1f MB", bytes / 1000000}'; }
content() { du -sxB1 --apparent-size "$1" | cut -f1; }
base=$(buildah_ mount "$(buildah_ from --pull-never "$run_image")")
say "done"
cat <<EOT
The image has $(megabytes "$(content "$root")"), of which the base $(megabytes "$(content "$base")") and the program \
$(megabytes "$(stat -c %s "$root/usr/local/bin/meeting-gateway")"). The gateway at rest had $memory MB of memory.

This proves
- that docker/Dockerfile builds, in both stages, from the sources and Debian's packages alone;
- that the image's user, entry point, health check, port, volume and stop signal are what compose.yaml builds on;
- that the gateway works as user $plan_uid without capabilities or new privileges on a read-only root, as process 1,
  with the environment, secrets, volume and limits that compose.yaml names, the optional secrets being there or not;
- that it can read the secrets that make-secrets.sh makes, and that they reach no layer, no environment and no log.

It does not prove
- what a Docker or Podman engine makes of it: seccomp and AppArmor profiles, cgroups, the published port, the schedule
  of the health check, restarts, the log's rotation; nor Compose itself, whose rules docker/check/plan.py imitates;
- the official images swift and debian: stand-ins of the same Debian and this machine's toolchain were taken;
- that the packages resolved here are those resolved elsewhere or later: the tree holds no Package.resolved;
- another processor than $(uname -m), nor anything outside: no provider and no Meeting BaaS was reached.
EOT
