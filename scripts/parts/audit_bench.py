"""Measures the proof of the audit trail: a database gets many lines, the program seals them when it
starts, and `suanquan audit verify` works everything out again. Called by scripts/bench audit."""

import argparse
import json
import os
import sqlite3
import subprocess
import time
from pathlib import Path

DETAIL = "按要点核对合同、发票与付款凭证，金额一致；" * 3
COLUMNS = "at, actor_name, actor_role, act, subject, from_state, to_state, reason, detail"
ROUNDS = 5


def run(command, **more):
    begun = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **more)
    return time.perf_counter() - begun, done


def line(number):
    day = 1 + number // 36_000 % 28
    at = f"2026-02-{day:02} {number // 1500 % 24:02}:{number // 25 % 60:02}:{number % 60:02}.000001"
    return (at, "陈审", "task_force", "add_remark", f"A-2026-{number % 9999:04}", "", "", f"{number}", DETAIL)


def fill_sqlite(path, lines):
    with sqlite3.connect(path) as conn:
        conn.executemany(f"INSERT INTO audit_entry ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(line, range(lines)))


def fill_postgres(url, lines):
    sql = (
        f"INSERT INTO audit_entry ({COLUMNS}) SELECT timestamp '2026-02-01' + n * interval '1 second', '陈审', 'task_force', "
        f"'add_remark', 'A-2026-' || n % 9999, '', '', n::text, '{DETAIL}' FROM generate_series(1, {lines}) n; ANALYZE"
    )
    subprocess.run(["psql", "--quiet", "--dbname", url, "--command", sql], check=True)


def seal(program, place, url):
    """Starts the program, which seals before it listens, and stops it."""
    settings = {
        "SUANQUAN_DATABASE": url,
        "SUANQUAN_BIND": "127.0.0.1:0",
        "SUANQUAN_BASE_URL": "http://bench.test",
        "SUANQUAN_SECRET": "0123456789abcdef0123456789abcdef",
        "SUANQUAN_FILES": str(place / "files"),
        "SUANQUAN_MAIL": f"folder:{place / 'mail'}",
        "SUANQUAN_MAIL_FROM": "bench <bench@bench.test>",
    }
    begun = time.perf_counter()
    server = subprocess.Popen([program, "serve"], env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        server.stdout.readline()
        return time.perf_counter() - begun
    finally:
        server.terminate()
        server.wait()


def measure(name, program, place, url, lines, fill):
    run([program, "init", "--database", url])
    fill(lines)
    sealed = seal(program, place, url)
    verified = []
    for _ in range(ROUNDS):
        seconds, done = run([program, "audit", "verify", "--json", "--database", url])
        told = json.loads(done.stdout)
        assert done.returncode == 0 and told["checked"]["lines"] == lines, done
        verified.append(seconds)
    best, worst = min(verified), max(verified)
    print(f"{name}: {lines:,} lines sealed in {sealed:.1f} s; verified in {best:.2f} to {worst:.2f} s ({ROUNDS} rounds)", flush=True)
    return best


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--program", required=True)
    asked.add_argument("--postgres", required=True)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked = asked.parse_args()
    file = asked.place / "audit.sqlite"
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    sqlite = measure("SQLite", asked.program, asked.place, f"sqlite://{file}", asked.lines, lambda lines: fill_sqlite(file, lines))
    base, _, options = asked.postgres.partition("?")
    url = base.rsplit("/", 1)[0] + "/audit_bench" + (f"?{options}" if options else "")
    subprocess.run(["psql", "--quiet", "--dbname", asked.postgres, "--command", "CREATE DATABASE audit_bench"], check=True)
    measure("PostgreSQL", asked.program, asked.place, url, asked.lines, lambda lines: fill_postgres(url, lines))
    if sqlite > 2.0 * asked.lines / 1_000_000:
        raise SystemExit("a million lines took more than two seconds")


if __name__ == "__main__":
    main()
