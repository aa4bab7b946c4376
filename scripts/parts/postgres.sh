# Sourced by the scripts: a PostgreSQL cluster of its own, gone with the script. Nothing in it is
# worth keeping, so it never waits for the disk, unless it is to be measured: `start_postgres durable`
# is set up as for production. PostgreSQL refuses to run as root, so root lends it the user that
# Debian's package made.

start_postgres() {
  local settings="-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
  [ "${1:-}" != durable ] || settings="-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c shared_buffers=1GB -c max_wal_size=4GB"
  PG_BIN=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
  [ -n "$PG_BIN" ] || fail "No PostgreSQL server under /usr/lib/postgresql."
  PG_DIR=$(mktemp -d /tmp/suanquan-postgres.XXXXXX)
  PG_AS=()
  if [ "$(id -u)" = 0 ]; then
    chown postgres: "$PG_DIR"
    PG_AS=(runuser -u postgres --)
  fi
  (cd / && "${PG_AS[@]}" "$PG_BIN/initdb" -D "$PG_DIR/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$PG_DIR.log" 2>&1) ||
    { cat "$PG_DIR.log" >&2; fail "initdb failed."; }
  local port try
  for try in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 10000))
    if (cd / && "${PG_AS[@]}" "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -w -t 60 -l "$PG_DIR/log" \
      -o "-p $port -k $PG_DIR -c listen_addresses=127.0.0.1 -c max_connections=300 $settings" \
      start >/dev/null 2>&1); then
      export SUANQUAN_TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres"
      return 0
    fi
  done
  cat "$PG_DIR/log" >&2
  fail "PostgreSQL does not start."
}

stop_postgres() {
  [ -n "${PG_DIR:-}" ] || return 0
  # pg_ctl stops the server whose process id stands in this cluster's own postmaster.pid.
  if [ -f "$PG_DIR/data/postmaster.pid" ]; then
    (cd / && "${PG_AS[@]}" "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m immediate -w stop >/dev/null 2>&1) || true
  fi
  rm -rf "$PG_DIR" "$PG_DIR.log"
}
