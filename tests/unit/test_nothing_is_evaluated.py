"""Nothing in a checkpoint, a recording or a message is unpickled or evaluated by this package."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any, TypedDict

import pytest

import hitl_widgets as hitl

from . import graphs

SOURCES = sorted(Path(hitl.__file__).parent.rglob("*.py"))
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
ONLY_WRITES = {"pickle": {"Pickler"}}
"""What may be used of a module that reads, too."""
FORBIDDEN_MODULES = {"cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib"}


class State(TypedDict, total=False):
    name: str


def findings(source: Path) -> list[str]:
    found: list[str] = []
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FORBIDDEN_CALLS:
            found.append(f"{source.name}:{node.lineno} calls {node.func.id}")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module, name = node.value.id, node.attr
            if name not in ONLY_WRITES.get(module, {name}):
                found.append(f"{source.name}:{node.lineno} uses {module}.{name}")
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            renamed = [alias.name for alias in node.names if alias.name in ONLY_WRITES and alias.asname is not None]
            found += [f"{source.name}:{node.lineno} renames {name}" for name in renamed]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
            written = ONLY_WRITES.get(names[0])
            if written is not None and not written.issuperset(alias.name for alias in node.names):
                found.append(f"{source.name}:{node.lineno} imports from {names[0]}")
        found += [f"{source.name}:{node.lineno} imports {n}" for n in names if n.partition(".")[0] in FORBIDDEN_MODULES]
    return found


def test_the_package_calls_no_eval_and_unpickles_nothing() -> None:
    assert len(SOURCES) > 100
    assert [finding for source in SOURCES for finding in findings(source)] == []


def test_the_check_itself_would_find_them(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import pickle\nfrom dill.x import y\neval('1')\n__import__('os')\npickle.loads(b'')\nfrom pickle import load\n"
    )
    assert len(findings(bad)) == 5
    bad.write_text("import pickle as other\n")
    assert len(findings(bad)) == 1
    good = tmp_path / "good.py"
    good.write_text("import pickle\npickle.Pickler(file).dump(1)\n")
    assert findings(good) == []


@pytest.mark.parametrize(
    "answer",
    [
        {"__reduce__": ["os.system", ["touch {canary}"]]},
        {"py/object": "os.system", "py/reduce": ["touch {canary}"]},
        {"lc": 2, "type": "constructor", "id": ["os", "system"], "args": ["touch {canary}"]},
        "__import__('os').system('touch {canary}')",
        "cos\nsystem\n(S'touch {canary}'\ntR.",
    ],
    ids=repr,
)
def test_a_recording_is_data_whatever_it_says(answer: Any, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    text = json.dumps(answer).replace("{canary}", str(canary))
    graph = graphs.chain(State, {"ask": lambda _: {"name": str(hitl.ask("Who?", Any))}})
    recorded = hitl.run(graph, {}, unattended={"ask": json.loads(text)})
    recorded.wait(60)
    path = tmp_path / "run.answers.json"
    recorded.decisions.to_json(path)
    again = hitl.run(graph, {}, unattended=path)
    assert again.wait(60) == recorded.values
    assert not canary.exists()
