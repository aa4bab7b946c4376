"""Measures the proof of the audit trail: a database gets many lines, the program seals them when it
starts, and `suanquan audit verify` works everything out again. Then the tests of tampering and of spoiled
backups run in their long form. Called by scripts/bench audit; writes docs/reference/audit-benchmark.md."""

import argparse
import datetime
import json
import os
import pathlib
import re
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

DOCUMENT = Path("docs/reference/audit-benchmark.md")

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


def settle_postgres(url):
    """What autovacuum does within minutes of a million changed rows, done now: it would run beside the measuring."""
    subprocess.run(["psql", "--quiet", "--dbname", url, "--command", "VACUUM (ANALYZE)", "--command", "CHECKPOINT"], check=True)


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


def measure(name, program, place, url, lines, fill, settle):
    run([program, "init", "--database", url])
    fill(lines)
    sealed = seal(program, place, url)
    settle()
    verified = []
    for _ in range(ROUNDS):
        seconds, done = run([program, "audit", "verify", "--json", "--database", url])
        told = json.loads(done.stdout)
        assert done.returncode == 0 and told["checked"]["lines"] == lines, done
        verified.append(seconds)
    best, middle, worst = min(verified), statistics.median(verified), max(verified)
    print(f"{name}: {lines:,} lines sealed in {sealed:.1f} s; verified in {best:.2f} to {worst:.2f} s ({ROUNDS} rounds)", flush=True)
    return {"name": name, "sealed": sealed, "best": best, "middle": middle, "worst": worst}


def attack(tamperings, corruptions):
    """The tests in their long form; what they print is what is written down."""
    settings = {"SUANQUAN_TEST_TAMPERINGS": str(tamperings), "SUANQUAN_TEST_CORRUPTIONS": str(corruptions)}
    tests = ["every_tampering", "a_changed_cut_or_foreign_backup"]
    begun = time.perf_counter()
    ended = subprocess.Popen(["scripts/test", "--no-capture", *tests], env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told = []
    for line in ended.stdout:
        print(line, end="", flush=True)
        told.append(line)
    if ended.wait() != 0:
        raise SystemExit("a tampering or a spoiled backup was not found; the lines above say which")
    text, rows = "".join(told), []
    for times, of, seed in re.findall(r"([\d]+) (tamperings of [\d]+ lines on \w+|corruptions of [\d]+ bytes), SUANQUAN_TEST_SEED=(\d+)", text):
        rows.append((int(times), of, seed))
    if len(rows) != 3:
        raise SystemExit("the tests did not say what they did")
    return rows, time.perf_counter() - begun


def machine():
    model = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB, Linux {os.uname().release}"


def document(measured, attacks, lines, seconds):
    day = datetime.date.today().isoformat()
    rows = "".join(f"| {one['name']} | {one['sealed']:.1f} | {one['best']:.2f} | {one['middle']:.2f} | {one['worst']:.2f} |\n" for one in measured)
    found = "".join(f"| {times:,} {of} | {times:,} | {seed} |\n" for times, of, seed in attacks)
    return f"""# The proof of the trail, measured

Written by `scripts/bench audit` on {day}; run it again on your machine before you rely on a figure.

- {machine()}; program and database share them. Load average at the end {os.getloadavg()[0]:.1f}.
- PostgreSQL with fsync, synchronous_commit and full_page_writes on; SQLite with WAL and synchronous FULL. The program is a release build.

## A million lines
{lines:,} lines of some 300 bytes are stored past the program, sealed by it when it starts, and verified by `suanquan audit verify`: every leaf, the chain, the roots, the signatures, the order of times. A process each, {ROUNDS} rounds, from its start to its end. PostgreSQL is vacuumed after sealing, which autovacuum does otherwise, and beside the rounds.

| | sealed, s | verified, best, s | median, s | worst, s |
|---|--:|--:|--:|--:|
{rows}
## Tampering and spoiled backups
Each tampering is one of 14 kinds by somebody who owns the database and not the key ([testing](../internals/testing.md)), and counts as found when the first bad entry is the right one. Each spoiled backup must be refused before anything is written. `SUANQUAN_TEST_SEED` draws the same again. The tests took {seconds / 60:.0f} minutes.

| | found | seed |
|---|--:|--:|
{found}"""


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--program", required=True)
    asked.add_argument("--postgres", required=True)
    asked.add_argument("--lines", type=int, default=1_000_000)
    asked.add_argument("--tamperings", type=int, default=10_000)
    asked.add_argument("--corruptions", type=int, default=1_000)
    asked.add_argument("--only", choices=["verify"], help="measure only, and write nothing")
    asked = asked.parse_args()
    file = asked.place / "audit.sqlite"
    for ending in ("", "-wal", "-shm"):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    sqlite = measure("SQLite", asked.program, asked.place, f"sqlite://{file}", asked.lines, lambda lines: fill_sqlite(file, lines), lambda: None)
    base, _, options = asked.postgres.partition("?")
    url = base.rsplit("/", 1)[0] + "/audit_bench" + (f"?{options}" if options else "")
    subprocess.run(["psql", "--quiet", "--dbname", asked.postgres, "--command", "CREATE DATABASE audit_bench"], check=True)
    postgres = measure("PostgreSQL", asked.program, asked.place, url, asked.lines, lambda lines: fill_postgres(url, lines), lambda: settle_postgres(url))
    if asked.only is None:
        attacks, seconds = attack(asked.tamperings, asked.corruptions)
        DOCUMENT.write_text(document([sqlite, postgres], attacks, asked.lines, seconds))
        print(f"written: {DOCUMENT}", flush=True)
    if max(sqlite["middle"], postgres["middle"]) > 2.0 * asked.lines / 1_000_000:
        raise SystemExit("a million lines took more than two seconds")


if __name__ == "__main__":
    main()
