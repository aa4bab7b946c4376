"""Writes a bill of materials (CycloneDX 1.5, JSON) from `cargo metadata` on standard input: what the
program is built of, without what only its tests need, with version, licence and checksum."""

import argparse
import json
import sys
import tomllib


def reached(metadata):
    """Ids of the packages that are compiled into the program or used to build it."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    waiting, seen = [metadata["resolve"]["root"]], set()
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        for dep in nodes[one]["deps"]:
            if any(kind["kind"] != "dev" for kind in dep["dep_kinds"]):
                waiting.append(dep["pkg"])
    return seen, nodes


def component(package, checksums):
    name, version = package["name"], package["version"]
    entry = {
        "type": "library",
        "bom-ref": f"pkg:cargo/{name}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:cargo/{name}@{version}",
    }
    if package.get("license"):
        entry["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if (name, version) in checksums:
        entry["hashes"] = [{"alg": "SHA-256", "content": checksums[name, version]}]
    return entry


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("--lock", required=True)
    metadata = json.load(sys.stdin)
    with open(asked.parse_args().lock, "rb") as file:
        locked = tomllib.load(file)["package"]
    checksums = {(one["name"], one["version"]): one["checksum"] for one in locked if "checksum" in one}
    packages = {package["id"]: package for package in metadata["packages"]}
    seen, nodes = reached(metadata)
    root = metadata["resolve"]["root"]
    ref = {one: f"pkg:cargo/{packages[one]['name']}@{packages[one]['version']}" for one in seen}
    rows = sorted((packages[one] for one in seen if one != root), key=lambda package: (package["name"], package["version"]))
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {**component(packages[root], checksums), "type": "application"}},
        "components": [component(package, checksums) for package in rows],
        "dependencies": [
            {"ref": ref[one], "dependsOn": sorted({ref[dep["pkg"]] for dep in nodes[one]["deps"] if dep["pkg"] in seen})}
            for one in sorted(seen)
        ],
    }
    json.dump(bom, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
