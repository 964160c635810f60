"""Who answered what stands in the thread, where others can write, too: what this package has not written there is left."""

from __future__ import annotations

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.driver.answers.claims import CLAIM, RELEASED, Claim

from ..waiting import at_rest
from . import graphs

RECORD = {
    "key": "ask",
    "node": "ask",
    "path": ["ask"],
    "question": "Before?",
    "by": "person",
    "reason": None,
    "secret": False,
    "policy": None,
    "checkpoint": None,
    "at": "2026-11-26T14:03:22.123456+00:00",
}


def attached(*writes: tuple[str, Any]) -> hitl.Session:
    """A session on a thread in which somebody has written."""
    saver = InMemorySaver()
    graph = graphs.chain(graphs.Log, {"ask": graphs.asks("Now?")}, checkpointer=saver)
    config: Any = {"configurable": {"thread_id": "t"}}
    graph.invoke({"log": []}, config)
    found = saver.get_tuple(config)
    assert found is not None
    for at, write in enumerate(writes):
        saver.put_writes(found.config, [write], f"00000000-0000-0000-0000-00000000000{at}")
    return at_rest(hitl.attach(graph, "t"))


def claim(record: Any = RECORD, **more: Any) -> tuple[str, Any]:
    return CLAIM, {**Claim("before", "yes", "another's", record, mark="another's:1").as_data(), **more}


def all_that_is_shown(session: hitl.Session) -> str:
    display: Any = session._display
    display.widget._push()
    rows = session._run.driver.run(display.widget._looking.at({"at": {"kind": "rows", "first": 0, "count": 50}}))
    shown = [
        repr(session.decisions),
        session.decisions._repr_html_(),
        session.decisions.to_code(),
        display(neutral=False),
    ]
    return repr([*shown, rows, display.widget.timeline])


def test_what_this_package_has_written_is_shown() -> None:
    session = attached(claim())
    assert [(one.question, one.value, one.by) for one in session.decisions] == [("Before?", "yes", "person")]
    assert "Before?" in all_that_is_shown(session)


@pytest.mark.parametrize(
    "change",
    [
        *({name: [1]} for name in RECORD if name != "path"),
        *({name: {"a": 1}} for name in RECORD if name != "path"),
        *({name: 5} for name in RECORD),
        {"at": "2026-11-26T14:03:22"},
        {"path": ["ask", 1]},
        {"told": ["x"]},
        {"told": [{"a": 1}, True]},
        {"told": ["x", "maybe"]},
        {"told": 5},
        {"asked": [1]},
    ],
    ids=repr,
)
def test_a_record_of_other_parts_is_none_and_the_question_is_answered(change: dict[str, Any], tmp_path: Any) -> None:
    session = attached(claim({**RECORD, **change}))
    assert list(session.decisions) == []
    assert "Before?" not in all_that_is_shown(session)
    session.answer("yes")
    assert session.wait(60) == {"log": ["yes"]}
    session.decisions.to_json(tmp_path / "answers.json")
    assert at_rest(session.fork(session.decisions[0])).status == "waiting"


@pytest.mark.parametrize(
    "write",
    [
        *((CLAIM, value) for value in (None, 5, "x", [1], {"a": 1})),
        *(claim(**{name: [1]}) for name in ("interrupt", "session", "decision", "number", "task", "slot", "mark")),
        (RELEASED, [1]),
    ],
    ids=repr,
)
def test_what_is_no_answer_at_all_is_passed_over(write: tuple[str, Any]) -> None:
    session = attached(write)
    assert list(session.decisions) == []
    all_that_is_shown(session)
    session.answer("yes")
    assert session.wait(60) == {"log": ["yes"]}


def test_a_question_that_is_too_large_is_cut() -> None:
    assert len(all_that_is_shown(attached(claim({**RECORD, "question": "x" * 1_000_000})))) < 500_000
