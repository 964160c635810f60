"""Known vulnerabilities of what we depend on, by `pip-audit` and `npm audit`.

Both ask a database over the network. Where one cannot be asked this says which, and ends with 2: nothing is known then.
With `--where-reachable`, as CI runs it, that is said and no failure: a build does not depend on whose network it is in.
A finding that does not concern us stands in `EXPLAINED`, with the reason; any other one ends this with 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
EXPLAINED: dict[str, str] = {}
"""By its id (`PYSEC-...`, `GHSA-...`, an npm package): why it does not concern us."""
UNREACHABLE = 2
PYPI = "the vulnerabilities that the package index publishes with each release"


def python_findings() -> dict[str, str] | None:
    """What is known of the Python packages that are installed here, by id; `None`: the database cannot be asked."""
    done = run(
        Path(sys.executable).parent / "pip-audit", "--format", "json", "--progress-spinner", "off", "--skip-editable"
    )
    report = parsed(done)
    if report is None or "dependencies" not in report:
        return said("pip-audit", PYPI, done)
    # Where a mirror has no such pages `pip-audit` (2.10) skips the packages, and says that nothing is known.
    if skipped := [package["name"] for package in report["dependencies"] if "skip_reason" in package]:
        print(
            f"pip-audit could not ask about {len(skipped)} of {len(report['dependencies'])} packages; it needs {PYPI}."
        )
        if not any(package.get("vulns") for package in report["dependencies"]):
            return None
    found = [(package, one) for package in report["dependencies"] for one in package.get("vulns", ())]
    return {
        one["id"]: f"{package['name']} {package['version']}, mended in {one['fix_versions']}" for package, one in found
    }


def npm_findings() -> dict[str, str] | None:
    """The same of what the view's bundles are made of and built with."""
    done = run("npm", "audit", "--json", cwd=ROOT / "js")
    report = parsed(done)
    if report is None or "vulnerabilities" not in report:
        return said("npm audit", "the advisories of the registry that npm is set to", done)
    return {name: f"{one['severity']}, {one['range']}" for name, one in report["vulnerabilities"].items()}


def run(*command: Any, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False, timeout=300)
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, UNREACHABLE, "", str(error))


def parsed(done: subprocess.CompletedProcess[str]) -> dict[str, Any] | None:
    try:
        report: Any = json.loads(done.stdout)
    except ValueError:
        return None
    return report if isinstance(report, dict) else None


def said(tool: str, needs: str, done: subprocess.CompletedProcess[str]) -> None:
    lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip() and "complete log" not in line]
    print(f"{tool} could not ask its database; it needs {needs}.\n  {lines[-1][:300] if lines else 'It said nothing.'}")


def main() -> int:
    parser = argparse.ArgumentParser(description="known vulnerabilities of what we depend on")
    parser.add_argument("--where-reachable", action="store_true", help="no failure where a database cannot be asked")
    optional = parser.parse_args().where_reachable
    results = {"Python": python_findings(), "npm": npm_findings()}
    open_ones = 0
    for of, findings in results.items():
        for id, what in (findings or {}).items():
            reason = EXPLAINED.get(id)
            open_ones += reason is None
            print(f"{of}: {id}: {what}{f' (does not concern us: {reason})' if reason else ''}")
        if findings == {}:
            print(f"{of}: nothing is known.")
    if open_ones:
        return 1
    return UNREACHABLE if None in results.values() and not optional else 0


if __name__ == "__main__":
    sys.exit(main())
