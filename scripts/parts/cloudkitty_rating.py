"""Rates quantities with the hashmap module of CloudKitty: python cloudkitty_rating.py FOLDER FILE.

FILE has one quantity a line. The module's own code runs, on a database of its own in FOLDER; no
server and no collector. Prints the sum and the CPU seconds of `HashMap.process` as JSON.
"""
import datetime
import json
import pathlib
import sys
import time
from decimal import Decimal

from cloudkitty import dataframe, service
from cloudkitty.rating.hash import HashMap
from cloudkitty.rating.hash.db import api as hash_api
from cloudkitty.rating.hash.db.sqlalchemy import models
from oslo_db.sqlalchemy import enginefacade

PRICE = "12.5"


def main(folder: pathlib.Path, quantities: pathlib.Path) -> None:
    place = folder / "cloudkitty.sqlite"
    place.unlink(missing_ok=True)
    settings = folder / "cloudkitty.conf"
    settings.write_text(f"[database]\nconnection = sqlite:///{place}\n")
    service.prepare_service([], config_files=[str(settings)])
    prices = hash_api.get_instance()
    # The migrations do not run on SQLite to their end; the tables of the models are those of the end.
    models.HashMapService.metadata.create_all(enginefacade.writer.get_engine())
    cards = prices.create_service("cards")
    yesterday = datetime.datetime.now() - datetime.timedelta(days=1)
    prices.create_mapping(PRICE, map_type="flat", service_id=cards.service_id, name="card-hour", start=yesterday, created_by="bench")

    begin = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
    frame = dataframe.DataFrame(start=begin, end=begin + datetime.timedelta(hours=1))
    for line in quantities.read_text().split():
        frame.add_point(dataframe.DataPoint("card-hour", line, 0, {"account": "acct-0001"}, {"resource": "ascend-910b"}), "cards")
    hashmap = HashMap()
    started, used = time.perf_counter(), time.process_time()
    rated = hashmap.process(frame)
    taken, used = time.perf_counter() - started, time.process_time() - used
    prices = [point.price for _, point in rated.iterpoints()]
    fen = sum(prices, Decimal(0)) * 100
    print(json.dumps({"points": len(prices), "fen": f"{fen:.2f}", "micros": round(taken * 1e6), "cpu": used}))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
