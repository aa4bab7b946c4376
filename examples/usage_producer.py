#!/usr/bin/env python3
"""A small, complete producer of usage events for a centre's meter; Python's standard library only.

It reads finished intervals from standard input, one JSON object per line:

    {"subject": "wh-zhixing", "resource": "ascend-910b", "units": 8,
     "start": "2026-03-01T08:00:00+08:00", "end": "2026-03-01T09:00:00+08:00", "instance": "job-77"}

and sends them to POST /api/v1/usage/events:

    SUANQUAN_TOKEN=... python3 usage_producer.py \\
        --url http://127.0.0.1:8080 --source meter://centre/room-1 --spool ./spool < facts.ndjson

Nothing is lost and nothing counts twice, for three reasons. A fact is on disk, synced, before it is
sent. Its id is made from the fact itself, so the same fact sent twice is a duplicate, and a duplicate
is a success. A file leaves the spool only when every event in it was answered. Start it again after a
crash, also without input: it goes on with what is in the spool.

Exit status: 0 all delivered; 1 not delivered, the spool is kept; 2 some facts were refused, see
*.refused in the spool.
"""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request

BATCH = 500  # events of one request; the server takes at most 1,000
FIRST_WAIT, LONGEST_WAIT = 0.5, 60  # seconds


class NotDelivered(Exception):
    """The spool is kept as it is."""


def say(line):
    print(line, file=sys.stderr, flush=True)


def no_constant(name):
    raise ValueError(f"{name} is no number of JSON")


def event_of(line, source):
    """The event of a fact. Without an `id` of its own it is called by its SHA-256."""
    fact = json.loads(line, parse_constant=no_constant)
    if not isinstance(fact, dict) or not fact.get("subject"):
        raise ValueError("is no JSON object with a subject")
    canonical = json.dumps(fact, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    own_id = fact.pop("id", None)
    return {
        "specversion": "1.0",
        "type": "cn.suanquan.compute.usage.v1",
        "source": source,
        "id": own_id or hashlib.sha256(canonical.encode()).hexdigest(),
        "subject": fact.pop("subject"),
        "time": fact.get("end"),
        "data": fact,
    }


def write_synced(path, data):
    """Writes whole and synced under another name first, so that no file is ever half a batch."""
    unfinished = path.with_suffix(".tmp")
    with open(unfinished, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)
    folder = os.open(path.parent, os.O_RDONLY)  # the name is durable only when its folder is
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def spool_input(settings):
    """Puts standard input into the spool. Returns how many lines are no facts."""
    refused, batch = 0, []

    def write():
        data = json.dumps(batch, ensure_ascii=False).encode()
        write_synced(settings.spool / f"{hashlib.sha256(data).hexdigest()}.json", data)
        batch.clear()

    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            batch.append(event_of(line, settings.source))
        except ValueError as why:
            say(f"line {number}: {why}")
            refused += 1
        if len(batch) == BATCH:
            write()
    if batch:
        write()
    return refused


def post(settings, body):
    """One try: (status, text, seconds to wait by the server's word)."""
    request = urllib.request.Request(
        f"{settings.url.rstrip('/')}/api/v1/usage/events",
        data=body,
        headers={
            "Authorization": f"Bearer {os.environ['SUANQUAN_TOKEN']}",
            "Content-Type": "application/cloudevents-batch+json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode(), None
    except urllib.error.HTTPError as answer:
        wait = answer.headers.get("Retry-After", "")
        return answer.code, answer.read().decode(errors="replace"), int(wait) if wait.isdigit() else None


def deliver(settings, file):
    """Sends a file until it is answered. Returns how many of its events were refused."""
    body = file.read_bytes()
    wait = FIRST_WAIT
    for _ in range(settings.tries):
        pause = wait
        try:
            status, text, asked = post(settings, body)
            if status not in (408, 429) and status < 500:
                return settle(file, json.loads(body), status, text)
            say(f"the server answered {status}, trying again")
            pause = wait if asked is None else asked
        # Not reached, cut off, timed out: what was stored all the same will be a duplicate next time.
        except (OSError, http.client.HTTPException) as why:
            say(f"{why}, trying again")
        time.sleep(min(pause, LONGEST_WAIT))
        wait = min(wait * 2, LONGEST_WAIT)
    raise NotDelivered(f"{file} is not delivered after {settings.tries} tries; start again later")


def settle(file, events, status, text):
    """Takes a file out of the spool when every event of it has an answer.

    What was neither accepted nor a duplicate is kept beside it with the answer, for a person.
    """
    try:
        results = {result["index"]: result for result in json.loads(text)["results"]}
    except (ValueError, KeyError, TypeError):
        raise NotDelivered(f"the server answered {status}: {text}") from None
    refused = []
    for index, event in enumerate(events):
        if index not in results:
            raise NotDelivered(f"the server did not answer event {index} of {file}")
        if results[index].get("status") not in ("accepted", "duplicate"):
            say(f"refused: {json.dumps(results[index], ensure_ascii=False)}")
            refused.append(json.dumps({"event": event, "answer": results[index]}, ensure_ascii=False) + "\n")
    if refused:
        write_synced(file.with_suffix(".refused"), "".join(refused).encode())
    file.unlink()
    return len(refused)


def main():
    parser = argparse.ArgumentParser(description="Sends usage facts from standard input.")
    parser.add_argument("--url", required=True, help="where the server is: http://127.0.0.1:8080")
    parser.add_argument("--source", required=True, help="the source that the token may write, a URI")
    parser.add_argument("--spool", required=True, type=pathlib.Path, help="a folder for what is not delivered yet")
    parser.add_argument("--tries", type=int, default=30, help="tries per file before the rest is left for the next start")
    settings = parser.parse_args()
    if not os.environ.get("SUANQUAN_TOKEN"):
        parser.error("the environment must hold SUANQUAN_TOKEN")
    settings.spool.mkdir(parents=True, exist_ok=True)
    try:
        refused = spool_input(settings)
        refused += sum(deliver(settings, file) for file in sorted(settings.spool.glob("*.json")))
    except NotDelivered as why:
        say(why)
        return 1
    return 2 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
