"""Workers that are forked or spawned beside a session: it is the parent's, and says so; nobody hangs, and nothing is done twice."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl

from ..figures.recorded import Figure
from ..waiting import at_rest
from . import graphs, other_processes
from .forked import Forked

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is forked here")


def run(how: str, kind: str, folder: Path) -> dict[str, Any]:
    """The program, with all that it starts ended if it hangs."""
    paths = [folder / "out", folder / "error"]
    with paths[0].open("w") as out, paths[1].open("w") as error, Path(os.devnull).open() as nothing:
        files = [one.fileno() for one in (nothing, out, error)]
        program = Forked(other_processes.__name__, [how, kind, str(folder)], files=files)
    code = program.wait(280)
    said, complained = (path.read_text() for path in paths)
    if code is None:
        os.killpg(program.pid, signal.SIGKILL)
        pytest.fail(f"it hangs; {said}\n{complained}")
    assert code == 0, complained
    found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    return found | {"out": said, "error": complained}


FORKED = [
    *(("fork", kind) for kind in ("waiting", "in memory", "async", "shown", "running")),
    *((how, kind) for how in ("fork and exit", "process", "pool", "executor") for kind in ("waiting", "running")),
]


@pytest.mark.parametrize(("how", "kind"), FORKED)
def test_a_forked_process_is_told_whose_session_it_is_and_the_parent_goes_on(
    how: str, kind: str, tmp_path: Path, figure: Figure
) -> None:
    found = run(how, kind, tmp_path)
    assert found["error"] == ""
    assert found["codes"] == [0] * len(found["codes"])
    assert found["codes"]
    for told in found["told"]:
        for name in other_processes.TRIED:
            assert told[name].startswith("OtherProcessError: This session belongs to process "), f"{name}: {told[name]}"
            in_memory = kind in {"in memory", "async"}
            assert ("kept in the memory of that process" if in_memory else "hitl.attach(graph, 't', save=") in told[
                name
            ]
        assert told["closed"]
        assert told["shown"] is None
        assert told["own"] == ["own", "then"]
    assert found["out"].count("printed by a child") == len(found["told"])
    first = "worked" if kind == "running" else "parent"
    given = ["then"] if kind == "running" else ["parent", "then"]
    assert found["parent"] == {"log": [first, "then"], "decisions": given}
    if kind in {"waiting", "shown", "running"}:
        assert answers_in(tmp_path / "runs.sqlite") == given
    figure(
        "Processes are forked beside a session that waits, is shown, or runs, and do to it all that one can",
        {"processes": len(found["codes"]), "calls": sum(len(other_processes.TRIED) for _ in found["told"])},
        {
            "refused with a sentence": sum(
                told[name].startswith("OtherProcessError") for told in found["told"] for name in other_processes.TRIED
            ),
            "processes hung or failed": sum(code != 0 for code in found["codes"]),
            "answers were not the parent's": sum(value not in given for value in found["parent"]["decisions"]),
        },
    )


def answers_in(path: Path) -> list[Any]:
    """What was decided in a file of threads, by whoever did."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()
    session = at_rest(hitl.attach(graphs.chain(graphs.Log, {"ask": other_processes.asks}), "t", save=path))
    return [decision.value for decision in session.decisions]


def test_a_process_that_is_forked_while_every_lock_is_held_does_not_hang(tmp_path: Path) -> None:
    found = run("locks", "waiting", tmp_path)
    assert found["codes"] == [0]
    assert found["told"][0]["own"] == ["own", "then"]
    assert found["told"][0]["answer"].startswith("OtherProcessError")
    assert found["parent"]["log"] == ["parent", "then"]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_session_is_not_sent_to_another_process_and_its_threads_name_is(method: str, tmp_path: Path) -> None:
    found = run(method, "waiting", tmp_path)
    assert found["sent"].startswith("OtherProcessError: A session can be neither copied nor sent to another process")
    assert "hitl.attach(graph, 't', save=" in found["sent"]
    assert found["answered"] == ["child", "then"]
    assert found["late"].startswith("StaleAnswerError")
    assert found["codes"] == [0]
    assert answers_in(tmp_path / "runs.sqlite") == ["child", "then"]


def test_the_workers_of_a_node_work_and_what_they_print_is_no_part_of_the_run(tmp_path: Path) -> None:
    found = run("node", "node with a pool", tmp_path)
    assert found["error"] == ""
    assert found["out"].count("printed by a child") == 2
    assert found["parent"]["log"] == [2, "then"]
    assert found["said"] == "the node prints\n"


def test_a_session_in_memory_is_not_pickled_either(tmp_path: Path) -> None:
    found = run("pickle", "in memory", tmp_path)
    assert found["sent"].startswith("OtherProcessError")
    assert found["parent"]["log"] == ["parent", "then"]


@pytest.mark.parametrize("how", ["fork", "pool"])
def test_an_inbox_is_its_process_s_own_too(how: str, tmp_path: Path) -> None:
    found = run(how, "inbox", tmp_path)
    assert found["error"] == ""
    assert found["codes"] == [0] * len(found["codes"])
    for told in found["told"]:
        for name, said in told["inbox"].items():
            assert said.startswith("OtherProcessError: "), f"{name}: {said}"
            belongs = "can be neither copied nor sent" if name == "pickle" else "This inbox belongs to process "
            assert belongs in said
            assert "hitl.inbox(graph, save=" in said
        text, html, bundle = told["inbox shown"]
        assert text.startswith("<hitl.Inbox: of process ")
        assert html is None
        assert bundle is None
        assert told["own inbox"] == ["t"]
    # The parent's is answered and read as ever.
    assert found["parent"]["log"] == ["parent", "then"]
