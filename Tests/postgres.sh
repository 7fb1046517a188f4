#!/usr/bin/env bash
# A PostgreSQL server for tests, and a PgBouncer in front of it; on loopback, in a folder and on ports of their own.
#
#   postgres.sh start FOLDER [SETTING=VALUE ...]   starts both and prints the variables below as `export` lines
#   postgres.sh stop FOLDER                        stops both; the data stays
#   postgres.sh crash FOLDER                       kills PostgreSQL's first process, and waits until its children have ended
#   postgres.sh run COMMAND ...                    both in a temporary folder for as long as COMMAND runs
#
# GATEWAY_TEST_POSTGRES         URL of the role `gateway`: CREATEDB, but neither superuser nor BYPASSRLS
# GATEWAY_TEST_POSTGRES_ADMIN   URL of the superuser
# GATEWAY_TEST_POSTGRES_DATA    the data folder
# GATEWAY_TEST_POSTGRES_CA      certificate of the CA that signed the server's (localhost, 127.0.0.1)
# GATEWAY_TEST_PGBOUNCER        URL of the role `gateway` through PgBouncer, with a pool for each transaction
#
# COMMAND runs in the background of this script, so it cannot read from a terminal; use `start` for that.
set -euo pipefail

usage() {
    sed -n 's/^#   //p' "$0" >&2
    exit 2
}

# The servers refuse to run as root.
owner=$(id -un) switch_user=()
if [ "$(id -u)" = 0 ]; then
    owner=postgres switch_user=(setpriv --reuid postgres --regid postgres --init-groups --reset-env)
fi
# In the folder, because `postgres` may not enter the caller's.
as_owner() { (cd "$folder" && "${switch_user[@]}" "$@"); }
# shellcheck disable=SC2016
write_file() { as_owner sh -c 'umask 077 && cat >"$1"' - "$1"; }

binaries=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -x "$binaries/initdb" ] || binaries=$(pg_config --bindir)

make_certificates() {
    local new=(openssl req -x509 -config request.cnf -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650)
    write_file request.cnf <<<$'[req]\ndistinguished_name = name\n[name]'
    as_owner "${new[@]}" -subj "/CN=CA of a test's PostgreSQL" -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign -keyout ca.key -out ca.pem
    as_owner "${new[@]}" -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
        -addext basicConstraints=critical,CA:FALSE -CA ca.pem -CAkey ca.key -keyout server.key -out server.pem
    as_owner chmod 644 ca.pem
}

# Texts are sorted by a language here, as in most databases of operators: order by bytes must be asked for.
make_cluster() {
    openssl rand -hex 16 | write_file postgres.password
    openssl rand -hex 16 | write_file gateway.password
    as_owner "$binaries/initdb" --pgdata data --no-sync --username postgres --pwfile postgres.password \
        --auth scram-sha-256 --encoding UTF8 --locale C.UTF-8 --locale-provider icu --icu-locale en-US
    as_owner sh -c "echo \"include '../settings.conf'\" >>data/postgresql.conf"
}

# A cluster for many tests at once. Nobody cuts its power, so it does not sync; tests that do start one of their own,
# with fsync=on.
settings() {
    cat <<EOT
port = $1
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
max_connections = 300
shared_buffers = 128MB
fsync = off
jit = off
ssl = on
ssl_cert_file = '$folder/server.pem'
ssl_key_file = '$folder/server.key'
log_min_messages = warning
log_statement = none
EOT
    shift
    printf '%s\n' "$@"
}

# A short idle time, so that few connections to databases of former tests are left.
bouncer_settings() {
    cat <<EOT
[databases]
* = host=127.0.0.1 port=$port
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $1
unix_socket_dir = $folder
auth_type = scram-sha-256
auth_file = $folder/users.txt
admin_users = postgres
log_connections = 0
log_disconnections = 0
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 20
server_idle_timeout = 5
ignore_startup_parameters = extra_float_digits
logfile = $folder/pgbouncer.log
pidfile = $folder/pgbouncer.pid
EOT
}

# Below the ports that Linux takes for outgoing connections (ip_local_port_range).
random_ports() { shuf -i 15000-32000 -n 10; }

# Started again, the server has the port that it had.
last_port() { sed -n 's/^port = //p' "$folder/settings.conf" 2>/dev/null || true; }

start_postgres() {
    for port in $(last_port) $(random_ports); do
        settings "$port" "$@" | write_file settings.conf
        if as_owner "$binaries/pg_ctl" start --pgdata data --log postgres.log --timeout 60 --silent; then return; fi
        tail -n 5 "$folder/postgres.log" | grep -q 'could not create any TCP/IP sockets' || break
    done
    tail -n 20 "$folder/postgres.log"
    return 1
}

# A process that is not a zombie, whose command line has this text.
runs() {
    [ -n "$1" ] || return 1
    case $(ps -o stat= -p "$1") in '' | Z*) return 1 ;; esac
    case $(ps -o args= -p "$1") in *"$2"*) return 0 ;; esac
    return 1
}

# The file may be an old one, and its number another program's meanwhile.
bouncer_id() { cat "$folder/pgbouncer.pid" 2>/dev/null || true; }
bouncer_runs() { runs "$(bouncer_id)" "$folder/pgbouncer.ini"; }

start_bouncer() {
    printf '"%s" "%s"\n' gateway "$(cat "$folder/gateway.password")" postgres "$(cat "$folder/postgres.password")" \
        | write_file users.txt
    for bouncer_port in $(random_ports); do
        bouncer_settings "$bouncer_port" | write_file pgbouncer.ini
        as_owner /usr/sbin/pgbouncer --daemon --quiet "$folder/pgbouncer.ini" || continue
        # It is in the background before it has its port.
        for _ in {1..20}; do
            if sql -c 'SHOW VERSION' "$(url postgres "$bouncer_port" pgbouncer)" >/dev/null 2>&1; then return; fi
            sleep 0.1
        done
        stop_bouncer
    done
    tail -n 20 "$folder/pgbouncer.log"
    return 1
}

stop_bouncer() {
    bouncer_runs || return 0
    kill -INT "$(bouncer_id)"
    for _ in {1..50}; do
        bouncer_runs || return 0
        sleep 0.1
    done
    kill -KILL "$(bouncer_id)"
}

# Stopped first, so that it has no more children than are listed.
crash() {
    local server children process
    server=$(head -n 1 "$folder/data/postmaster.pid")
    runs "$server" postgres || return 1
    kill -STOP "$server"
    children=$(pgrep -P "$server" || true)
    kill -KILL "$server"
    # Collected by its parent as well: `pg_ctl` takes a zombie for a server that runs.
    for process in $server $children; do
        for _ in {1..600}; do
            kill -0 "$process" 2>/dev/null || continue 2
            sleep 0.1
        done
        return 1
    done
}

sql() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }
url() { echo "postgres://$1:$(cat "$folder/$1.password")@127.0.0.1:$2/${3:-postgres}"; }

variables() {
    echo "export GATEWAY_TEST_POSTGRES='$(url gateway "$port")'"
    echo "export GATEWAY_TEST_POSTGRES_ADMIN='$(url postgres "$port")'"
    echo "export GATEWAY_TEST_POSTGRES_DATA='$folder/data'"
    echo "export GATEWAY_TEST_POSTGRES_CA='$folder/ca.pem'"
    echo "export GATEWAY_TEST_PGBOUNCER='$(url gateway "$bouncer_port")'"
}

launch() {
    if [ ! -s "$folder/ca.pem" ]; then make_certificates; fi
    if [ ! -s "$folder/data/PG_VERSION" ]; then make_cluster; fi
    start_postgres "$@"
    sql "$(url postgres "$port")" <<EOT
SELECT 'CREATE ROLE gateway LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB PASSWORD ''$(cat "$folder/gateway.password")'''
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gateway') \gexec
EOT
    # It runs if PostgreSQL alone has crashed.
    stop_bouncer
    start_bouncer
    variables | write_file variables
}

start() {
    # Others enter it for the CA's certificate and the sockets; passwords and keys are for the owner alone.
    [ -d "$folder" ] || install -d -o "$owner" -m 755 "$folder"
    if as_owner "$binaries/pg_ctl" status --pgdata data >/dev/null 2>&1; then return; fi
    starting=$folder/start.log
    (launch "$@") >"$starting" 2>&1
    starting=""
}

stop() {
    stop_bouncer
    as_owner "$binaries/pg_ctl" status --pgdata data >/dev/null 2>&1 || return 0
    as_owner "$binaries/pg_ctl" stop --pgdata data --mode fast --timeout 20 --silent \
        || as_owner "$binaries/pg_ctl" stop --pgdata data --mode immediate --silent
}

# On every way out of `run`, and of a start that failed.
clean_up() {
    [ -z "$starting" ] || cat "$starting" >&2
    # Servers of single tests that were cut off.
    for own in "$folder"/own-*; do
        if [ -n "$temporary" ] && [ -d "$own" ]; then bash "$0" stop "$own" || true; fi
    done
    stop || true
    [ -z "$temporary" ] || rm -rf "$folder"
}

# Passes a signal to all processes of the command; those that are there five seconds later are killed.
interrupt() {
    trap '' INT TERM HUP
    starting=""
    if [ -n "$command" ]; then
        kill -s "$1" -- "-$command" 2>/dev/null || true
        for _ in {1..50}; do
            kill -0 -- "-$command" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL -- "-$command" 2>/dev/null || true
    fi
    exit "$2"
}

run() {
    folder=$("${switch_user[@]}" mktemp -d /tmp/gateway-postgres.XXXXXX)
    temporary=yes
    trap clean_up EXIT
    trap 'interrupt INT 130' INT
    trap 'interrupt TERM 143' TERM
    trap 'interrupt HUP 129' HUP
    chmod 755 "$folder"
    start
    # shellcheck disable=SC1091
    . "$folder/variables"
    # A process group of its own, so that a signal reaches what the command has started.
    set -m
    "$@" &
    command=$!
    set +m
    local code=0
    wait "$command" || code=$?
    exit "$code"
}

[ $# -gt 1 ] || usage
verb=$1 starting="" temporary="" command=""
shift
if [ "$verb" = run ]; then run "$@"; fi
folder=$(realpath -m "$1")
shift
case $verb in
    start)
        trap clean_up EXIT
        start "$@"
        trap - EXIT
        cat "$folder/variables"
        ;;
    stop) stop ;;
    crash) crash ;;
    *) usage ;;
esac
