"""A recording gives each answer to what it was given to, in whatever order that is asked, and approves nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.decisions import FORMAT
from hitl_widgets.policies.about import about
from hitl_widgets.policies.answers import Answer, each
from hitl_widgets.policies.mapped import MappedAnswers

from ..waiting import at_rest
from . import graphs

Order = list[tuple[Any, ...]]


def _copies(ask: Callable[..., Any]) -> Callable[[Order], Any]:
    """Graphs that send a node once for each of some things."""

    def answered(state: Any) -> dict[str, Any]:
        return {"log": [(state["of"], ask(*state["of"]))]}

    def of(these: Order) -> Any:
        builder: Any = StateGraph(graphs.Log)
        builder.add_node("ask", answered)
        builder.add_conditional_edges(START, lambda _state: [Send("ask", {"of": one}) for one in these], ["ask"])
        return builder.compile()

    return of


@hitl.approve
def pay(to: str, amount: str) -> str:
    return f"paid {to} {amount}"


def _paid(to: str, amount: str) -> str:
    try:
        return pay(to, amount)
    except hitl.RejectedError:
        return "not paid"


def _draft(to: str, draft: str) -> Any:
    return interrupt({"question": "Send it?", "to": to, "draft": draft}, response_schema=bool)


def _city(of: str, *_more: Any) -> Any:
    return interrupt({"question": "Which city?", "of": of})


ASK = {"calls": _copies(_paid), "approvals": _copies(_draft), "texts": _copies(_city)}
THREE: Order = [("Ada", "one"), ("Bob", "two"), ("Cy", "three")]
ANSWERS: dict[str, list[Any]] = {
    "calls": [True, False, True],
    "approvals": [True, False, True],
    "texts": ["Rome", "Bonn", "Oslo"],
}


def _recorded(what: str, path: Path, monkeypatch: pytest.MonkeyPatch) -> hitl.Session:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = hitl.run(ASK[what](THREE), {"log": []})
    for request, answer in zip(list(at_rest(session).requests), ANSWERS[what], strict=True):
        session.answer(answer, to=request.id)
    session.wait(60)
    session.decisions.to_json(path)
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    return session


def _results(state: Any) -> dict[Any, Any]:
    return {tuple(of): got for of, got in state["log"]}


@pytest.mark.parametrize("what", ASK)
def test_what_is_asked_in_another_order_gets_the_answer_that_it_had(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _recorded(what, path := tmp_path / "answers.json", monkeypatch)
    again = hitl.run(ASK[what](THREE[::-1]), {"log": []}, unattended=path).wait(60)
    assert _results(again) == _results(first.values)
    # One of them alone, which was another of its node's tasks.
    alone = hitl.run(ASK[what](THREE[1:2]), {"log": []}, unattended=path).wait(60)
    assert _results(alone).items() <= _results(first.values).items()


@pytest.mark.parametrize("what", ["calls", "approvals"])
def test_copied_as_code_what_was_approved_says_what_it_was_given_to(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _recorded(what, tmp_path / "answers.json", monkeypatch)
    given = eval(f"dict({first.decisions.to_code()})")["unattended"]
    again = hitl.run(ASK[what](THREE[::-1]), {"log": []}, unattended=given).wait(60)
    assert _results(again) == _results(first.values)
    with pytest.raises(hitl.UnansweredError, match="is not for what is asked here"):
        hitl.run(ASK[what]([("Ada", "1000000")]), {"log": []}, unattended=given).wait(60)


@pytest.mark.parametrize("what", ["calls", "approvals"])
def test_what_approves_is_not_given_to_something_else_and_says_what_was_recorded(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _recorded(what, path := tmp_path / "answers.json", monkeypatch)
    again = hitl.run(ASK[what]([*THREE[:2], ("Cy", "a million")]), {"log": []}, unattended=path)
    with pytest.raises(hitl.UnansweredError) as error:
        again.wait(60)
    said = str(error.value)
    assert "a million" in said.partition("Recorded:")[0]
    assert "three" in said.partition("Recorded:")[2]
    assert {decision.value for decision in again.decisions} == {True, False}
    # Somebody who wants it all the same says so.
    recording = json.loads(path.read_text())
    for answers in recording["answers"].values():
        for answer in answers:
            del answer["about"]
    path.write_text(json.dumps(recording))
    done = hitl.run(ASK[what]([*THREE[:2], ("Cy", "a million")]), {"log": []}, unattended=path).wait(60)
    assert _results(done)["Cy", "a million"] != "not paid"


def test_a_text_goes_by_its_place_where_the_words_of_the_question_have_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _recorded("texts", path := tmp_path / "answers.json", monkeypatch)
    # What is known to be Ada's is not Dora's, who stands where Ada stood.
    changed: Order = [("Dora", "new"), ("Ada", "one"), ("Cy", "three")]
    again = hitl.run(ASK["texts"](changed), {"log": []}, unattended=path).wait(60)
    assert _results(again) == {("Ada", "one"): "Rome", ("Cy", "three"): "Oslo", ("Dora", "new"): "Bonn"}


def test_where_tasks_have_changed_places_those_with_other_words_take_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _recorded("texts", path := tmp_path / "answers.json", monkeypatch)
    # Cy stands where Ada did; Dora and Eve have what Ada and Bob were given between them.
    changed: Order = [("Cy", "three"), ("Dora", "new"), ("Eve", "new")]
    again = hitl.run(ASK["texts"](changed), {"log": []}, unattended=path).wait(60)
    assert _results(again)["Cy", "three"] == "Oslo"
    assert {_results(again)[one] for one in changed[1:]} == {"Rome", "Bonn"}
    changed = [("Dora", "new"), ("Eve", "new"), ("Ada", "one")]
    again = hitl.run(ASK["texts"](changed), {"log": []}, unattended=path).wait(60)
    assert {_results(again)[one] for one in changed} == {"Rome", "Bonn", "Oslo"}


def test_a_task_that_asks_once_more_gets_no_answer_of_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _recorded("texts", path := tmp_path / "answers.json", monkeypatch)
    twice = _copies(lambda *of: [_city(*of), interrupt({"question": "Sure?"})])
    session = hitl.run(twice(THREE[:1]), {"log": []}, unattended=path)
    with pytest.raises(hitl.UnansweredError, match="is not for what is asked here"):
        session.wait(60)
    assert [decision.value for decision in session.decisions] == ["Rome"]


def test_a_recording_of_an_earlier_version_goes_by_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    answers = {"pay": [{"question": "Run pay?", "value": True}], "pay#2": [{"question": "Run pay?", "value": False}]}
    (path := tmp_path / "answers.json").write_text(json.dumps({"format": FORMAT, "answers": answers, "secrets": []}))
    done = hitl.run(ASK["calls"](THREE[:2]), {"log": []}, unattended=path).wait(60)
    assert [result for _, result in done["log"]] == ["paid Ada one", "not paid"]


@pytest.mark.parametrize(
    "at", ["2026-11-28T04:42:22.123456+00:00", "2026-11-28 04:42:22.5", "2026-11-28T04:42:22.123Z"]
)
def test_a_time_that_was_read_from_a_clock_makes_no_other_question(
    at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = hitl.run(ASK["approvals"]([("Ada", f"Written at {at}.")]), {"log": []}, unattended=lambda _request: True)
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    at_rest(session)
    if session.status == "waiting":
        session.answer(True)
    session.wait(60)
    session.decisions.to_json(path := tmp_path / "answers.json")
    later = hitl.run(
        ASK["approvals"]([("Ada", "Written at 2027-01-01T00:00:00.000001.")]), {"log": []}, unattended=path
    )
    assert [approved for _, approved in later.wait(60)["log"]] == [True]


@pytest.mark.parametrize(
    ("to", "another"),
    [
        (f"0x{'7' * 40}", f"0x{'8' * 40}"),  # a wallet
        ("0x7f0000000001", "0x7f0000000002"),
        ("2026-11-28T09:00:00.000Z", "2026-11-29T09:00:00.000Z"),
        ("2026-12-31 23:59:59.999999+00:00", "2027-12-31 23:59:59.999999+00:00"),
    ],
)
def test_a_number_or_a_time_that_somebody_chose_is_one_that_is_approved(
    to: str, another: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    path = tmp_path / "answers.json"
    session = hitl.run(ASK["calls"]([(to, "one")]), {"log": []}, unattended=lambda _request: True)
    session.wait(60)
    session.decisions.to_json(path)
    with pytest.raises(hitl.UnansweredError, match="is not for what is asked here"):
        hitl.run(ASK["calls"]([(another, "one")]), {"log": []}, unattended=path).wait(60)


def test_an_object_without_a_form_of_its_own_is_the_same_at_another_address() -> None:
    class Thing:
        pass

    def said(thing: Thing) -> str:
        payload = {"type": "tool_approval", "name": "keep", "args": {"thing": thing}}
        return about(hitl.Request("1", "tools", "tools", ("tools",), payload), hitl.Control.json(), str)

    one, other = Thing(), Thing()
    assert said(one) == said(other)
    assert repr(one) != repr(other)


def test_of_hundreds_each_finds_its_own_at_once() -> None:
    looks: list[object] = []

    class Name(str):
        """One that counts what it is compared with."""

        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            looks.append(other)
            return str.__eq__(self, other)

        def __ne__(self, other: object) -> bool:
            return not self == other

    names = [f"ask#{at}" for at in range(500)]
    given: dict[str, Any] = {Name(name): each([Answer(at, about=name)], recorded=True) for at, name in enumerate(names)}
    answers = MappedAnswers(given, lambda request: (request.key,))
    for at, name in reversed(list(enumerate(names))):
        request = hitl.Request(name, name, "ask", ("ask",), name)
        assert answers.knows(request, name.__str__)
        assert answers.answer(request, hitl.Control.json(), name.__str__).value == at
    assert len(looks) <= 20 * len(names)


def test_a_mapping_may_have_keys_that_are_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    given: Any = {7: "no", None: "no", "ask": "Rome"}
    assert hitl.run(ASK["texts"](THREE[:1]), {"log": []}, unattended=given).wait(60)["log"] == [[[*THREE[0]], "Rome"]]


def test_what_a_thread_was_asked_is_recorded_after_a_restart_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    file, path = tmp_path / "runs.sqlite", tmp_path / "answers.json"
    graph = ASK["approvals"](THREE[:1])
    hitl.run(graph, {"log": []}, thread_id="t", save=file, unattended={"ask": True}).wait(60)
    earlier = hitl.attach(graph, "t", save=file)
    earlier.decisions.to_json(path)
    earlier.close()
    (kept,) = json.loads(path.read_text())["answers"]["ask"]
    assert kept == {"question": "Send it?", "about": "Send it?\nto: Ada\ndraft: one", "approves": True, "value": True}
