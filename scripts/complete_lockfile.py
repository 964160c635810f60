"""Complete js/package-lock.json for platforms that the registry's mirror does not serve; run after `npm install`.

    python scripts/complete_lockfile.py

Native tools (biome, rollup, esbuild) list a package for each platform as an optional dependency. npm 11 leaves those out
of the lockfile that it could not fetch, and `npm ci` then refuses that lockfile, on every platform. Here they get an
entry with the version that their parent pins, and the platform that their name says. npm fetches an entry only on its
own platform; those written here have no integrity hash, as there was nothing to hash.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

LOCKFILE = Path(__file__).parent.parent / "js" / "package-lock.json"
SYSTEMS = ("aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32")
LIBC = {"gnu": "glibc", "gnueabihf": "glibc", "musl": "musl", "musleabihf": "musl"}


def complete(packages: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The missing entries, by their place in the lockfile."""
    return {
        place: entry(name, version, dev=parent.get("dev", False))
        for parent in packages.values()
        for name, version in parent.get("optionalDependencies", {}).items()
        if (place := f"node_modules/{name}") not in packages and (system_of(name))
    }


def entry(name: str, version: str, *, dev: bool) -> dict[str, Any]:
    system = system_of(name)
    assert system
    rest = name[name.index(f"{system}-") + len(system) + 1 :].split("-")
    found: dict[str, Any] = {"version": version, "cpu": [rest[0]]}
    if dev:
        found["dev"] = True
    if system == "linux" and rest[-1] in LIBC:
        found["libc"] = [LIBC[rest[-1]]]
    return {**found, "optional": True, "os": [system]}


def system_of(name: str) -> str | None:
    return next((system for system in SYSTEMS if f"{system}-" in name.rpartition("/")[2]), None)


if __name__ == "__main__":
    lock = json.loads(LOCKFILE.read_text(encoding="utf-8"))
    missing = complete(lock["packages"])
    lock["packages"] = dict(sorted({**lock["packages"], **missing}.items()))
    LOCKFILE.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{LOCKFILE.name}: {len(missing)} entries added")
