# Sourced by image-check.sh: starts the mounted image as plan.py says, with what a container engine would set up.
# shellcheck shell=bash disable=SC2154,SC2034

confined=(--reuid "$plan_uid" --regid "$plan_gid" --clear-groups --bounding-set=-all --inh-caps=-all --ambient-caps=-all
    --no-new-privs)

# Runs as process 1 of new namespaces: mounts, leaves the machine's root, and becomes the gateway.
enter() {
    set -euo pipefail
    mount --make-rprivate /
    mount --bind "$root" "$root"
    mkdir -p "$root/proc" "$root/dev" "$root/.old"
    mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
    mount -t tmpfs -o nosuid,mode=755,size=64k tmpfs "$root/dev"
    mknod -m 666 "$root/dev/null" c 1 3
    mknod -m 666 "$root/dev/zero" c 1 5
    mknod -m 666 "$root/dev/random" c 1 8
    mknod -m 666 "$root/dev/urandom" c 1 9
    touch "$root/etc/hosts"
    mount --bind "$work/hosts" "$root/etc/hosts"
    mount -o remount,bind,ro "$root/etc/hosts"
    while IFS=$'\t' read -r kind source target; do
        if [ "$kind" = volume ]; then
            mount --bind "$work/volume" "$root$target"
        else
            mkdir -p "$(dirname "$root$target")"
            touch "$root$target"
            mount --bind "$source" "$root$target"
            mount -o remount,bind,ro "$root$target"
        fi
    done <"$work/plan/mounts"
    mount -o remount,bind,ro "$root"
    ip link set lo up
    # Like the address of a container's own interface: it answers only if the gateway listens beyond loopback.
    ip address add 192.0.2.1/32 dev lo
    cd "$root"
    pivot_root . .old
    umount -l /.old
    cd "$plan_folder"
    ulimit -c "$plan_core"
    exec env -i "${environment[@]}" setpriv "${confined[@]}" "${command[@]}"
}

start() {
    local script deadline=$((SECONDS + 30))
    script=$(declare -f enter; declare -p root work environment confined command plan_folder plan_core)
    unshare --mount --pid --net --ipc --uts --fork bash -c "$script"$'\nenter' >"$log" 2>&1 </dev/null &
    gateway=$!
    until process=$(cat "/proc/$gateway/task/$gateway/children" 2>/dev/null) && process=${process% } \
        && [ -n "$process" ] && [ "$(ask /readyz)" = 200 ]; do
        if ! kill -0 "$gateway" 2>/dev/null; then
            wait "$gateway" 2>/dev/null && fail "the gateway ended with 0 at its start"
            fail "the gateway ended with $? at its start"
        fi
        [ $SECONDS -lt $deadline ] || fail "not ready within 30 seconds"
        sleep 0.1
    done
}

# The status of a request's reply, asked from within the container's network; the reply itself is in $work/reply.
ask() {
    local path=$1
    shift
    nsenter --target "$process" --net \
        curl -s -o "$work/reply" -w '%{http_code}' -m 5 "$@" "http://192.0.2.1:$plan_port$path" || true
}

# Like `docker exec`: same user, same limits, same environment.
inside() {
    nsenter --target "$process" --mount --pid --net --ipc --uts --root --wd \
        env -i "${environment[@]}" setpriv "${confined[@]}" "$@"
}

stop() {
    local begun=$SECONDS code=0
    kill -s "${plan_signal#SIG}" "$process"
    for _ in $(seq $((plan_grace * 10))); do
        kill -0 "$gateway" 2>/dev/null || break
        sleep 0.1
    done
    ! kill -0 "$gateway" 2>/dev/null || fail "still running $plan_grace seconds after $plan_signal"
    wait "$gateway" || code=$?
    gateway="" process=""
    [ "$code" = 0 ] || fail "ended with $code after $plan_signal"
    ok "$plan_signal as process 1: ended with 0 after $((SECONDS - begun)) seconds"
}
