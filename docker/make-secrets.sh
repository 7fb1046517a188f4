#!/bin/sh
# Makes the secrets that compose.yaml and compose.postgres.yaml hand to the gateway, in docker/secrets or the folder given.
# Keeps what is there.
set -eu
folder=${1:-"$(dirname "$0")/secrets"}

# Compose mounts each file with the owner and mode it has here, and the gateway reads it as uid 10001. So the files are
# for all to read, and the folder keeps the other users of this machine away from them.
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

make() {
    name=$1
    shift
    if [ -e "$folder/$name" ]; then
        echo "kept $folder/$name"
        return
    fi
    # Moved into place when it is whole: a failed attempt leaves no empty key behind.
    "$@" >"$folder/.$name"
    chmod 444 "$folder/.$name"
    mv "$folder/.$name" "$folder/$name"
    echo "made $folder/$name"
}

make master_key openssl rand -base64 32
make admin_token openssl rand -hex 24
# For compose.postgres.yaml alone: PostgreSQL is reached by its socket, in a volume.
make database_password openssl rand -hex 24
make database_url printf 'postgres://gateway:%s@/gateway?host=/run/postgresql\n' "$(cat "$folder/database_password")"
echo "Keep a copy of master_key where the database's backups are not: what it sealed opens with nothing else."
