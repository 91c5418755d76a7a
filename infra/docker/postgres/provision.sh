#!/bin/bash
# Runs once, when the data folder is new: per domain a database, its owner and the role its server runs as.
set -euo pipefail

# provision <domain> <owner's password> <app's password>
provision() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres \
    --set domain="atoll_$1" --set owner="$1_owner" --set app="$1_app" \
    --set owner_password="$2" --set app_password="$3" <<'SQL'
create role :"owner" with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'owner_password';
create role :"app" with login nosuperuser nocreatedb nocreaterole noreplication nobypassrls password :'app_password';
create database :"domain" owner :"owner" template template0 encoding 'UTF8' locale_provider icu icu_locale 'en';
alter database :"domain" set timezone to 'UTC';
revoke all on database :"domain" from public;
grant connect on database :"domain" to :"app";
\connect :"domain"
alter schema public owner to :"owner";
revoke create on schema public from public;
SQL
}

# Indexes vectors. Only a superuser may install it; the knowledge base does without where the image lacks it.
install_pgvector() {
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname "atoll_$1" <<'SQL'
select 'create extension vector' from pg_available_extensions where name = 'vector' \gexec
SQL
}

provision hr "$HR_OWNER_PASSWORD" "$HR_APP_PASSWORD"
provision knowledge_base "$KNOWLEDGE_BASE_OWNER_PASSWORD" "$KNOWLEDGE_BASE_APP_PASSWORD"
install_pgvector knowledge_base
provision orders "$ORDERS_OWNER_PASSWORD" "$ORDERS_APP_PASSWORD"
provision analytics "$ANALYTICS_OWNER_PASSWORD" "$ANALYTICS_APP_PASSWORD"
provision reports "$REPORTS_OWNER_PASSWORD" "$REPORTS_APP_PASSWORD"
