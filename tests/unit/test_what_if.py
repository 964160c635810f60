"""Several answers tried beside each other, and where two runs part: `session.what_if`, `session.compare`."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt
from PIL import Image
from pydantic import SecretStr
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.thread.comparing import is_same

from ..waiting import at_rest
from . import graphs


class Drawn(TypedDict, total=False):
    drawn: Any
    frame: Any


class State(TypedDict, total=False):
    request: str
    budget: float
    tier: str
    sent: bool
    token: SecretStr


def sort(state: State) -> State:
    if state["budget"] == 13:
        raise ValueError("thirteen is unlucky")
    return {"tier": "gold" if state["budget"] > 100 else "basic"}


def tiers(**options: Any) -> Any:
    return graphs.chain(State, {"ask": hitl.ask_node("budget", "Budget?", ge=0), "sort": sort}, **options)


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def test_each_answer_is_a_row_and_the_keys_that_differ_come_first(saved: Any) -> None:
    session = at_rest(hitl.run(tiers(), {"request": "chairs"}, save=saved))
    tried = session.what_if(session.requests[0], [50, 500])
    assert repr(tried) == (
        "What if 'budget' is answered with ...\n"
        "answer  outcome   budget  tier\n"
        "50      finished  50.0    basic\n"
        "500     finished  500.0   gold\n"
        "the same in all\n"
        "request          chairs"
    )
    assert (len(tried), tried.answers, tried[1].values["tier"]) == (2, (50, 500), "gold")
    assert [fork.thread_id for fork in session.forks] == [fork.thread_id for fork in tried]
    assert session.forks[0] is tried[0]
    frame = tried.to_frame()
    assert list(frame.columns) == ["answer", "outcome", "budget", "tier", "request"]
    assert frame["tier"].tolist() == ["basic", "gold"]
    html = tried._repr_html_()
    assert html.index(">tier</th>") < html.index("<details>") < html.index("chairs")
    # The session itself has not been answered.
    assert (session.status, session.values) == ("waiting", {"request": "chairs"})


def test_an_answer_that_does_not_fit_and_a_fork_that_fails_spoil_no_other() -> None:
    session = at_rest(hitl.run(tiers(), {}))
    tried = session.what_if("budget", ["many", 13, -1, 5])
    assert [one.words.partition(":")[0] for one in tried.outcomes] == ["refused", "failed", "refused", "finished"]
    assert tried.outcomes[1].words == "failed: ValueError: thirteen is unlucky"
    assert tried[3].values == {"budget": 5.0, "tier": "basic"}


def test_a_decision_is_tried_again_and_later_questions_wait_or_are_answered_by_then() -> None:
    graph = graphs.three_questions()
    session = hitl.run(graph, {}, unattended={"approved": True, "address": "here", "budget": 5})
    session.wait(60)
    waits = hitl.run(graph, {})
    waits.answer(True)
    at_rest(waits)
    tried = waits.what_if("approved", [True, False])
    assert [one.words for one in tried.outcomes] == ["waits for 'address'"] * 2
    then = {"address": "there", "budget": 7}
    tried = waits.what_if("approved", [False, True], then=then)
    assert [one.values for one in tried.outcomes] == [
        {"approved": False, "address": "there", "budget": 7.0},
        {"approved": True, "address": "there", "budget": 7.0},
    ]
    assert [decision.by for decision in tried[0].decisions] == ["code"] * 3
    assert waits.requests[0].key == "address"
    # `unattended=` answers in the forks too, where nobody can click.
    assert session.what_if(session.decisions[0], [False])[0].status == "finished"


def test_a_step_is_tried_by_its_index_and_what_is_not_known_is_said() -> None:
    session = hitl.run(tiers(), {})
    session.answer(5)
    session.wait(60)
    assert session.what_if(0, [500])[0].values["tier"] == "gold"
    with pytest.raises(hitl.UnknownRequestError, match="'buget'; decided so far: 'budget'"):
        session.what_if("buget", [1])
    other = at_rest(hitl.run(tiers(), {}))
    with pytest.raises(hitl.UnknownRequestError, match="does not wait"):
        session.what_if(other.requests[0], [1])


def test_in_time_or_not_the_table_is_there() -> None:
    gate = threading.Event()

    def slow(state: State) -> State:
        if state["budget"] == 1:
            gate.wait(60)
        return {"tier": "any"}

    session = at_rest(hitl.run(graphs.chain(State, {"ask": hitl.ask_node("budget", "Budget?"), "slow": slow}), {}))
    tried = session.what_if("budget", [1], timeout=0.2)
    assert tried.outcomes[0].words == "still running"
    gate.set()
    assert tried[0].wait(60)["tier"] == "any"


def test_inputs_can_be_tried_too() -> None:
    session = at_rest(hitl.run(tiers()))
    tried = session.what_if("input", [{"request": "a"}, {"request": "b"}], then={"budget": 3})
    assert [one.values["request"] for one in tried.outcomes] == ["a", "b"]
    assert session.status == "idle"


def test_a_secret_is_dots_in_the_table() -> None:
    graph = graphs.chain(State, {"ask": hitl.ask_node("token", "Token?", SecretStr)})
    session = at_rest(hitl.run(graph, {}))
    tried = session.what_if("token", ["hunter2", "hunter3"])
    for shown in (repr(tried), tried._repr_html_(), tried.to_frame().to_string()):
        assert "hunter" not in shown
        assert "••••••" in shown
    told = session.compare(tried[0])
    assert "hunter" not in repr(told) + told._repr_html_()


def test_an_async_graph_is_tried_with_await() -> None:
    async def work(state: State) -> State:
        return sort(state)

    async def main() -> None:
        graph = graphs.chain(State, {"ask": hitl.ask_node("budget", "Budget?"), "work": work})
        session = hitl.run(graph, {}, save=InMemorySaver())
        with pytest.raises(hitl.CannotWaitError, match="awhat_if"):
            session.what_if("budget", [1])
        assert await asyncio.to_thread(session._run.at_rest.wait, 60)
        tried = await session.awhat_if("budget", [1, 1000])
        with pytest.raises(
            hitl.CannotWaitError, match=r"`session\.compare` .* write `await session\.acompare\(other\)`"
        ):
            session.compare(tried[0])
        assert [one.values["tier"] for one in tried.outcomes] == ["basic", "gold"]
        told = await tried[0].acompare(tried[1])
        assert told.differing["tier"] == ("basic", "gold")

    asyncio.run(main())


def test_where_two_runs_part_is_marked() -> None:
    session = hitl.run(tiers(), {"request": "chairs"})
    session.answer(5)
    session.wait(60)
    fork = session.fork(session.decisions[0], answer=500)
    fork.wait(60)
    told = session.compare(fork)
    assert (told.parts_at, [pair.is_same for pair in told.pairs]) == (0, [False, False])
    assert told.differing == {"budget": ("5.0", "500.0"), "tier": ("basic", "gold")}
    assert told.same == ("request",)
    assert repr(told) == (
        "The two runs part at step 0 (ask).\n"
        "step  this run                 the other\n"
        "0     ask: wrote budget: 5.0   ask: wrote budget: 500.0  ← they part here\n"
        "1     sort: wrote tier: basic  sort: wrote tier: gold    ≠\n"
        "key     this run  the other\n"
        "budget  5.0       500.0\n"
        "tier    basic     gold\n"
        "the same: request"
    )
    assert ">← they part here</td>" in told._repr_html_()
    same = session.compare(session)
    assert (same.parts_at, same.words) == (None, "The two runs are the same so far.")


def test_a_loop_that_goes_round_more_often_has_its_rounds_beside_each_other() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("ask", lambda _state: {"log": [hitl.ask("More?", str, key="more")]})
    builder.add_node("end", lambda _state: {})
    builder.set_entry_point("ask")
    builder.add_conditional_edges("ask", lambda state: "end" if state["log"][-1] == "no" else "ask", ["ask", "end"])
    session = hitl.run(builder.compile(), {})
    for answer in ("a", "no"):
        session.answer(answer)
    session.wait(60)
    fork = session.fork(session.decisions[1])
    for answer in ("b", "c", "no"):
        fork.answer(answer)
        at_rest(fork)
    told = session.compare(fork)
    nodes = [(pair.ours and pair.ours.nodes[0], pair.theirs and pair.theirs.nodes[0]) for pair in told.pairs]
    assert nodes == [("ask", "ask"), ("ask", "ask"), (None, "ask"), (None, "ask"), ("end", "end")]
    assert told.parts_at == 1


def test_messages_that_say_the_same_are_the_same() -> None:
    first, second = (add_messages([], [{"role": "user", "content": "hi"}]) for _ in range(2))
    assert first != second
    assert is_same(first, second)
    assert not is_same(first, add_messages([], [{"role": "user", "content": "ho"}]))


def test_pictures_that_are_the_same_are_the_same_and_the_runs_part_where_they_do() -> None:
    def draw(state: Any) -> Any:
        return {"drawn": [Image.new("RGB", (2, 2), "red"), np.arange(3)], "frame": pl.DataFrame({"a": [1]})}

    graph = graphs.chain(Drawn, {"draw": draw, "ask": lambda state: {"drawn": [interrupt("Which?")]}})
    session = at_rest(hitl.run(graph, {}))
    fork = at_rest(session.fork(1))
    assert session.values["drawn"][0] is not fork.values["drawn"][0]
    assert session.compare(fork).words == "The two runs are the same so far."
    session.answer("mine")
    session.wait(60)
    assert session.compare(fork).words == "The two runs part at step 1 (ask)."


def test_what_differs_in_something_that_holds_itself_differs() -> None:
    first, second, third = [object()], [object()], [1]
    for one in (first, second, third):
        one.append(one)
    assert is_same(third, third)
    assert not is_same(first, second)


@pytest.mark.parametrize("answer", ["EU", 50, {"budget": 50}])
def test_one_answer_is_not_taken_for_several(answer: Any) -> None:
    session = at_rest(hitl.run(tiers(), {}))
    with pytest.raises(
        TypeError, match=r"^what_if takes the answers to try as a list, such as \[50, 500\], not \w+\.$"
    ):
        session.what_if("budget", answer)
    assert not session.forks
