#!/usr/bin/env bash
# Make the secrets of one installation: docker/make-secrets.sh [FOLDER [ENV_FILE]], default secrets and .env.
#
# Every file is made with mode 0600 and only when it is missing, so running it again changes nothing. They belong
# to the user the containers run as: to you, or, when root runs this, to number 10001. That number is written to
# ENV_FILE, where `docker compose build` and `up` read it.
set -euo pipefail
folder=${1:-secrets} env_file=${2:-.env}
umask 077
mkdir -p "$folder"
chmod 0700 "$folder"

uid=$(id -u) gid=$(id -g)
if [ "$uid" = 0 ]; then uid=10001 gid=10001; fi
if [ -f "$env_file" ] && grep -q '^HUILIU_UID=' "$env_file"; then
  uid=$(sed -n 's/^HUILIU_UID=//p' "$env_file") gid=$(sed -n 's/^HUILIU_GID=//p' "$env_file")
else
  printf 'HUILIU_UID=%s\nHUILIU_GID=%s\n' "$uid" "$gid" >>"$env_file"
fi

random() { head -c "$1" /dev/urandom | base64 -w0 | tr '+/' '-_'; }

# keep NAME: standard input becomes the file NAME, unless it stands already.
keep() {
  if [ -s "$folder/$1" ]; then cat >/dev/null; return; fi
  cat >"$folder/.$1"
  chmod 0600 "$folder/.$1"
  if [ "$(id -u)" = 0 ]; then chown "$uid:$gid" "$folder/.$1"; fi
  mv "$folder/.$1" "$folder/$1"
  printf 'made %s\n' "$folder/$1"
}

random 32 | keep fernet_key
random 64 | tr -d '=' | keep jwt_secret
random 32 | tr -d '=' | keep api_secret_key
random 18 | keep admin_password
keep postgres.env <<PASSWORDS
POSTGRES_PASSWORD=$(random 24)
AIRFLOW_DB_PASSWORD=$(random 24)
HUILIU_DB_PASSWORD=$(random 24)
PASSWORDS
# libpq's password files: tasks reach both databases, the other services only Airflow's.
password() { sed -n "s/^$1=//p" "$folder/postgres.env"; }
keep pgpass_airflow <<PGPASS
postgres:5432:airflow:airflow:$(password AIRFLOW_DB_PASSWORD)
PGPASS
keep pgpass <<PGPASS
postgres:5432:airflow:airflow:$(password AIRFLOW_DB_PASSWORD)
postgres:5432:huiliu:huiliu:$(password HUILIU_DB_PASSWORD)
PGPASS
