"""Fifty sessions on one graph, four people who answer whatever they see: every answer arrives where it belongs, once."""

from __future__ import annotations

import operator
import random
import threading
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl

from ..figures.recorded import Figure
from ..waiting import threads, until

SESSIONS = 50
PEOPLE = 4
PARALLEL = 3


class Log(TypedDict, total=False):
    log: Annotated[list[tuple[str, str]], operator.add]


def graph(saver: Any) -> Any:
    """Asks once, then three times side by side in the tasks that `Send` starts, then once more in a nested graph."""

    def asks(key: str) -> Any:
        return lambda state: {"log": [(key, hitl.ask("Who?", key=key))]}

    def each(state: dict[str, Any]) -> dict[str, Any]:
        key = f"each{state['number']}"
        return {"log": [(key, hitl.ask("Who?", key=key))]}

    inner = StateGraph(Log).add_node("deep", asks("deep")).add_edge(START, "deep").compile()
    builder = StateGraph(Log)
    builder.add_node("first", asks("first"))
    builder.add_node("each", each)
    builder.add_node("join", lambda state: {})
    builder.add_node("inner", lambda state: {"log": inner.invoke({"log": []})["log"]})
    builder.add_edge(START, "first")
    builder.add_conditional_edges(
        "first", lambda state: [Send("each", {"number": at}) for at in range(PARALLEL)], ["each"]
    )
    builder.add_edge("each", "join")
    builder.add_edge("join", "inner")
    builder.add_edge("inner", END)
    return builder.compile(checkpointer=saver)


KEYS = ["first", *(f"each{at}" for at in range(PARALLEL)), "deep"]


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_fifty_sessions_and_four_people_who_answer_at_random(kind: str, tmp_path: Any, figure: Figure) -> None:
    if kind == "memory":
        _answer_all(graph(InMemorySaver()), "in memory", figure)
    else:
        with SqliteSaver.from_conn_string(str(tmp_path / "threads.sqlite")) as saver:
            _answer_all(graph(saver), "in a SQLite file", figure)
            until(lambda: "hitl-session" not in threads(), "something is at work")  # its connection is closed now


def _answer_all(built: Any, where: str, figure: Figure) -> None:
    sessions = [hitl.run(built, {"log": []}, thread_id=f"t{at}") for at in range(SESSIONS)]
    taken: dict[tuple[str, str], str] = {}
    """What was acknowledged, by thread and key."""
    lock = threading.Lock()
    trouble: list[BaseException] = []

    def person(name: str, seed: int) -> None:
        choose = random.Random(seed)
        try:
            while any(session.status in {"running", "waiting"} for session in sessions):
                session = choose.choice(sessions)
                asked = session.requests
                if not asked:
                    session._run.at_rest.wait(0.05)
                    continue
                request = choose.choice(asked)
                key = request.payload["key"]
                value = f"{name} for {session.thread_id} {key}"
                try:
                    session.answer(value, to=request.id)
                except (hitl.StaleAnswerError, hitl.UnknownRequestError):
                    continue  # somebody was faster
                with lock:
                    assert (session.thread_id, key) not in taken, "two answers were taken"
                    taken[session.thread_id, key] = value
        except BaseException as error:  # noqa: BLE001  it is raised by the test itself
            trouble.append(error)

    people = [threading.Thread(target=person, args=(f"p{at}", at)) for at in range(PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join(240)
    assert not trouble, trouble[0]
    arrived = elsewhere = 0
    for session in sessions:
        log = [tuple(entry) for entry in session.wait(60)["log"]]
        arrived += len(log)
        elsewhere += sum(taken.get((session.thread_id, key)) != value for key, value in log)
        assert sorted(log) == sorted((key, taken[session.thread_id, key]) for key in KEYS)
        ids = [decision.interrupt_id for decision in session.decisions]
        assert len(set(ids)) == len(KEYS)
    assert len(taken) == SESSIONS * len(KEYS)
    figure(
        f"People answer whatever they see of many sessions on one graph, {where}",
        {"sessions": len(sessions), "people at once": len(people), "answers": len(taken)},
        {"lost": len(taken) - arrived, "reached another question": elsewhere},
    )
