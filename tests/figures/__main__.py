"""Run the tests that put figures down, and write the README's table of what they found: `make figures`.

Where one of them fails or is skipped nothing is written. `python -m tests.figures --again` makes the table of the record
that there is, for a README whose table two branches have changed.
"""

from __future__ import annotations

import os
import subprocess
import sys

from .table import README, RECORD, REPO, added_up, named_tests, recorded, write

LINES = REPO / ".cache" / "figures.jsonl"


def main(arguments: list[str]) -> int:
    if arguments == ["--again"]:
        write(recorded())
        return 0
    LINES.parent.mkdir(exist_ok=True)
    LINES.unlink(missing_ok=True)
    tests = named_tests()
    # As in CI: the examples are the same each time, and all of them are tried.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HITL_")}
    environment |= {"CI": "1", "HITL_FIGURES": str(LINES)}
    command = [sys.executable, "-m", "pytest", *tests, *arguments]
    if code := subprocess.run(command, cwd=REPO, env=environment, check=False).returncode:
        print(f"A test failed, so {README.name} stays as it is.", file=sys.stderr)
        return code
    rows = added_up(LINES.read_text(encoding="utf-8").splitlines())
    if missing := [test for test in tests if test not in {row["test"] for row in rows}]:
        print(f"{README.name} stays as it is: no figures from {', '.join(missing)}.", file=sys.stderr)
        return 1
    write(rows)
    print(f"{len(rows)} rows in {README.name} and {RECORD.relative_to(REPO)}.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
