# PostgreSQL and Redis for the tests: those of TEST_DATABASE_URL and TEST_REDIS_URL, else those running on their usual
# ports, else installed ones started on free ports, else packages of Debian. Sourced by run; sets the two variables.
# shellcheck shell=bash disable=SC2154

POSTGRES_DATA=
REDIS_PID=

start_services() {
  start_postgres && start_redis || return 1
  echo "PostgreSQL: ${TEST_DATABASE_URL//:[^:@\/]*@/:***@}"
  echo "Redis:      ${TEST_REDIS_URL//:[^:@\/]*@/:***@}"
}

stop_services() {
  if [[ -n $POSTGRES_DATA ]]; then
    as_postgres "$(postgres_bin)/pg_ctl" -D "$POSTGRES_DATA" -m fast -w stop >/dev/null 2>&1
    as_postgres rm -rf "$POSTGRES_DATA"
  fi
  if [[ -n $REDIS_PID ]]; then kill "$REDIS_PID" 2>/dev/null && wait "$REDIS_PID" 2>/dev/null; fi
  POSTGRES_DATA='' REDIS_PID=''
}

start_postgres() {
  [[ -n ${TEST_DATABASE_URL:-} ]] && return 0
  local url bin port
  for url in postgres://postgres@127.0.0.1:5432/postgres postgres://postgres:postgres@127.0.0.1:5432/postgres; do
    if is_superuser "$url"; then
      export TEST_DATABASE_URL=$url
      return 0
    fi
  done
  postgres_bin >/dev/null || install_packages postgresql || return 1
  bin=$(postgres_bin) || { echo 'PostgreSQL is neither running nor installed.' && return 1; }
  port=$(free_port)
  POSTGRES_DATA=$(as_postgres mktemp -d /tmp/atoll-ci-postgres.XXXXXX)
  if ! as_postgres "$bin/initdb" -D "$POSTGRES_DATA" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null ||
    ! as_postgres "$bin/pg_ctl" -D "$POSTGRES_DATA" -l "$POSTGRES_DATA/log" -w start \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$POSTGRES_DATA -c fsync=off" >/dev/null; then
    as_postgres cat "$POSTGRES_DATA/log"
    return 1
  fi
  export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
}

start_redis() {
  [[ -n ${TEST_REDIS_URL:-} ]] && return 0
  if redis_answers 6379; then
    export TEST_REDIS_URL=redis://127.0.0.1:6379
    return 0
  fi
  command -v redis-server >/dev/null || install_packages redis-server || return 1
  local port
  port=$(free_port)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$scratch" >"$scratch/redis.log" 2>&1 &
  REDIS_PID=$!
  for _ in {1..100}; do
    if redis_answers "$port"; then
      export TEST_REDIS_URL=redis://127.0.0.1:$port
      return 0
    fi
    sleep 0.1
  done
  cat "$scratch/redis.log"
  return 1
}

is_superuser() {
  [[ $(PGCONNECT_TIMEOUT=3 psql -XwAtc 'select rolsuper from pg_roles where rolname = current_user' "$1" 2>/dev/null) == t ]]
}

# Without redis-cli: the protocol is a line of text each way.
redis_answers() {
  local answer
  { exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || return 1
  printf 'PING\r\n' >&3
  read -r -t 2 answer <&3
  exec 3>&-
  [[ $answer == +PONG* ]]
}

# The folder of the newest installed PostgreSQL server.
postgres_bin() {
  local initdb
  initdb=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb "$(command -v initdb)" | sort -V | tac |
    while read -r file; do [[ -x $file ]] && echo "$file" && break; done)
  [[ -n $initdb ]] && dirname "$initdb"
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if ((EUID != 0)); then
    "$@"
  elif id postgres >/dev/null 2>&1; then
    (cd / && runuser -u postgres -- "$@")
  else
    (cd / && runuser -u nobody -- "$@")
  fi
}

install_packages() {
  local apt=(apt-get)
  ((EUID == 0)) || apt=(sudo -n apt-get)
  if ! command -v apt-get >/dev/null; then
    echo "Install $* (this machine has no apt-get), or set TEST_DATABASE_URL and TEST_REDIS_URL."
    return 1
  fi
  echo "Installing $*"
  # RUNLEVEL=1 keeps the package from starting a service of its own.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } >"$scratch/apt.log" 2>&1 && return 0
  tail -n 20 "$scratch/apt.log"
  return 1
}

free_port() {
  node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}
