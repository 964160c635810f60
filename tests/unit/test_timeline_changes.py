"""A change of the state in the timeline: a row in its place, in nested graphs too, with the keys that it changed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from pydantic import Field
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.driver.answers.address import ns_of
from hitl_widgets.running.others import noticing
from hitl_widgets.running.others.elsewhere import CHANGED
from hitl_widgets.view import changed_keys

from ..waiting import ends, threads, until
from . import graphs
from .test_fork_moment import Ran, at_rest
from .test_fork_stops import CASES, around, leaf, one_level, side_by_side, two_levels
from .test_timeline import browse, look, rows, told

__all__ = ["browse"]


@pytest.fixture(params=["memory", "sqlite"])
def saved(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    return InMemorySaver() if request.param == "memory" else tmp_path / "runs.sqlite"


def read(browser: Any, node: str | None = None) -> list[str]:
    """The rows in a word or two, once what ran before is read."""
    past = browser.session._run.past
    until(lambda: not past.is_due, "the past was not read")
    return [f"{told(row)} ({row['changed']})" if "changed" in row else told(row) for row in rows(browser, node)]


def changes(browser: Any) -> list[Any]:
    return [row for row in rows(browser) if "changed" in row]


def edited(case: Any, saved: Any, **options: Any) -> hitl.Session:
    """A run whose nested graph was edited before `two`, and that has come to its end."""
    session = at_rest(hitl.run(case(Ran(), interrupt_before=["two"]), {"log": []}, save=saved, **options))
    session.answer({"update": {"log": ["edited"]}})
    at_rest(session).answer("x")
    return at_rest(session)


@pytest.mark.parametrize("case", CASES)
def test_an_edit_inside_a_nested_graph_has_its_row_in_its_place_and_after_a_kernel_too(
    case: str, saved: Any, browse: Any
) -> None:
    session = edited(CASES[case], saved, thread_id="t")
    found = read(browse(session))
    place = "/".join(["", "inner"] if case != "two levels" else ["", "inner", "inner"]).removeprefix("/")
    at = found.index(f":{place}/ idle (state changed: log)")
    assert found[at - 2 : at + 2] == [
        f":{place}/one done",
        'two = update: {"log": ["edited"]}',
        f":{place}/ idle (state changed: log)",
        f":{place}/two done",
    ]
    # The history has the same.
    inside = [step for outer in session.history for step in outer.inside]
    assert [step.passed_over for step in inside].count(True) == 1
    session.close()
    attached = at_rest(hitl.attach(CASES[case](Ran(), interrupt_before=["two"]), "t", save=saved))
    assert read(browse(attached)) == found


@pytest.mark.parametrize("case", CASES)
def test_a_step_of_a_nested_graph_that_is_edited_and_run_from_has_a_row_in_the_fork(
    case: str, saved: Any, browse: Any
) -> None:
    session = at_rest(hitl.run(CASES[case](Ran(), interrupt_before=["two"]), {"log": []}, save=saved))
    session.answer(True)
    at_rest(session).answer("x")
    at_rest(session)
    [step] = [one for outer in session.history for one in outer.inside if one.nodes == ("two",)]
    for fork in (session.fork(step, pause=True), session.fork(step, update={"log": ["other"]})):
        if at_rest(fork).requests[0].kind == "breakpoint":
            fork.answer({"update": {"log": ["other"]}} if not changes(browse(fork)) else True)
        at_rest(fork).answer("y")
        at_rest(fork)
        found = read(browse(fork))
        attached = at_rest(hitl.attach(CASES[case](Ran(), interrupt_before=["two"]), fork.thread_id, save=saved))
        # Where nobody has seen it go on, the answer to a breakpoint comes after the step.
        steps = [row for row in found if not row.startswith("two = ")]
        [at] = [place for place, row in enumerate(steps) if row.endswith("(state changed: log)")]
        assert steps[at + 1].endswith("two done")
        assert [row for row in read(browse(attached)) if not row.startswith("two = ")] == steps


def test_rows_that_are_asked_for_while_it_is_read_what_was_changed_wait_for_that(
    saved: Any, browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = edited(one_level, saved)
    session.close()
    browser = browse(at_rest(hitl.attach(one_level(Ran()), session.thread_id, save=saved)))
    past, pages = browser.session._run.past, list[Any]()
    until(lambda: not past.is_due, "the past was not read")
    keys = changed_keys.ChangedKeys(browser.session._run)
    monkeypatch.setattr(browser.widget._looking.timeline, "keys", keys)
    read_keys = changed_keys.changed_keys

    async def slowly(run: Any, change: Any) -> Any:
        if not pages:
            pages.append(None)
            pages.append(await browser.widget._looking._rows({"kind": "rows", "first": 0, "count": 50}))
        return await read_keys(run, change)

    monkeypatch.setattr(changed_keys, "changed_keys", slowly)
    monkeypatch.setattr(changed_keys, "TRIES", 1)
    browser.session._run.driver.run(browser.widget._looking._rows({"kind": "rows", "first": 0, "count": 50}))
    assert [row["changed"] for row in pages[1]["rows"] if "changed" in row] == ["state changed: log"]


def test_what_is_edited_once_more_in_a_fork_has_a_row_each_and_the_decision_between_them(
    saved: Any, browse: Any
) -> None:
    session = edited(one_level, saved)
    step = [one for one in session.history[1].inside if one.nodes == ("two",)][-1]
    fork = at_rest(session.fork(step, pause=True))
    fork.answer({"update": {"log": ["again"]}})
    at_rest(fork)
    assert read(browse(fork)) == [
        "0:before done",
        "1:inner waiting",
        ":inner/one done",
        ":inner/ idle (state changed: log)",
        'two = update: {"log": ["again"]}',
        ":inner/ idle (state changed: log)",
        ":inner/two done",
        ":inner/ask waiting",
    ]


def test_a_kernel_that_has_picked_the_thread_up_shows_the_edit_that_is_made_in_it(saved: Any, browse: Any) -> None:
    graph = two_levels(Ran(), interrupt_before=["two"])
    at_rest(hitl.run(graph, {"log": []}, save=saved, thread_id="t")).close()
    session = at_rest(hitl.attach(graph, "t", save=saved))
    browser = browse(session)
    read(browser)
    session.answer({"update": {"log": ["edited"]}})
    at_rest(session)
    found = read(browser)
    assert found[-4:] == [
        'two = update: {"log": ["edited"]}',
        ":inner/inner/ idle (state changed: log)",
        ":inner/inner/two done",
        ":inner/inner/ask waiting",
    ]


def test_of_graphs_side_by_side_the_edit_is_in_the_one_that_it_was_made_in(saved: Any, browse: Any) -> None:
    session = at_rest(hitl.run(side_by_side(Ran(), interrupt_before=["two"]), {"log": []}, save=saved, thread_id="t"))
    session.answer({"update": {"log": ["a", "edited"]}})
    at_rest(session)
    here = changes(browse(session))
    assert [(row["path"], row["changed"]) for row in here] == [(["inner"], "state changed: log")]
    session.close()
    attached = browse(at_rest(hitl.attach(side_by_side(Ran(), interrupt_before=["two"]), "t", save=saved)))
    read(attached)
    assert [row["tasks"] for row in changes(attached)] == [row["tasks"] for row in here]


def test_a_filter_by_the_node_around_has_the_edit_and_one_by_another_node_has_not(browse: Any) -> None:
    browser = browse(edited(one_level, InMemorySaver()))
    assert ":inner/ idle (state changed: log)" in read(browser, "inner")
    assert read(browser, "after") == ["2:after done"]
    assert read(browser, "inner:two")[0] == 'two = update: {"log": ["edited"]}'


def test_an_edit_in_a_step_before_the_one_that_a_fork_starts_from_is_told_by_the_thread_that_has_it(
    saved: Any, browse: Any
) -> None:
    session = edited(one_level, saved)
    fork = at_rest(session.fork(2, update={"log": ["all new"]}))
    found = read(browse(fork))
    # LangGraph's copy has none of the nested graph's checkpoints.
    assert ":inner/ idle (state changed: log)" in found
    assert "2: idle (state changed: log)" in found
    [inner, outer] = changes(browser := browse(fork))
    assert look(browser, kind="task", task=inner["tasks"][0]["id"])["changes"]
    assert look(browser, kind="task", task=outer["tasks"][0]["id"])["step"] == 2


def test_what_somebody_else_has_changed_with_langgraph_alone_is_told_with_its_keys(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    saver = InMemorySaver()
    graph = graphs.three_questions()
    monkeypatch.setattr(noticing, "EVERY", 0.05)
    session = at_rest(hitl.run(graph, {}, save=saver, thread_id="t", interrupt_before=["ask_address"]))
    browser = browse(session)
    browser.send({"type": "hello", "client": "c1", "seq": 0})
    session.answer(True)
    at_rest(session)
    session._run.driver.graph.update_state(
        {"configurable": {"thread_id": "t"}}, {"request": "by hand", "budget": 7.0}, as_node="ask_approval"
    )
    until(lambda: CHANGED in browser.widget.run["notices"], "it was not noticed")
    assert [one.key for one in session.requests] == ["ask_address"]
    session.answer(True)
    at_rest(session)
    changed = ["1: idle (state changed: request, budget)", "ask_address = Continued", "2:ask_address waiting"]
    until(lambda: read(browser)[2:] == changed, lambda: read(browser))


# ---------------------------------------------------------------- which keys


class Many(TypedDict, total=False):
    first: str
    second: int
    third: list[str]
    fourth: str
    fifth: dict[str, Any]
    token: Annotated[str, Field(json_schema_extra={"format": "password"})]


def many(state: Any = Many) -> Any:
    builder = StateGraph(state)
    builder.add_node("one", lambda _: {"first": "a", "third": ["x"], "token": "hunter2-hunter2"})
    builder.add_node("two", lambda state: {"second": len(state["third"])})
    builder.add_edge(START, "one").add_edge("one", "two")
    return builder.compile()


def changed_at_two(browse: Any, **update: Any) -> Any:
    session = at_rest(hitl.run(many(), {}, save=InMemorySaver()))
    return browse(at_rest(session.fork(1, update=update)))


def test_the_first_few_keys_are_named_and_the_others_counted(browse: Any) -> None:
    browser = changed_at_two(browse, first="b", second=2, third=[], fourth="d", fifth={"a": 1})
    assert [row["changed"] for row in changes(browser)] == ["state changed: first, third, second and 2 more"]


def test_a_key_that_was_given_what_it_held_is_not_named(browse: Any) -> None:
    browser = changed_at_two(browse, first="a", fourth="d")
    assert [row["changed"] for row in changes(browser)] == ["state changed: fourth"]
    none = changed_at_two(browse, first="a")
    assert [row["changed"] for row in changes(none)] == ["state changed"]
    view = look(none, kind="task", task=changes(none)[0]["tasks"][0]["id"])
    assert view["notes"] == ["It was changed before two could run.", "Every key holds what it held before."]


def test_the_newest_rows_have_their_keys_before_anybody_fetches_one(browse: Any) -> None:
    browser = changed_at_two(browse, fourth="d")
    until(
        lambda: "state changed: fourth" in [row.get("changed") for row in browser.widget.timeline["latest"]],
        "its keys are missing",
    )


def test_looked_into_it_shows_the_diff_and_more_of_a_long_value(browse: Any) -> None:
    browser = changed_at_two(browse, third=["x", *map(str, range(500))], first="b" * 5_000)
    [row] = changes(browser)
    view = look(browser, kind="task", task=row["tasks"][0]["id"])
    assert (view["task"]["name"], view["step"], view["can_fork"]) == ("state changed", 1, False)
    assert [(change["key"], change["kind"]) for change in view["changes"]] == [
        ("first", "changed"),
        ("third", "appended"),
    ]
    assert view["changes"][0]["before"]["view"]["text"] == "a"
    long = view["changes"][0]["after"]
    assert (len(long["view"]["text"]), long["view"]["total"]) == (2_000, 5_000)
    more = look(browser, kind="value", value=long["value"], first=2_000, count=10_000)
    assert more["text"] == "b" * 3_000
    whole = look(browser, kind="value", value=view["changes"][1]["after"]["value"], first=0, count=0, copy=True)
    assert '"499"' in whole


def test_of_a_secret_key_the_name_is_shown_and_no_value(browse: Any) -> None:
    browser = changed_at_two(browse, token="another-secret", first="it is another-secret")
    [row] = changes(browser)
    assert row["changed"] == "state changed: first, token"
    view = look(browser, kind="task", task=row["tasks"][0]["id"])
    assert [change["key"] for change in view["changes"]] == ["first", "token"]
    assert "another-secret" not in str(view)
    assert "hunter2" not in str(view)
    copied = look(browser, kind="value", value=view["changes"][1]["after"]["value"], first=0, count=0, copy=True)
    assert "another-secret" not in copied


def test_a_hostile_key_is_text(browse: Any) -> None:
    key = "<img src=x onerror=alert(1)>\u202egpj.\n" + "k" * 500
    state: Any = TypedDict(
        "Hostile", {key: str, "first": str, "third": list[str], "token": str, "second": int}, total=False
    )  # type: ignore[misc]
    session = at_rest(hitl.run(many(state), {}, save=InMemorySaver()))
    browser = browse(at_rest(session.fork(1, update={key: "x"})))
    [row] = changes(browser)
    assert row["changed"].startswith("state changed: <img src=x onerror=alert(1)>⟨U+202E⟩")
    assert "\u202e" not in row["changed"]
    assert "\n" not in row["changed"]
    assert len(row["changed"]) < 100


def test_what_cannot_be_read_is_a_row_without_keys_and_is_not_asked_for_for_ever(
    browse: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def fails(_run: Any, change: Any) -> Any:
        asked.append(change.id)
        raise OSError("the disk is gone")

    monkeypatch.setattr(changed_keys, "changed_keys", fails)
    browser = changed_at_two(browse, fourth="d")
    for _ in range(6):
        assert [row["changed"] for row in changes(browser)] == ["state changed"]
    until(lambda: len(asked) >= changed_keys.TRIES, lambda: asked)  # the view reads them, too
    assert ends(lambda: "hitl-session" not in threads())
    assert len(asked) == changed_keys.TRIES


def test_the_second_graph_of_a_nodes_code_is_told_as_it_is_saved(browse: Any) -> None:
    class Other(TypedDict, total=False):
        note: str
        log: list[Any]

    builder = StateGraph(Other)
    builder.add_node("write", lambda _: {"note": "n"})
    builder.add_node("stop", lambda state: {"log": [state["note"]]})
    builder.add_edge(START, "write").add_edge("write", "stop")
    second = builder.compile(interrupt_before=["stop"])
    first = leaf(Ran())

    def calls(_state: Any) -> Any:
        got = first.invoke({"log": []})["log"]
        return {"log": [*got, *second.invoke({})["log"]]}

    saver = InMemorySaver()
    session = at_rest(hitl.run(around(Ran(), calls), {"log": []}, save=saver))
    session.answer("x")
    at_rest(session)
    driver = session._run.driver
    stands = next(one for one in saver.list(driver.whole_thread) if ns_of(one).endswith("|1"))
    # LangGraph does not know its graph, so nobody is asked about its state: somebody writes it.
    driver.run(driver.rewrite(stands.config, {"note": "edited"}))
    session.answer(True)
    assert session.wait(60)["log"][-2:] == ["edited", "after"]
    [row] = changes(browser := browse(session))
    assert (row["path"], row["changed"]) == (["inner"], "state changed: note")
    [change] = look(browser, kind="task", task=row["tasks"][0]["id"])["changes"]
    assert [change[side]["view"]["text"] for side in ("before", "after")] == ["n", "edited"]


def test_an_async_graph_has_them_too(browse: Any) -> None:
    async def one(_state: Any) -> Any:
        return {"log": ["one"]}

    async def two(_state: Any) -> Any:
        return {"log": ["two"]}

    inner = graphs.chain(graphs.Log, {"one": one, "two": two}, interrupt_before=["two"])

    async def main() -> list[str]:
        session = hitl.run(graphs.chain(graphs.Log, {"inner": inner}), {"log": []}, save=InMemorySaver())
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        browser = browse(session)
        await session.aanswer({"update": {"log": ["edited"]}})
        await session
        return await asyncio.to_thread(read, browser)

    assert asyncio.run(main())[1:] == [
        ":inner/one done",
        'two = update: {"log": ["edited"]}',
        ":inner/ idle (state changed: log)",
        ":inner/two done",
    ]


def test_after_a_kernel_the_edge_behind_an_edit_is_the_one_that_was_taken(browse: Any) -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("one", lambda _: {"log": ["one"]})
    builder.add_node("two", lambda _: {"log": ["two"]})
    builder.add_edge(START, "one")
    builder.add_conditional_edges("one", lambda _: "two", ["two", END])
    graph, saver = builder.compile(), InMemorySaver()
    session = at_rest(hitl.run(graph, {"log": []}, save=saver, thread_id="t", interrupt_before=["two"]))
    session.answer({"update": {"log": ["edited"]}})
    at_rest(session)
    here = browse(session)
    until(lambda: here.widget.run["status"] == "finished", "it is not shown as finished")
    session.close()
    browser = browse(at_rest(hitl.attach(graph, "t", save=saver)))
    read(browser)
    assert browser.widget.edges == here.widget.edges
    assert len(here.widget.edges) == 3
