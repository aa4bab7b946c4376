"""Imports a list of many rows into each database and says how long it took and how much memory the
larger of the two processes (program and reading child) used.

Called by `scripts/bench registry`. Three imports per database: a new list, the same again, and one with
a tenth of the rows changed and a tenth gone.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
import zipfile

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [3**place % 31 for place in range(17)]
KEEPER = "keeper@bench.test"
PEOPLE = (
    "INSERT INTO account (id, email, name, kind, language, created_at, confirmed_at) VALUES"
    f" (1, '{KEEPER}', 'keeper', 'staff', 'zh-CN', '2026-01-01 00:00:00', '2026-01-01 00:00:00');"
    "INSERT INTO account_right (account_id, duty) VALUES (1, 'task_force');"
)


def uscc(serial):
    body = f"91420100{serial:09d}"
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(body, WEIGHTS))
    return body + ALPHABET[(31 - total % 31) % 31]


def rows(first, count, changed=0):
    for serial in range(first, first + count):
        issued = "2024-01-01" if serial < first + changed else "2023-11-14"
        yield [str(serial + 1), f"武汉第{serial}家科技有限公司", uscc(serial), f"GR{202342000000 + serial:012d}", issued]


HEADINGS = ["序号", "企业名称", "统一社会信用代码", "证书编号", "发证日期"]


def write_csv(path, entries):
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        file.write(",".join(HEADINGS) + "\r\n")
        for entry in entries:
            file.write(",".join(entry) + "\r\n")


def write_xlsx(path, entries):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{main}"><sheetData>'.encode())
            for number, entry in enumerate([HEADINGS, *entries], start=1):
                cells = "".join(f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>' for place, text in enumerate(entry))
                sheet.write(f'<row r="{number}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def run(program, url, path, more):
    command = [program, "registry", "import", "--kind", "hightech", "--as-of", "2024-12-31", "--by", KEEPER, "--database", url, *more, path]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    printed = process.stdout.read()
    told = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if status != 0:
        sys.exit(f"{' '.join(command)}\n{told.decode()}")
    answer = json.loads(printed)
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, answer


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--program", required=True)
    arguments.add_argument("--place", required=True)
    arguments.add_argument("--postgres", default="")
    arguments.add_argument("--rows", type=int, default=100_000)
    given = arguments.parse_args()
    tenth = given.rows // 10
    lists = [
        ("new, XLSX", "new.xlsx", write_xlsx, list(rows(0, given.rows))),
        ("the same again, CSV", "same.csv", write_csv, list(rows(0, given.rows))),
        ("a tenth changed, a tenth gone, CSV", "changed.csv", write_csv, list(rows(0, given.rows - tenth, tenth))),
    ]
    for _, name, write, entries in lists:
        write(os.path.join(given.place, name), entries)
    database = os.path.join(given.place, "registry.db")
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(database + ending):
            os.remove(database + ending)
    urls = [("SQLite", f"sqlite://{database}")]
    if given.postgres:
        name = f"registry_bench_{os.getpid()}"
        subprocess.run(["psql", "-q", given.postgres, "-c", f"CREATE DATABASE {name}"], check=True)
        base = given.postgres.split("?")[0].rsplit("/", 1)[0]
        query = given.postgres.split("?")[1] if "?" in given.postgres else ""
        urls.append(("PostgreSQL", f"{base}/{name}" + (f"?{query}" if query else "")))
    print(f"| database | list of {given.rows:,} rows | seconds | processor seconds | MiB at most | outcome |\n|---|---|---|---|---|---|")
    for kind, url in urls:
        quiet = {**os.environ, "RUST_LOG": "warn"}
        subprocess.run([given.program, "init", "--database", url], check=True, stdout=subprocess.DEVNULL, env=quiet)
        if kind == "SQLite":
            with sqlite3.connect(database) as connection:
                connection.executescript(PEOPLE)
        else:
            subprocess.run(["psql", "-q", url, "-c", PEOPLE], check=True)
        for what, name, _, _ in lists:
            wall, busy, mib, answer = run(given.program, url, os.path.join(given.place, name), ["--confirm-columns"])
            counts = ", ".join(f"{answer[key]:,} {key}" for key in ("new", "changed", "same", "gone") if answer[key])
            print(f"| {kind} | {what} | {wall:.2f} | {busy:.2f} | {mib:.0f} | {counts} |", flush=True)


main()
