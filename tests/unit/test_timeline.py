"""The timeline: a row a step and a row a decision, in the order in which they came, before this kernel too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send
from pydantic import TypeAdapter
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.protocol import RowsView, TimelineView

from ..waiting import PATIENCE, until
from . import graphs
from .test_state import settled
from .test_widget import Browser


class Count(TypedDict, total=False):
    count: int


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Callable[[hitl.Session], Browser]:
    return lambda session: Browser(session, monkeypatch)


def look(browser: Browser, **at: Any) -> Any:
    """What a browser is shown of what it looks at."""
    number = len(browser.told) + 1
    browser.send({"type": "look", "client": "c1", "id": number, "at": at})
    told = until(
        lambda: next((one for one in browser.told if one["type"] == "fetched" and one["id"] == number), None),
        f"nothing came of {at}",
    )
    assert "error" not in told, told["error"]
    return told["data"]


def rows(browser: Browser, node: str | None = None) -> list[Any]:
    found: list[Any] = []
    total = 1
    while len(found) < total:
        page = look(browser, kind="rows", first=len(found), count=200, **({} if node is None else {"node": node}))
        TypeAdapter(RowsView).validate_python(page, strict=True)
        found, total = [*found, *page["rows"]], page["total"]
        if not page["rows"]:
            break
    return found


def told(row: Any) -> str:
    """A row in a word or two."""
    if row["kind"] == "decision":
        return f"{row['key']} = {row['answer']}"
    names = ", ".join(node["name"] + f"×{node['count']}" * (node["count"] > 1) for node in row["nodes"])
    return f"{'' if row['step'] is None else row['step']}:{'/'.join([*row['path'], names])} {row['status']}"


def loop(steps: int, ask: int | None = None) -> Any:
    """A node that runs so many times, and asks once."""

    def work(state: Any) -> Any:
        if state["count"] == ask:
            hitl.ask("go on?", bool, key="go")
        return {"count": state["count"] + 1}

    builder = StateGraph(Count).add_node("work", work).add_edge(START, "work")
    builder.add_conditional_edges("work", lambda state: "work" if state["count"] < steps else END, ["work", END])
    return builder.compile()


def test_a_decision_comes_after_the_step_that_asked(browse: Any) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    for value in (True, "12 Main St", 250):
        settled(browser.session).answer(value)
    browser.session.wait(60)
    found = rows(browser)
    assert [told(row) for row in found] == [
        "0:ask_approval done",
        "approved = Yes",
        "1:ask_address done",
        "address = 12 Main St",
        "2:ask_budget done",
        "budget = 250.0",
    ]
    assert [row["row"] for row in found] == list(range(6))
    assert all(row["can_fork"] for row in found)
    until(lambda: browser.widget.timeline["latest"] == found, "the trait has other rows")
    assert browser.widget.timeline["decisions"] == 3


def test_steps_are_numbered_as_in_the_history(browse: Any) -> None:
    session = hitl.run(graphs.three_questions(), {}, interrupt_before=["ask_address"], thread_id="numbered")
    browser = browse(session)
    settled(session).answer(True, to="approved")
    settled(session).answer({"update": {"request": "changed"}}, to="ask_address")
    settled(session).answer("here", to="address")
    settled(session).answer(1, to="budget")
    session.wait(60)
    steps = [row for row in rows(browser) if row["kind"] == "step"]
    assert [(row["step"], row["count"]) for row in steps] == [(0, 1), (1, 0), (2, 1), (3, 1)]
    assert [session.history[row["step"]].nodes for row in steps] == [
        ("ask_approval",),
        ("ask_address",),
        ("ask_address",),
        ("ask_budget",),
    ]
    assert session.history[2].before["request"] == "changed"
    # The state was changed before it could run, and its row says that.
    assert [step.passed_over for step in session.history] == [False, True, False, False]
    assert repr(session.history).splitlines()[1] == "1  ask_address: did not run: the state was changed first"
    assert [row["can_fork"] for row in rows(browser) if row["kind"] == "decision"] == [True] * 4


def test_the_steps_of_a_nested_graph_follow_the_step_around_them(browse: Any) -> None:
    browser = browse(hitl.run(graphs.nested(), {"log": []}))
    settled(browser.session).answer("x")
    browser.session.wait(60)
    assert [told(row) for row in rows(browser)] == [
        "0:outer done",
        ":outer/inner done",
        ":outer/inner/ask done",
        "ask = x",
        "1:after done",
    ]
    assert all(row["can_fork"] for row in rows(browser))


def test_a_filter_by_a_node_has_what_is_inside_of_it_and_its_decisions(browse: Any) -> None:
    browser = browse(hitl.run(graphs.nested(), {"log": []}))
    settled(browser.session).answer("x")
    browser.session.wait(60)
    assert [told(row) for row in rows(browser, "outer:inner")] == [
        ":outer/inner done",
        ":outer/inner/ask done",
        "ask = x",
    ]
    assert [row["row"] for row in rows(browser, "outer:inner:ask")] == [2, 3]
    assert [told(row) for row in rows(browser, "after")] == ["1:after done"]
    assert rows(browser, "afte") == []
    assert look(browser, kind="rows", first=-1, count=5, node="outer")["rows"][0]["key"] == "ask"


def test_nodes_side_by_side_are_one_row(browse: Any) -> None:
    browser = browse(hitl.run(graphs.parallel(), {"log": []}))
    settled(browser.session).answer({"value": 1}, to="typed")
    settled(browser.session).answer("a", to="once")
    settled(browser.session).answer("b", to="twice")
    settled(browser.session).answer("c", to="twice")
    browser.session.wait(60)
    assert [told(row) for row in rows(browser)] == [
        "0:once, twice, typed done",
        "typed = value: 1",
        "once = a",
        "twice = b",
        "twice = c",
        "1:join done",
    ]
    assert [told(row) for row in rows(browser, "twice")] == ["0:once, twice, typed done", "twice = b", "twice = c"]


def test_of_many_that_were_sent_the_row_has_a_count_and_the_ones_that_matter(browse: Any) -> None:
    def tell(state: Any) -> Any:
        if state["subject"] == 40:
            hitl.ask("which?", key="which")
        return {"log": [state["subject"]]}

    builder = StateGraph(graphs.Log).add_node("tell", tell)
    builder.add_conditional_edges(START, lambda _state: [Send("tell", {"subject": n}) for n in range(50)], ["tell"])
    browser = browse(settled(hitl.run(builder.compile(), {"log": []})))
    [row] = rows(browser)
    assert (told(row), row["count"], len(row["tasks"])) == ("0:tell×50 waiting", 50, 8)
    assert [task["status"] for task in row["tasks"]] == ["done"] * 7 + ["waiting"]


def test_a_row_says_how_long_it_took_without_the_wait_for_a_person(browse: Any) -> None:
    def ask(_state: Any) -> Any:
        time.sleep(0.05)
        return {"log": [hitl.ask("?", key="ask")]}

    began = time.monotonic()
    browser = browse(settled(hitl.run(graphs.chain(graphs.Log, {"ask": ask}), {"log": []})))
    answered = time.monotonic() + 0.5
    until(lambda: time.monotonic() > answered, "time does not pass")
    browser.session.answer("x")
    browser.session.wait(60)
    all_but_the_wait = time.monotonic() - began - 0.5
    step, decision = rows(browser)
    assert 0.1 <= step["took"] <= all_but_the_wait
    assert step["at"] < decision["at"]


def test_a_failed_step_says_why_and_goes_on_in_its_own_row(browse: Any) -> None:
    browser = browse(hitl.run(graphs.fails_once(), {}))
    settled(browser.session).answer("go")
    settled(browser.session)
    row = rows(browser)[-1]
    assert (told(row), row["tasks"][0]["error"]) == ("1:work failed", "ValueError: the printer is on fire")
    browser.session.retry()
    browser.session.wait(60)
    assert [told(row) for row in rows(browser)] == ["0:ask done", "ask = go", "1:work done"]


def test_an_answer_that_the_graph_refuses_is_no_row_and_the_numbers_are_new(browse: Any) -> None:
    browser = browse(hitl.run(graphs.parallel(), {"log": []}))
    settled(browser.session).answer({"value": 13}, to="typed")
    settled(browser.session)
    until(lambda: browser.widget.timeline["decisions"] == 0, "the answer is still there")
    assert [told(row) for row in rows(browser)] == ["0:once, twice, typed waiting"]
    assert browser.widget.timeline["epoch"] > 0


def test_a_long_answer_is_cut_in_its_row_and_copied_whole(browse: Any) -> None:
    browser = browse(hitl.run(graphs.chain(graphs.Log, {"ask": graphs.asks("?")}), {}))
    settled(browser.session).answer("x" * 5_000)
    browser.session.wait(60)
    latest = until(lambda: browser.widget.timeline["latest"][1:], "the decision is not shown")[0]
    assert latest["answer"].endswith("…")
    assert len(latest["answer"]) <= 4_000
    assert look(browser, kind="answer", decision=0) == "x" * 5_000
    browser.send({"type": "look", "client": "c1", "id": 99, "at": {"kind": "answer", "decision": 1}})
    assert until(lambda: browser.told[-1]["id"] == 99 and browser.told[-1]["error"], "not refused").startswith(
        "There is no"
    )


def test_what_ran_before_this_kernel_is_in_front(browse: Any, tmp_path: Path) -> None:
    save = tmp_path / "runs.sqlite"
    first = hitl.run(graphs.three_questions(), {}, thread_id="t", save=save)
    settled(first).answer(True)
    settled(first)
    began = first.history[0].at
    # Another kernel: nothing but the file is shared.
    session = settled(hitl.attach(graphs.three_questions(), "t", save=save))
    browser = browse(session)
    until(lambda: browser.widget.timeline["total"] == 3, "the past was not read")
    found = rows(browser)
    assert [told(row) for row in found] == ["0:ask_approval done", "approved = Yes", "1:ask_address waiting"]
    assert found[0]["tasks"][0]["asked"]
    assert began is not None
    assert abs(time.mktime(time.strptime(found[0]["at"][:19], "%Y-%m-%dT%H:%M:%S")) - began.timestamp()) % 3600 < 2
    epoch = browser.widget.timeline["epoch"]
    session.answer("here")
    settled(session).answer(5)
    session.wait(60)
    found = rows(browser)
    assert [told(row) for row in found] == [
        "0:ask_approval done",
        "approved = Yes",
        "1:ask_address done",
        "address = here",
        "2:ask_budget done",
        "budget = 5.0",
    ]
    assert [step.nodes[0] for step in session.history] == [row["nodes"][0]["name"] for row in found if "nodes" in row]
    assert all(row["can_fork"] for row in found if "nodes" in row)
    assert browser.widget.timeline["epoch"] == epoch  # what the browser has of it is as it was


def test_a_finished_thread_shows_what_it_did(browse: Any) -> None:
    saver = InMemorySaver()
    hitl.run(loop(30), {"count": 0}, thread_id="t", save=saver).wait(60)
    browser = browse(settled(hitl.attach(loop(30), "t", save=saver)))
    until(lambda: browser.widget.timeline["total"] == 30, "the past was not read")
    assert told(rows(browser)[29]) == "29:work done"


def test_a_second_input_goes_on_with_the_numbers(browse: Any) -> None:
    saver, graph = InMemorySaver(), loop(3)
    hitl.run(graph, {"count": 0}, thread_id="t", save=saver).wait(60)
    session = hitl.run(graph, {"count": 1}, thread_id="t", save=saver)
    browser = browse(session)
    session.wait(60)
    until(lambda: browser.widget.timeline["total"] == 5, "the past was not read")
    assert [row["step"] for row in rows(browser)] == [0, 1, 2, 3, 4]
    assert len(session.history) == 5


def test_a_fork_shows_the_steps_that_it_has_from_the_other_thread(browse: Any) -> None:
    session = settled(hitl.run(graphs.three_questions(), {}, save=InMemorySaver()))
    session.answer(True)
    settled(session).answer("12 Main St")
    fork = settled(session).fork(1, answer="1 Side St")
    browser = browse(settled(fork))
    until(lambda: browser.widget.timeline["total"] == 5, "the past was not read")
    assert [told(row) for row in rows(browser)] == [
        "0:ask_approval done",
        "approved = Yes",
        "1:ask_address done",
        "address = 1 Side St",
        "2:ask_budget waiting",
    ]


def test_a_fork_that_waits_has_the_answers_from_before_it_before_anybody_looks(browse: Any) -> None:
    first = settled(hitl.run(graphs.three_questions(), {}, save=InMemorySaver()))
    for answer in (True, "12 Main St", 5):
        settled(first).answer(answer)
    first.wait(60)
    browser = browse(settled(first.fork(first.decisions[2])))
    kept = [
        "0:ask_approval done",
        "approved = Yes",
        "1:ask_address done",
        "address = 12 Main St",
        "2:ask_budget waiting",
    ]
    # No rows are asked for: this is what a view has that nobody has touched.
    until(lambda: [told(row) for row in browser.widget.timeline["latest"]] == kept, "the earlier answers are missing")
    assert browser.widget.timeline["decisions"] == 2
    assert look(browser, kind="replay") == (
        "unattended={'approved': hitl.Answer(True, about='Do you approve it?'), 'address': '12 Main St'}"
    )
    # What it is called is its own answer, none of those.
    assert first._run.forks[0].label == "budget → …"
    browser.session.answer(9)
    browser.session.wait(60)
    assert first._run.forks[0].label == "budget → 9.0"
    assert [one.key for one in browser.session.decisions] == ["approved", "address", "budget"]


@pytest.mark.parametrize("kept", [1, 2])
def test_an_answer_that_a_fork_keeps_of_its_step_comes_after_that(browse: Any, kept: int) -> None:
    def asks(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask(f"{state['name']}?")]}

    builder = StateGraph(graphs.Log)
    builder.add_node("first", lambda _state: {})
    builder.add_node("each", asks)
    builder.add_edge(START, "first")
    builder.add_conditional_edges("first", lambda _: [Send("each", {"name": name}) for name in "abc"], ["each"])
    session = settled(hitl.run(builder.compile(checkpointer=InMemorySaver()), {}))
    while session.requests:
        session.answer("yes", to=session.requests[0])
        settled(session)
    fork = settled(session.fork(session.decisions[kept]))
    before = [f"{decision.key} = yes" for decision in session.decisions[:kept]]
    assert [told(row) for row in rows(browse(fork))] == ["0:first done", "1:each×3 waiting", *before]


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_fork_with_another_state_numbers_its_steps_as_its_thread_does(browse: Any, step: int) -> None:
    session = settled(hitl.run(graphs.three_questions(), {}, save=InMemorySaver()))
    for answer in (True, "12 Main St", 5):
        session.answer(answer)
        settled(session)
    fork = settled(session.fork(step, update={"request": "changed"}))
    browser = browse(fork)
    last = fork.history[-1]
    until(lambda: rows(browser)[-1]["step"] == last.index, "the last step has another number")
    assert [count["name"] for count in rows(browser)[-1]["nodes"]] == list(last.nodes)
    assert _steps(browser) == [(one.index, () if one.passed_over else one.nodes) for one in fork.history]
    # LangGraph counts a changed state as a step too, and the input as the one before the first.
    saved = [fork._run.driver.graph.get_state(one.config).metadata["step"] for one in fork.history]
    assert saved == [one.index for one in fork.history]


def test_a_fork_of_a_fork_that_changes_the_same_step_once_more_has_a_row_for_both_changes(browse: Any) -> None:
    session = settled(hitl.run(graphs.three_questions(), {}, save=InMemorySaver()))
    session.answer(True)
    fork = settled(settled(session).fork(1, update={"request": "changed"}))
    again = settled(fork.fork(2, update={"request": "changed again"}))
    browser = browse(again)
    until(lambda: len(_steps(browser)) == 4, "a step is missing")
    assert _steps(browser) == [(0, ("ask_approval",)), (1, ()), (2, ()), (3, ("ask_address",))]


def test_after_a_kernel_a_state_that_was_changed_has_its_row_still(browse: Any) -> None:
    saver = InMemorySaver()
    session = settled(hitl.run(graphs.three_questions(), {}, save=saver))
    session.answer(True)
    fork = settled(settled(session).fork(1, update={"request": "changed"}))
    fork.answer("here")
    thread_id = settled(fork).thread_id
    fork.close()
    browser = browse(settled(hitl.attach(graphs.three_questions(), thread_id, save=saver)))
    until(lambda: len(_steps(browser)) == 4, "its past was not read")
    assert _steps(browser) == [(0, ("ask_approval",)), (1, ()), (2, ("ask_address",)), (3, ("ask_budget",))]


@pytest.mark.parametrize("changed", [True, False])
def test_at_a_breakpoint_that_was_picked_up_the_step_after_it_has_the_next_number(browse: Any, changed: bool) -> None:
    saver, graph = InMemorySaver(), graphs.three_questions()
    session = settled(hitl.run(graph, {}, save=saver, interrupt_before=["ask_address"]))
    session.answer(True)
    thread_id = settled(session).thread_id
    session.close()
    attached = settled(hitl.attach(graph, thread_id, save=saver, interrupt_before=["ask_address"]))
    browser = browse(attached)
    until(lambda: _steps(browser) == [(0, ("ask_approval",))], "its past was not read")
    attached.answer({"update": {"request": "changed"}} if changed else True)
    settled(attached)
    passed = [(1, ())] if changed else []
    until(lambda: _steps(browser)[1:] == [*passed, (1 + changed, ("ask_address",))], "it is not there")
    assert [step.passed_over for step in attached.history] == [False, *([True] if changed else []), False]


def _steps(browser: Any) -> list[tuple[int | None, tuple[str, ...]]]:
    found = [row for row in rows(browser) if row["kind"] == "step"]
    return [(row["step"], tuple(count["name"] for count in row["nodes"])) for row in found]


def test_an_async_graph_shows_its_past_too(browse: Any) -> None:
    async def work(state: Any) -> Any:
        return {"count": state["count"] + 1}

    saver, graph = InMemorySaver(), graphs.chain(Count, {"one": work, "two": work})

    async def main() -> None:
        await hitl.run(graph, {"count": 0}, thread_id="t", save=saver)
        session = hitl.attach(graph, "t", save=saver)
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        display = session._display
        assert display is not None
        widget = display.widget
        deadline = time.monotonic() + PATIENCE
        while widget.timeline["total"] != 2:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)

    asyncio.run(main())


def test_a_thread_that_is_new_has_no_past_to_read(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    session = hitl.run(graphs.three_questions(), {}, thread_id="new", save=InMemorySaver())
    monkeypatch.setattr(session._run.driver, "snapshots", lambda: pytest.fail("it was read"))
    browser = browse(settled(session))
    until(lambda: browser.widget.timeline["total"] == 1, "no row")
    assert told(rows(browser)[0]) == "0:ask_approval waiting"
    assert not [notice for notice in session._run.notices if "before" in notice]


def test_of_five_thousand_steps_the_browser_has_the_last_and_fetches_any(browse: Any) -> None:
    session = hitl.run(loop(5000, ask=4000), {"count": 0}, config={"recursion_limit": 5010})
    browser = browse(session)
    assert session._run.at_rest.wait(120)
    session.answer(True)
    session.wait(120)
    until(lambda: browser.widget.timeline["total"] == 5001, "not all are there")
    TypeAdapter(TimelineView).validate_python(browser.widget.timeline, strict=True)
    assert [row["row"] for row in browser.widget.timeline["latest"]] == list(range(4981, 5001))
    page = look(browser, kind="rows", first=100, count=50)
    assert [row["step"] for row in page["rows"]] == list(range(100, 150))
    assert told(look(browser, kind="rows", first=4001, count=1)["rows"][0]) == "go = Yes"
    assert look(browser, kind="rows", first=5_000, count=10**9)["rows"][0]["step"] == 4999
    assert look(browser, kind="rows", first=9_000, count=5)["rows"] == []


def test_all_answers_are_copied_as_the_code_that_replays_them(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browse(hitl.run(graphs.three_questions(), {}))
    for value in (True, "12 Main St", 250):
        settled(browser.session).answer(value)
    first = browser.session.wait(60)
    given = eval(f"dict({look(browser, kind='replay')})", {"hitl": hitl})
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    assert hitl.run(graphs.three_questions(), {}, **given).wait(60) == first


def test_a_secret_answer_is_in_no_row(browse: Any) -> None:
    graph = graphs.chain(graphs.Log, {"key": graphs.asks("Key?", schema={"type": "string", "format": "password"})})
    browser = browse(hitl.run(graph, {}))
    settled(browser.session).answer("hunter2")
    browser.session.wait(60)
    browser.send({"type": "look", "client": "c1", "id": 99, "at": {"kind": "answer", "decision": 0}})
    until(lambda: browser.told and browser.told[-1].get("error") == "A secret is kept out of here.", "it was told")
    assert "hunter2" not in repr(rows(browser)) + repr(browser.widget.timeline)
    assert told(rows(browser)[1]) == "key = ••••••"
