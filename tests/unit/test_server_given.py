"""What is read of a server's records, into which others write too."""

from __future__ import annotations

from typing import Any

from langgraph.types import Interrupt, PregelTask, StateSnapshot

from hitl_widgets.driver.answers.claims import Claim
from hitl_widgets.driver.server.given import LARGEST_VALUE, NOTED, given_in, holding, kept_of, kept_with, notes_in

AT = "2026-11-26T14:03:22+00:00"


def claim(interrupt: str, answer: Any, mark: str, at: str = AT) -> Claim:
    return Claim(interrupt, answer, "a session", {"at": at, "by": "person"}, mark=mark)


def run(status: str, *claims: Claim) -> dict[str, Any]:
    resume = {one.interrupt: one.answer for one in claims}
    return {"status": status, "metadata": kept_with(claims), "kwargs": {"command": {"resume": resume}}}


def asking(*tasks: PregelTask) -> StateSnapshot:
    return StateSnapshot({}, (), {}, None, None, None, tasks, ())


def task(interrupt: str, *, error: str | None = None, schema: dict[str, Any] | None = None) -> PregelTask:
    failure: Any = error
    return PregelTask(f"of {interrupt}", "ask", (), failure, (Interrupt("?", interrupt, response_schema=schema),))


def test_what_other_clients_write_into_metadata_is_passed_over() -> None:
    strange: list[Any] = [None, 7, "text", [], {}, {"interrupt": 1}, {"interrupt": "1", "session": "s", "mark": "m"}]
    strange += [{"interrupt": "1", "session": "s", "mark": "m", "decision": "no"}]
    strange += [{"interrupt": "1", "session": "s", "mark": "m", "decision": {}, "newer": True}]
    runs = [{"status": "success", "metadata": {"hitl_decided": kept}, "kwargs": {}} for kept in (*strange, strange)]
    runs += [{"status": "success", "metadata": None, "kwargs": {"command": {"resume": "yes"}}}]
    runs += [{"status": "success"}]
    assert given_in(runs) == []
    assert notes_in({f"{NOTED}{number}": one for number, one in enumerate(strange)}) == {}


def test_an_answer_of_another_client_counts_though_nobody_knows_whose_it_is() -> None:
    runs = [{"status": "success", "metadata": {}, "kwargs": {"command": {"resume": {"1": "yes"}}}}]
    assert given_in(runs) == [Claim("1", "yes", "")]


def test_an_answer_that_came_late_does_not_hide_the_one_that_was_used() -> None:
    first, late = claim("1", "first", "a:1"), claim("1", "late", "b:1")
    assert given_in([run("error", late), run("success", first)]) == [first]


def test_an_answer_that_was_refused_gives_way_to_the_next() -> None:
    refused, then = claim("1", 13, "a:1"), claim("1", 12, "a:2")
    assert given_in([run("success", then), run("error", refused)]) == [then]
    waits = asking(task("1", error="1 validation error for Amount", schema={"type": "integer"}))
    assert holding(waits, [refused], []) == {}
    assert holding(waits, [refused], [refused]) == {}
    assert holding(waits, [refused], [then]) == {"1": then}


def test_an_answer_whose_node_failed_still_counts() -> None:
    given = claim("1", "yes", "a:1")
    assert holding(asking(task("1", error="no network")), [given], []) == {"1": given}


def test_of_two_that_wait_the_earlier_counts() -> None:
    second, first = claim("1", "b", "b:1", at="2026-11-26T14:03:23+00:00"), claim("1", "a", "a:1")
    noted = {NOTED + one.mark: {"answer": one.answer, **kept_with([one])["hitl_decided"][0]} for one in (second, first)}
    assert holding(asking(task("1")), [], notes_in(noted).values()) == {"1": first}


def test_what_a_decision_shows_in_place_of_its_answer_is_never_left_out() -> None:
    shown = {"password": "••••••", "more": ["x" * LARGEST_VALUE]}
    kept = kept_of({"question": "?", "value": shown})
    assert "••••••" in kept["value"]
    assert len(kept["value"]) < LARGEST_VALUE
    assert isinstance(kept_of({"value": object()})["value"], str)
