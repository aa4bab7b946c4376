#!/usr/bin/env python3
"""Prices usage a second time, with exact fractions and the standard library only.

Reads cases as JSON lines from the files named (or standard input) and prints one line per case:
its months, each with its lines and what `floor_carry` still carries. It follows the words of the
tariff and not the program: every piece of usage walks through the tiers by itself, in hours and
yuan, and rounding is the last thing that happens. `tests/it/metering/oracle.rs` compares.

A case:  {"first": day, "last": day, "tariffs": [version, …], "used": [[day, resource, partition, qos, unit-ms], …]}
A month: {"month": "2026-01", "carry": fraction of a fen, "lines": [[kind, resource, partition, qos, version, tier,
          unit-ms, exact fen as a fraction, whole fen], …]}
"""

import fileinput
import json
import math
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

HOUR_MS = 3_600_000


def days_between(first, last):
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def version_on(tariffs, day):
    valid = [tariff for tariff in tariffs if tariff["valid_from"] <= day.isoformat()]
    return valid[-1] if valid else None


def window_of(kind, day):
    return {"month": (day.year, day.month), "year": day.year, "contract": None}[kind]


def tier_holding(tiers, hours):
    for number, tier in enumerate(tiers, 1):
        if hours > tier["from"] and (tier["to"] is None or hours <= tier["to"]):
            return number
    raise ValueError(f"no tier holds {hours} hours")


def cell_price(cells, partition, qos):
    prices = {(cell["partition"], cell["qos"]): cell["price"] for cell in cells}
    for key in ((partition, qos), (partition, "*"), ("*", qos), ("*", "*")):
        if key in prices:
            return Fraction(prices[key])
    raise ValueError(f"no cell for {partition} × {qos}")


class Contract:
    def __init__(self, case):
        self.days = days_between(date.fromisoformat(case["first"]), date.fromisoformat(case["last"]))
        self.tariffs = case["tariffs"]
        self.used = sorted((date.fromisoformat(day), *rest) for day, *rest in case["used"])
        self.walked = defaultdict(Fraction)  # hours per resource and window so far
        self.carry = Fraction(0)

    def hours(self, resource, wanted):
        """Everything of a resource that was used on the days wanted."""
        return Fraction(sum(ms for day, name, _, _, ms in self.used if name == resource and wanted(day)), HOUR_MS)

    def months(self):
        names = sorted({(day.year, day.month) for day in self.days})
        return [self.month(*name) for name in names]

    def month(self, year, month):
        lines = defaultdict(lambda: (0, Fraction(0)))

        def charge(key, ms, yuan):
            quantity, amount = lines[key]
            lines[key] = (quantity + ms, amount + yuan)

        for piece in self.used:
            if (piece[0].year, piece[0].month) == (year, month) and piece[-1] > 0:
                self.walk(charge, *piece)
        days = [day for day in self.days if (day.year, day.month) == (year, month)]
        for tariff in self.tariffs:
            of_version = [day for day in days if version_on(self.tariffs, day) is tariff]
            for rate in tariff["rates"] if of_version else []:
                self.whole(charge, tariff, rate, of_version)
        return self.rounded(f"{year:04}-{month:02}", lines, version_on(self.tariffs, days[-1]))

    def walk(self, charge, day, resource, partition, qos, ms):
        """One piece of usage, by the models that need no other."""
        tariff = version_on(self.tariffs, day)
        rate = next(rate for rate in tariff["rates"] if rate["resource"] == resource)
        model, version, hours = rate["model"], tariff["version"], Fraction(ms, HOUR_MS)
        before = self.walked[resource, tariff["accumulate"], window_of(tariff["accumulate"], day)]
        if model == "flat":
            charge((resource, "", "", version, 0), ms, hours * Fraction(rate["price"]))
        elif model == "matrix":
            charge((resource, partition, qos, version, 0), ms, hours * cell_price(rate["cells"], partition, qos))
        elif model == "package":
            packages = math.ceil((before + hours) / rate["size"]) - math.ceil(before / rate["size"])
            charge((resource, "", "", version, 0), ms, packages * Fraction(rate["price"]))
        elif model == "graduated":
            for number, tier in enumerate(rate["tiers"], 1):
                top = before + hours if tier["to"] is None else min(before + hours, Fraction(tier["to"]))
                part = top - max(before, Fraction(tier["from"]))
                if part > 0:
                    entered = Fraction(tier.get("flat_fen", 0), 100) if before <= tier["from"] else 0
                    charge((resource, "", "", version, number), int(part * HOUR_MS), part * Fraction(tier["price"]) + entered)
        for kind in ("month", "year", "contract"):
            self.walked[resource, kind, window_of(kind, day)] += hours

    def whole(self, charge, tariff, rate, of_version):
        """The models that look at the month as a whole."""
        resource, model, version = rate["resource"], rate["model"], tariff["version"]
        used = self.hours(resource, lambda day: day in of_version)
        if model == "reserved":
            held = Fraction(rate["units"] * len(of_version) * 24)
            charge((resource, "", "", version, 1), int(held * HOUR_MS), held * Fraction(rate["price_reserved"]))
            if used > held:
                charge((resource, "", "", version, 2), int((used - held) * HOUR_MS), (used - held) * Fraction(rate["price_over"]))
        if model == "volume" and used > 0:
            kind = tariff["accumulate"]
            first = of_version[0].replace(day=1)
            earlier = self.hours(resource, lambda day: window_of(kind, day) == window_of(kind, first) and day < first)
            month = self.hours(resource, lambda day: window_of("month", day) == window_of("month", first))
            number = tier_holding(rate["tiers"], earlier + month)
            tier = rate["tiers"][number - 1]
            begun = self.hours(resource, lambda day: first <= day < of_version[0]) > 0
            stayed = earlier > 0 and tier_holding(rate["tiers"], earlier) == number
            entered = 0 if begun or stayed else Fraction(tier.get("flat_fen", 0), 100)
            charge((resource, "", "", version, number), int(used * HOUR_MS), used * Fraction(tier["price"]) + entered)

    def rounded(self, month, lines, last_version):
        rounding = {tariff["version"]: tariff["rounding"] for tariff in self.tariffs}
        rows = []
        for key in sorted(lines):
            quantity, yuan = lines[key]
            exact = yuan * 100
            if rounding[key[3]] == "floor_carry":
                fen = math.floor(exact + self.carry)
                self.carry += exact - fen
            else:
                fen = math.floor(exact + Fraction(1, 2))
            rows.append(["usage", *key, quantity, str(exact), fen])
        total = sum(row[-1] for row in rows)
        least, most = (last_version or {}).get("min_fen"), (last_version or {}).get("max_fen")
        if least is not None and total < least:
            rows.append(["minimum", "", "", "", last_version["version"], 0, 0, str(least - total), least - total])
        elif most is not None and total > most:
            rows.append(["cap", "", "", "", last_version["version"], 0, 0, str(most - total), most - total])
        return {"month": month, "carry": str(self.carry), "lines": rows}


def main():
    for line in fileinput.input(encoding="utf-8"):
        print(json.dumps(Contract(json.loads(line)).months(), ensure_ascii=False))


if __name__ == "__main__":
    main()
