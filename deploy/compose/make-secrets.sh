#!/bin/sh
# Makes the secrets of compose.yaml once, starts its PostgreSQL, and makes the schema and the logins of services there:
#   sh deploy/compose/make-secrets.sh
# PostgreSQL cannot start before: its password is one of these secrets.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
compose="docker compose -f $here/compose.yaml"
# The folder keeps others out; the files are mounted for a user of the image that this machine does not have.
mkdir -p -m 700 "$here/secrets"
make() { [ -s "$here/secrets/$1" ] || printf '%s' "$2" > "$here/secrets/$1"; }
make postgres_password "$(openssl rand -hex 24)"
make internal_secret "$(openssl rand -hex 32)"
make key_encryption_key "$(openssl rand -hex 32)"
make webhook_key "$(openssl rand -hex 32)"
make owner_url "postgres://assay_owner:$(cat "$here/secrets/postgres_password")@postgres:5432/assay"
for service in gateway mining mining_worker sessions; do : >> "$here/secrets/${service}_url"; done
$compose run --rm migrate
for service in gateway mining mining-worker sessions; do
  file="$here/secrets/$(echo "$service" | tr - _)_url"
  [ -s "$file" ] || $compose run -T --rm migrate apps/assay/src/main.ts logins create "$service" | grep -o 'postgres://[^ ]*' > "$file"
done
