"""Runs the measurements of `scripts/bench meter` in rounds and writes the report.

Within a round everybody gets the same usage, one after the other, so that a slow minute of the
machine falls on all of them; a figure is the median of the rounds. CPU seconds are those of the
server's process and of all processes of the PostgreSQL cluster, not those of the client.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse

TICKS = os.sysconf("SC_CLK_TCK")
SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef"
CONNECTIONS = 4
BATCHES = {1: 3_000, 100: 40_000, 1000: 160_000}
SHORT_HISTORY, FULL_HISTORY = 500_000, 10_000_000
RATED_POINTS = 200_000

AUDITOR_TABLE = """
CREATE TABLE auditor_accounting (
    id INT GENERATED ALWAYS AS IDENTITY, record_id TEXT NOT NULL UNIQUE, meta JSONB, components JSONB,
    start_time TIMESTAMPTZ NOT NULL, stop_time TIMESTAMPTZ, runtime BIGINT, updated_at TIMESTAMPTZ NOT NULL)
"""


def say(text):
    print(text, file=sys.stderr, flush=True)


class Cluster:
    """The PostgreSQL cluster, by its address and its folder."""

    def __init__(self, url, data):
        self.url, self.parts = url, urllib.parse.urlsplit(url)
        self.postmaster = int((pathlib.Path(data) / "postmaster.pid").read_text().split()[0])

    def of(self, name):
        return self.url.rsplit("/", 1)[0] + "/" + name

    def sql(self, text, name="postgres"):
        quiet = os.environ | {"PGOPTIONS": "-c client_min_messages=warning"}
        run = subprocess.run(["psql", "-qAtX", self.of(name), "-c", text], check=True, stdout=subprocess.PIPE, text=True, env=quiet)
        return run.stdout.strip()

    def create(self, name):
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.sql(f"CREATE DATABASE {name}")
        return self.of(name)

    def cpu(self):
        """Seconds of the postmaster, its living children and those that have ended."""
        total = 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(stat.parent.name) == self.postmaster:
                total += sum(map(int, fields[11:15]))
            elif int(fields[1]) == self.postmaster:
                total += sum(map(int, fields[11:13]))
        return total / TICKS


def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:13])) / TICKS


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A server that was started here and is ended here."""

    def __init__(self, command, port, log, environment=(), folder=None):
        self.address = f"127.0.0.1:{port}"
        self.log = open(log, "ab")
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, env=os.environ | dict(environment), cwd=folder
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        sys.exit(f"{command[0]} does not start: {pathlib.Path(log).read_text()[-2000:]}")

    def cpu(self):
        return cpu_of(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


class Bench:
    def __init__(self, args):
        self.args = args
        self.place = pathlib.Path(args.place) / "run"
        shutil.rmtree(self.place, ignore_errors=True)
        self.place.mkdir(parents=True)
        self.tool = str(pathlib.Path(args.programs) / "meter-bench")
        self.product = str(pathlib.Path(args.programs) / "suanquan")
        self.cluster = Cluster(args.postgres, args.postgres_data)
        self.first = 0
        self.found = {}

    def ask(self, *words):
        run = subprocess.run([self.tool, *map(str, words)], check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(run.stdout)

    def sqlite(self, name):
        return f"sqlite://{self.place / name}.sqlite"

    def timed(self, words, environment=()):
        """Runs a command to its end: seconds, its CPU seconds, PostgreSQL's, its most memory, its output."""
        before, started = self.cluster.cpu(), time.monotonic()
        process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, text=True, env=os.environ | dict(environment))
        told = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit(f"{words[:3]} failed: {told[-1000:]}")
        return {
            "seconds": time.monotonic() - started, "cpu": usage.ru_utime + usage.ru_stime,
            "database_cpu": self.cluster.cpu() - before, "mib": usage.ru_maxrss / 1024, "told": told,
        }

    # ── ingest ──

    def serve(self, database):
        token = self.ask("town", "--database", database)["token"]
        port = free_port()
        environment = {
            "SUANQUAN_DATABASE": database, "SUANQUAN_BIND": f"127.0.0.1:{port}", "SUANQUAN_SECRET": SECRET,
            "SUANQUAN_BASE_URL": "http://127.0.0.1", "SUANQUAN_FILES": str(self.place / "files"),
            "SUANQUAN_MAIL": f"folder:{self.place / 'mail'}", "SUANQUAN_MAIL_FROM": "no-reply@suanquan.example", "RUST_LOG": "warn",
        }
        server = Server([self.product, "serve"], port, self.place / "suanquan.log", environment)
        server.token = token
        return server

    def serve_auditor(self):
        self.cluster.create("auditor")
        self.cluster.sql(AUDITOR_TABLE, "auditor")
        port = free_port()
        settings = self.place / "auditor.yaml"
        settings.write_text(
            f"application:\n  addr: [127.0.0.1]\n  port: {port}\n"
            f"database:\n  host: 127.0.0.1\n  port: {self.cluster.parts.port}\n  username: postgres\n  password: none\n"
            "  database_name: auditor\n  require_ssl: false\n"
            "metrics:\n  database:\n    frequency: 86400\n    metrics: [RecordCount]\n"
            "log_level: warn\ntls_config:\n  use_tls: false\n"
        )
        auditor = pathlib.Path(self.args.place) / "auditor" / "bin" / "auditor"
        server = Server([str(auditor), str(settings)], port, self.place / "auditor.log", folder=self.place)
        server.token = ""
        return server

    def load(self, kind, server, batch, events):
        before = server.cpu(), self.cluster.cpu()
        told = self.ask(
            "load", "--server", kind, "--address", server.address, "--token", server.token, "--connections", CONNECTIONS,
            "--batch", batch, "--events", events, "--first", self.first,
        )
        told["cpu"] = server.cpu() - before[0], self.cluster.cpu() - before[1]
        return told

    def engine(self, database, connections, batch, events):
        before = self.cluster.cpu()
        told = self.ask(
            "engine", "--database", database, "--connections", connections, "--batch", batch, "--events", events, "--first", self.first
        )
        told["cpu"] = 0.0, self.cluster.cpu() - before
        return told

    def ingest(self):
        say("Ingest: starting the servers.")
        places = {name: self.cluster.create(name) for name in ("ours", "engine_one", "engine_four")}
        ours_sqlite, ours_postgres = self.serve(self.sqlite("ours")), self.serve(places["ours"])
        auditor = self.serve_auditor()
        subjects = {
            "ours, SQLite": lambda *job: self.load("suanquan", ours_sqlite, *job),
            "SQLite alone": lambda *job: self.engine(self.sqlite("engine"), 1, *job),
            "ours, PostgreSQL": lambda *job: self.load("suanquan", ours_postgres, *job),
            "PostgreSQL alone, 1 connection": lambda *job: self.engine(places["engine_one"], 1, *job),
            "PostgreSQL alone, 4 connections": lambda *job: self.engine(places["engine_four"], 4, *job),
            "AUDITOR, PostgreSQL": lambda *job: self.load("auditor", auditor, *job),
        }
        self.names = list(subjects)
        for round_number in range(self.args.rounds + 1):
            for batch, events in BATCHES.items():
                # Round 0 warms caches and gives every table its first rows.
                events = events if round_number else min(events, 20_000) if batch > 1 else 300
                turn = round_number % len(self.names)
                for name in self.names[turn:] + self.names[:turn]:
                    self.cluster.sql("CHECKPOINT")
                    told = subjects[name](batch, events)
                    if round_number:
                        self.found.setdefault((name, batch), []).append(told)
                        rate = told["events"] / told["micros"] * 1e6
                        say(f"  round {round_number}, {name}, {batch} a request: {rate:,.0f}/s, CPU {told['cpu'][0]:.2f} + {told['cpu'][1]:.2f} s")
                self.first += events
        for server in (ours_sqlite, ours_postgres, auditor):
            server.stop()

    def rate(self, name, batch):
        return statistics.median(told["events"] / told["micros"] * 1e6 for told in self.found[name, batch])

    def per_cpu(self, name, batch):
        return statistics.median(told["events"] / max(sum(told["cpu"]), 1 / TICKS) for told in self.found[name, batch])

    def ratio(self, name, other, batch):
        """The median of the ratios within each round."""
        pairs = zip(self.found[name, batch], self.found[other, batch])
        return statistics.median((one["events"] / one["micros"]) / (two["events"] / two["micros"]) for one, two in pairs)

    def cpu_ratio(self, name, other, batch):
        pairs = zip(self.found[name, batch], self.found[other, batch])
        return statistics.median(
            (one["events"] / max(sum(one["cpu"]), 1 / TICKS)) / (two["events"] / max(sum(two["cpu"]), 1 / TICKS)) for one, two in pairs
        )

    # ── rating ──

    def rating(self):
        say("Rating beside CloudKitty.")
        quantities = self.place / "quantities.csv"
        python = pathlib.Path(self.args.place) / "venv" / "bin" / "python"
        script = pathlib.Path(__file__).with_name("cloudkitty_rating.py")
        rows = []
        for _ in range(self.args.rounds):
            ours = self.ask("rate", "--points", RATED_POINTS, "--out", quantities)
            run = subprocess.run(
                [python, script, self.place, quantities], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            theirs = json.loads(run.stdout)
            if f"{ours['fen']}.00" != theirs["fen"]:
                sys.exit(f"ours {ours['fen']} fen, CloudKitty {theirs['fen']} fen: the sums differ")
            rows.append((ours["points"] / ours["micros"] * 1e6, theirs["points"] / theirs["cpu"]))
        self.rated = [statistics.median(column) for column in zip(*rows)]

    # ── a year of history ──

    def history(self):
        rows = FULL_HISTORY if self.args.full else SHORT_HISTORY
        say(f"A year of history: {rows:,} rows.")
        file, made = self.place / "year.csv", self.place / "made.csv"
        self.ask("file", "--rows", rows, "--out", made)
        with open(file, "wb") as ordered:
            with open(made, "rb") as lines:
                ordered.write(lines.readline())
            ordered.flush()
            tail = subprocess.Popen(["tail", "-n", "+2", made], stdout=subprocess.PIPE)
            # By the column of the end and numbered in that order, as accounting systems write their runs.
            sort = subprocess.Popen(
                ["sort", "-t,", "-k6,6"], stdin=tail.stdout, stdout=subprocess.PIPE, env=os.environ | {"LC_ALL": "C"}
            )
            number = '{ $1 = "dongji/" NR; $10 = $1 "/0"; print }'
            subprocess.run(["awk", "-F,", "-vOFS=,", number], stdin=sort.stdout, stdout=ordered, check=True)
        made.unlink()
        self.years = {"rows": rows, "bytes": file.stat().st_size}
        for name, database in (("SQLite", self.sqlite("year")), ("PostgreSQL", self.cluster.create("year"))):
            provider = self.ask("town", "--database", database)["provider"]
            words = [self.product, "usage", "import", "--format", "csv", "--provider", provider, "--reason", "bench", "--database", database]
            imported = self.timed([*words, file], {"RUST_LOG": "warn"})
            counts = json.loads(imported["told"].splitlines()[-1])
            if counts["accepted"] != rows:
                sys.exit(f"the import did not take every row: {counts}")
            say(f"  {name}: imported in {imported['seconds']:.0f} s, {imported['mib']:.0f} MiB")
            verified = self.timed([self.product, "usage", "verify", "--database", database], {"RUST_LOG": "warn"})
            say(f"  {name}: verified in {verified['seconds']:.1f} s, {verified['mib']:.0f} MiB")
            months = [self.ask("month", "--database", database) for _ in range(self.args.rounds)]
            month = statistics.median(month["micros"] for month in months) / 1e6
            say(f"  {name}: {months[0]['statements']} statements in {month:.2f} s")
            self.years[name] = {"import": imported, "verify": verified, "month": month, "statements": months[0]["statements"]}
            for leftover in self.place.glob("year.sqlite*"):
                leftover.unlink()
        self.cluster.sql("DROP DATABASE year WITH (FORCE)")
        shutil.rmtree(self.place, ignore_errors=True)


def verdict(met):
    return "met" if met else "**not met**"


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


PAGE = pathlib.Path("docs/reference/metering-benchmark.md")
HEADINGS = {"ingest": "## Ingest", "rating": "## Rating beside CloudKitty", "history": "## A year of history"}


def head(bench):
    return [
        "# Metering, measured", "",
        "Written by `scripts/bench meter`, part by part; run it again on your machine before you rely on a figure.", "",
        f"- {os.cpu_count()} cores of {processor()}, {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB, "
        f"{platform.system()} {platform.release().split('-')[0]}; client, servers and databases share them.",
        f"- PostgreSQL {bench.cluster.sql('SHOW server_version').split()[0]}: fsync, synchronous_commit and full_page_writes on, "
        "shared_buffers 1 GB. SQLite: WAL, synchronous FULL. All programs are release builds.", "",
    ]


def section(bench, part):
    """The lines of a part: its heading, how it was measured, what came out."""
    full = " --full" if bench.args.full else ""
    measured = (
        f"Measured on {datetime.date.today()} by `scripts/bench meter{full} --only {part}`, {bench.args.rounds} rounds after a round to "
        f"warm up; load average at the end {os.getloadavg()[0]:.1f}."
    )
    lines = {"ingest": ingest_report, "rating": rating_report, "history": history_report}[part](bench)
    return [HEADINGS[part], "", measured, "", *lines]


def kept_sections():
    """The sections of the page as it stands, by part."""
    if not PAGE.exists():
        return {}
    pieces = PAGE.read_text().split("\n## ")[1:]
    named = {("## " + piece).split("\n", 1)[0]: ("## " + piece).rstrip().split("\n") + [""] for piece in pieces}
    return {part: named[heading] for part, heading in HEADINGS.items() if heading in named}


def rating_report(bench):
    ours, theirs = bench.rated
    return [
        f"{RATED_POINTS:,} quantities at one price, both sums equal to the fen. Ours prices them as the lines of 500 contracts; "
        "CloudKitty's hashmap module (`HashMap.process`, its own Python code without server, collector and storage) prices each point "
        "and neither rounds nor sums.", "",
        "| | points per CPU second |", "|---|---|", f"| ours | {ours:,.0f} |", f"| CloudKitty's hashmap | {theirs:,.0f} |", "",
    ]


def ingest_report(bench):
    lines = [
        f"One client for all servers: {CONNECTIONS} connections, each sends its next request after the answer to the last; bodies are made "
        "before the clock starts. Ours gets CloudEvents with a job each and names every event in its answer after the commit; AUDITOR gets "
        "the same runs as its records and answers without a word about any. *Alone* is the bare database: the rows of the same events, made "
        "beforehand, into the same table with the same indexes, a durable transaction per batch, without HTTP, questions or answers.", "",
        "| events/s (median) | 1 a request | 100 | 1,000 | p99 at 1,000 |", "|---|---|---|---|---|",
    ]
    for name in bench.names:
        waits = [told["p99_micros"] for told in bench.found[name, 1000] if "p99_micros" in told]
        late = f"{statistics.median(waits) / 1000:.0f} ms" if waits else ""
        lines.append(f"| {name} | " + " | ".join(f"{bench.rate(name, batch):,.0f}" for batch in BATCHES) + f" | {late} |")
    lines += ["", "| events per CPU second of server and database | 1 a request | 100 | 1,000 |", "|---|---|---|---|"]
    for name in ("ours, SQLite", "ours, PostgreSQL", "AUDITOR, PostgreSQL"):
        lines.append(f"| {name} | " + " | ".join(f"{bench.per_cpu(name, batch):,.0f}" for batch in BATCHES) + " |")
    costs = {name: 1e6 / bench.per_cpu(name, 1000) for name in ("ours, PostgreSQL", "PostgreSQL alone, 4 connections", "AUDITOR, PostgreSQL")}
    ours, bare, auditors = costs.values()
    lines += [
        "", f"On PostgreSQL, at 1,000 a request, an event of ours takes {ours:.0f} µs of CPU. {bare:.0f} of them are the bare rows in the "
        f"database (23 columns, four indexes); a record of AUDITOR takes {auditors:.0f} in all (eight columns, one index; no answer per record, "
        "no hash, and no question whether the account, the contract and the resource are known and the run overlaps another interval).",
    ]
    lines += ["", "| goal | measured | |", "|---|---|---|"]
    for name, alone in (
        ("ours, SQLite", "SQLite alone"),
        ("ours, PostgreSQL", "PostgreSQL alone, 1 connection"),
        ("ours, PostgreSQL", "PostgreSQL alone, 4 connections"),
    ):
        ratio = bench.ratio(name, alone, 1000)
        lines.append(f"| HTTP ingest at least 0.7 of *{alone}*, at 1,000 | {ratio:.2f} | {verdict(ratio >= 0.7)} |")
    for batch in BATCHES:
        ratio = bench.cpu_ratio("ours, PostgreSQL", "AUDITOR, PostgreSQL", batch)
        lines.append(f"| events per CPU second ahead of AUDITOR's, at {batch:,} | {ratio:.2f} times | {verdict(ratio > 1)} |")
    return lines + [""]


def history_report(bench):
    rows = bench.years["rows"]
    of_full = rows / FULL_HISTORY
    extrapolated = "" if rows == FULL_HISTORY else f"; the goals are for {FULL_HISTORY:,} and are held against the figures times {1 / of_full:.0f}"
    lines = [
        f"{rows:,} rows of CSV ({bench.years['bytes'] / 2**20:,.0f} MiB) of 500 enterprises, in the order in which the runs ended and numbered in it{extrapolated}. *Verify* works out every hash, "
        "digest, signature and sum again. *Month* is the preview of last month's statements of all enterprises, rated from each contract's "
        "first day on by its day sums; adding them up is part of the import.", "",
        "| | import | rows/s | CPU program + PostgreSQL | memory | verify | CPU program + PostgreSQL | memory | month of 500 |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    goals, hope = [], "" if rows == FULL_HISTORY else ", if it grows in proportion"
    for name in ("SQLite", "PostgreSQL"):
        year = bench.years[name]
        brought, verified = year["import"], year["verify"]
        lines.append(
            f"| {name} | {brought['seconds']:,.1f} s | {rows / brought['seconds']:,.0f} | {brought['cpu']:,.1f} + {brought['database_cpu']:,.1f} s "
            f"| {brought['mib']:,.0f} MiB | {verified['seconds']:,.1f} s | {verified['cpu']:,.1f} + {verified['database_cpu']:,.1f} s "
            f"| {verified['mib']:,.0f} MiB | {year['month']:.2f} s |"
        )
        goals += [
            (f"{FULL_HISTORY:,} rows imported under 10 minutes, {name}", brought["seconds"] / of_full, 600, hope),
            (f"{FULL_HISTORY:,} events verified under 30 s, {name}", verified["seconds"] / of_full, 30, hope),
            (f"a month of 500 enterprises rated under 5 s, {name}", year["month"], 5, f", with {rows:,} rows of history"),
        ]
    lines += ["", "| goal | measured | |", "|---|---|---|"]
    lines += [f"| {text} | {seconds:,.1f} s | {verdict(seconds < most)}{so_far} |" for text, seconds, most, so_far in goals]
    return lines + [""]


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench meter")
    for name in ("place", "programs", "postgres", "postgres-data"):
        parser.add_argument(f"--{name}", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--full", action="store_true", help="ten million rows of history")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="ingest,rating,history", help="parts to run; the others stay on the page as they were measured")
    args = parser.parse_args()
    parts = args.only.split(",")
    bench = Bench(args)
    for part in parts:
        {"ingest": bench.ingest, "rating": bench.rating, "history": bench.history}[part]()
    sections = kept_sections() | {part: section(bench, part) for part in parts}
    lines = head(bench) + [line for part in HEADINGS for line in sections.get(part, [])]
    PAGE.write_text("\n".join(lines).rstrip() + "\n")
    say(f"Written to {PAGE}.")


if __name__ == "__main__":
    main()
