#!/bin/sh
# Makes the secrets that compose.yaml hands to the gateway, in docker/secrets or the folder given. Keeps what is there.
set -eu
folder=${1:-"$(dirname "$0")/secrets"}

# Compose mounts each file with the owner and mode it has here, and the gateway reads it as uid 10001. So the files are
# for all to read, and the folder keeps the other users of this machine away from them.
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

make() {
    if [ -e "$folder/$1" ]; then
        echo "kept $folder/$1"
        return
    fi
    # Moved into place when it is whole: a failed attempt leaves no empty key behind.
    openssl rand "$2" "$3" >"$folder/.$1"
    chmod 444 "$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
    echo "made $folder/$1"
}

make master_key -base64 32
make admin_token -hex 24
echo "Keep a copy of master_key where the database's backups are not: what it sealed opens with nothing else."
