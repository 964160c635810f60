"""However much a task prints, what is kept of it is bounded, and says what it leaves out."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from langgraph.graph import START, StateGraph

import hitl_widgets as hitl
from hitl_widgets.running.following import watch
from hitl_widgets.running.following.said import FIRST, LONGEST, Chunk, Said
from hitl_widgets.watching import watched

from . import graphs


def fresh() -> Said:
    return Said(threading.RLock())


def text(said: Said) -> str:
    return "".join(chunk.text for chunk in said.chunks)


def test_lines_that_are_printed_together_are_one_chunk_and_others_are_apart() -> None:
    said = fresh()
    for at, (stream, line, attempt) in enumerate(
        [("stdout", "a", 1), ("stdout", "\n", 1), ("stderr", "b\n", 1), ("stderr", "c\n", 2), ("log", "d\n", 2)]
    ):
        said.add(Chunk(stream, line, at / 1000, attempt))  # type: ignore[arg-type]
    said.add(Chunk("log", "e\n", 0.1, 2, "INFO", "x"))
    said.add(Chunk("stdout", "f\n", 0.2, 2))
    said.add(Chunk("stdout", "later\n", 5.0, 2))
    assert [(chunk.stream, chunk.text, chunk.attempt) for chunk in said.chunks] == [
        ("stdout", "a\n", 1),
        ("stderr", "b\n", 1),
        ("stderr", "c\n", 2),
        ("log", "d\n", 2),
        ("log", "e\n", 2),
        ("stdout", "f\n", 2),
        ("stdout", "later\n", 2),
    ]
    assert said.characters == len("a\nb\nc\nd\ne\nf\nlater\n")


@pytest.mark.parametrize("size", [1, 7, 1999, 12_345, 70_000])
def test_the_first_and_the_latest_characters_are_kept_and_the_middle_says_how_much_it_was(size: int) -> None:
    whole = "".join(f"{number:07}" for number in range(10_000))
    said, kept = fresh(), 0
    for at in range(0, len(whole), size):
        kept += said.add(Chunk("stdout", whole[at : at + size], 0.0))
        assert kept == said.kept <= LONGEST
    assert said.characters == len(whole)
    notes = [chunk.text for chunk in said.chunks if chunk.stream == "note"]
    assert notes == ["… 50,000 characters left out …\n"]
    assert text(said) == whole[:FIRST] + notes[0] + whole[-(LONGEST - FIRST) :]


def test_tokens_are_kept_by_message_the_latest_of_them() -> None:
    said, kept = fresh(), 0
    for number in range(20_000):
        kept += said.speak("one" if number % 2 else "two", f"{number:06}|")
        assert kept == said.kept <= LONGEST * 1.25
    said.speak("three", "", ["search"])
    *_, tools = said.tokens.split("\n\n")
    assert said.tokens.startswith("… 1")
    assert tools == "→ search"
    assert "019999|" in said.tokens
    assert "000000|" not in said.tokens


def test_a_run_lets_go_of_what_its_oldest_tasks_said_first_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MOST", 2_500)

    def work(state: Any) -> dict[str, Any]:
        sys.stdout.write("x" * 1_000)
        return {"log": [1]}

    builder = StateGraph(graphs.Log).add_node("work", work).add_edge(START, "work")
    builder.add_conditional_edges("work", lambda state: "work" if len(state["log"]) < 6 else "__end__")
    with watched():
        session = hitl.run(builder.compile(), {"log": []})
    session.wait(60)
    said = [task.said for step in session._run.state.steps for task in step.tasks]
    assert [one.characters for one in said if one] == [1_000] * 6
    assert [text(one) for one in said if one] == ["… 1,000 characters left out …\n"] * 4 + ["x" * 1_000] * 2


def test_a_task_that_says_nothing_costs_nothing() -> None:
    with watched():
        session = hitl.run(graphs.chain(graphs.Log, {"quiet": lambda state: {}}), {})
    session.wait(60)
    (task,) = session._run.state.steps[0].tasks
    assert task.said is None
