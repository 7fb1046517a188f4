#!/bin/sh
# Makes the gateway's role and database when compose.postgres.yaml's PostgreSQL starts with an empty volume. The image runs
# it against a server that only this container reaches, as the superuser.
set -eu

# Neither superuser nor BYPASSRLS: row-level security, the second wall between tenants, holds for neither.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'EOT'
\set password `cat /run/secrets/database_password`
CREATE ROLE gateway LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE gateway OWNER gateway;
REVOKE ALL ON DATABASE gateway FROM PUBLIC;
-- The image demands a password at its first start. From here on the superuser has none.
ALTER ROLE CURRENT_USER PASSWORD NULL;
EOT

# By socket alone. The superuser is who the container runs as: docker compose exec database psql --username postgres gateway
cat >"$PGDATA/pg_hba.conf" <<EOT
local all $POSTGRES_USER peer
local gateway gateway scram-sha-256
EOT
