"""`make audit`: what fails it, what it says where a database cannot be asked; the tools' reports are as they print them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "audit.py"
CLEAN = {"name": "urllib3", "version": "2.5.0", "vulns": []}
FOUND = {
    "name": "urllib3",
    "version": "1.26.4",
    "vulns": [
        {"id": "PYSEC-2021-108", "fix_versions": ["1.26.5"], "aliases": ["CVE-2021-33503"], "description": "..."}
    ],
}
SKIPPED = {"name": "urllib3", "skip_reason": "Dependency not found on PyPI and could not be audited: urllib3 (2.5.0)"}
NO_NPM: dict[str, Any] = {"auditReportVersion": 2, "vulnerabilities": {}}
NPM = {"auditReportVersion": 2, "vulnerabilities": {"vite": {"name": "vite", "severity": "high", "range": "<=6.4.0"}}}
OUT_OF_REACH = {"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": "", "detail": ""}}


@pytest.fixture
def audit() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ends(audit: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """How it ends where `pip-audit` says this of a package, and npm that."""

    def ends(package: dict[str, Any] | None, npm: dict[str, Any], *options: str) -> int:
        def run(command: Any, *_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
            if command == "npm":
                return subprocess.CompletedProcess(
                    [],
                    1,
                    json.dumps(npm),
                    "npm error audit endpoint returned an error\nnpm error A complete log of this run can be found in: x\n",
                )
            if package is None:
                return subprocess.CompletedProcess([], 2, "", "[Errno 2] No such file or directory: 'pip-audit'")
            return subprocess.CompletedProcess([], 1, json.dumps({"dependencies": [package], "fixes": []}), "")

        monkeypatch.setattr(audit, "run", run)
        monkeypatch.setattr(sys, "argv", ["audit.py", *options])
        return audit.main()

    return ends


def test_nothing_known_of_either_is_well(ends: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert ends(CLEAN, NO_NPM) == 0
    assert capsys.readouterr().out == "Python: nothing is known.\nnpm: nothing is known.\n"


@pytest.mark.parametrize("options", [(), ("--where-reachable",)])
@pytest.mark.parametrize(
    ("package", "npm", "told"),
    [
        (FOUND, NO_NPM, "Python: PYSEC-2021-108: urllib3 1.26.4, mended in ['1.26.5']"),
        (CLEAN, NPM, "npm: vite: high, <=6.4.0"),
        (FOUND, OUT_OF_REACH, "Python: PYSEC-2021-108"),
        (None, NPM, "npm: vite: high, <=6.4.0"),
    ],
)
def test_a_finding_fails_it_also_where_the_other_cannot_be_asked(
    ends: Any, capsys: pytest.CaptureFixture[str], package: Any, npm: Any, told: str, options: tuple[str, ...]
) -> None:
    assert ends(package, npm, *options) == 1
    assert told in capsys.readouterr().out


def test_a_finding_that_is_explained_does_not(
    audit: ModuleType, ends: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(audit.EXPLAINED, "PYSEC-2021-108", "no redirect is followed")
    assert ends(FOUND, NO_NPM) == 0
    assert "(does not concern us: no redirect is followed)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("package", "npm", "told"),
    [
        (SKIPPED, NO_NPM, "pip-audit could not ask about 1 of 1 packages"),
        (None, NO_NPM, "pip-audit could not ask its database"),
        (CLEAN, OUT_OF_REACH, "npm audit could not ask its database"),
    ],
)
def test_a_database_out_of_reach_is_said_and_fails_only_who_asked_for_it(
    ends: Any, capsys: pytest.CaptureFixture[str], package: Any, npm: Any, told: str
) -> None:
    assert ends(package, npm) == 2
    assert ends(package, npm, "--where-reachable") == 0
    said = capsys.readouterr().out
    assert said.count(told) == 2
    assert "complete log" not in said
