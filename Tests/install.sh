#!/bin/sh
# Installs Debian's packages for `make needs`, as root; but starts none of the services that come with them, and makes
# none of Debian's database clusters.
set -eu

# Debian asks this before it starts a service: policy-rc.d(8).
policy=/usr/sbin/policy-rc.d
# Debian makes a cluster "main" at the first installation of a PostgreSQL unless a file here says no.
clusters=/etc/postgresql-common/createcluster.d/no-main-cluster.conf

made=""
trap 'rm -f $made' EXIT
trap 'exit 130' INT TERM HUP
if [ ! -e "$policy" ]; then
    made=$policy
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
if [ ! -e "$clusters" ]; then
    made="$made $clusters"
    mkdir -p "${clusters%/*}"
    echo 'create_main_cluster = false' >"$clusters"
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
