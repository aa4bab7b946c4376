"""Writes docs/reference/crash-results.md from what the long form of the crash lab left in the folder given."""

import json
import pathlib
import sys

TITLES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "power": "Power cuts (SQLite on ext4)", "failover": "Failover (PostgreSQL with a standby)", "clock": "Clock"}

BESIDE = {
    "told_again": "events of usage told once more (F17)",
    "late": "events of a month that was billed (F18)",
    "sent_twice": "steps sent from two windows at once (F22)",
    "asked_again": "steps sent once more after their answer, and told the same (A)",
}

runs = [json.loads(path.read_text()) for path in sorted(pathlib.Path(sys.argv[1]).glob("*-*.json"))]
results = [(name, run) for name in TITLES for run in runs if run["name"] == name]

print("# Crash results\n")
print("Written by `scripts/crashlab --full`; [testing](../internals/testing.md) says what is done and which promises A–I are")
print("looked at after every fault. A fault counts only when it really fired, a kill only while a request was under way.\n")
print("| | faults fired | steps done | refused by the rules | without an answer, sent again | promises broken | hours |")
print("|---|--:|--:|--:|--:|--:|--:|")
for name, result in results:
    fired = sum(result["fired"].values())
    hours = f"{result['seconds'] / 3600:.1f}"
    counts = [fired, result["done"], result["refused"], result["sent_again"], len(result["broken"])]
    print(f"| {TITLES[name]} | " + " | ".join(f"{count:,}" for count in counts) + f" | {hours} |")
for name, result in results:
    print(f"\n## {TITLES[name]}\n" if name == "clock" else f"\n## {TITLES[name]}, seed {result['seed']}\n")
    fired = sum(result["fired"].values())
    wanted = result.get("wanted", fired)
    chosen = {"power": f" --cuts {wanted}", "failover": f" --failovers {wanted}", "clock": ""}.get(name, f" --crashes {wanted}")
    seed = "" if name == "clock" else f" --seed {result['seed']}"
    print(f"`scripts/crashlab --full --database {name}{seed}{chosen}`\n")
    if fired < wanted:
        print(f"Stopped after {fired:,} of {wanted:,} faults.\n")
    print("| fault | fired |\n|---|--:|")
    for fault, count in sorted(result["fired"].items()):
        print(f"| {fault} | {count:,} |")
    kinds = result.get("kinds")
    if kinds:
        done = ", ".join(f"{kind} {count[0]:,} ({count[1]:,})" for kind, count in sorted(kinds.items()))
        print(f"\nSteps done, and refused by the rules in brackets: {done}.")
    if result["hit"]:
        hit = ", ".join(f"{kind} {count:,}" for kind, count in sorted(result["hit"].items()))
        print(f"\nUnder way when the server was killed: {hit}.")
    beside = [(key, words) for key, words in BESIDE.items() if result.get(key)]
    if beside:
        print("\nAmong the steps: " + ", ".join(f"{result[key]:,} {words}" for key, words in beside) + ".")
    if name == "power":
        print(
            f"\nThe same with `synchronous = NORMAL` lost {result['lost_without_waiting']:,} answered steps in ten cuts: the test bites."
        )
    for broken in result["broken"]:
        print(f"\n- {broken}")
