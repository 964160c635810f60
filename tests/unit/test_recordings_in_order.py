"""A recording gives each question the answer that it had, also where something else, or nothing, answers the one before it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl
from hitl_widgets.decisions import FORMAT

from ..waiting import at_rest
from . import graphs


def _asks(*questions: str) -> Any:
    """A node that asks one question after the other, by the same key; one that ends in "!" is for a secret."""

    def ask(state: Any) -> dict[str, Any]:
        return {"log": [hitl.ask(one, secret=one.endswith("!"), key="ask") for one in questions]}

    return graphs.chain(graphs.Log, {"ask": ask})


def _in_code(session: hitl.Session) -> Any:
    return eval(f"dict({session.decisions.to_code()})")["unattended"]


def _recorded(graph: Any, path: Path, monkeypatch: pytest.MonkeyPatch, *answers: Any, **options: Any) -> hitl.Session:
    monkeypatch.setenv("HITL_UNATTENDED", "0")
    session = hitl.run(graph, {"log": []}, **options)
    for answer in answers:
        at_rest(session).answer(answer)
    session.wait(60)
    session.decisions.to_json(path)
    monkeypatch.setenv("HITL_UNATTENDED", "1")
    return session


def test_what_a_person_has_answered_after_a_policy_is_answered_so_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(request: hitl.Request) -> Any:
        return "yes" if request.payload["question"] == "Delete a draft?" else hitl.NO_ANSWER

    graph, path = _asks("Delete a draft?", "Delete all?", "Sure?"), tmp_path / "answers.json"
    options: dict[str, Any] = {"policies": [hitl.policy("small", node="ask", answer=small)]}
    first = _recorded(graph, path, monkeypatch, "no", "never", **options)
    assert first.values == {"log": ["yes", "no", "never"]}
    for given in (path, _in_code(first)):
        assert hitl.run(graph, {"log": []}, unattended=given, **options).wait(60) == first.values
        assert hitl.run(graph, {"log": []}, unattended=given).wait(60) == first.values


def test_a_secret_between_other_answers_is_not_answered_with_the_next_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, path = _asks("User?", "Password!", "Region?"), tmp_path / "answers.json"
    first = _recorded(graph, path, monkeypatch, "Ada", "hunter2-hunter2", "EU")
    assert "hunter2" not in path.read_text()
    code = "unattended={'ask': hitl.each(['Ada', hitl.NO_ANSWER, 'EU'], recorded=True)}"
    assert first.decisions.to_code() == code
    for given in (path, _in_code(first)):
        again = hitl.run(graph, {"log": []}, unattended=given)
        with pytest.raises(hitl.UnansweredError, match="a secret, which is not recorded"):
            again.wait(60)
        assert [(one.question, one.value) for one in again.decisions] == [("User?", "Ada")]

    def knows(request: hitl.Request) -> Any:
        return "hunter2-hunter2" if "Password" in request.payload["question"] else hitl.NO_ANSWER

    policies = [hitl.policy("vault", node="ask", answer=knows)]
    for given in (path, _in_code(first)):
        assert hitl.run(graph, {"log": []}, unattended=given, policies=policies).wait(60) == first.values

    # One that was written before secrets had their places among the others.
    answers = {"ask": [{"value": "Ada"}, {"value": "EU"}]}
    path.write_text(json.dumps({"format": FORMAT, "answers": answers, "secrets": ["ask"]}))
    assert hitl.run(graph, {"log": []}, unattended=path, policies=policies).wait(60) == first.values


def test_answers_that_somebody_writes_are_for_what_nothing_else_answers() -> None:
    graph = _asks("Delete a draft?", "Delete all?", "Sure?")
    drafts = hitl.policy("drafts", node="ask", answer="yes", when=lambda request: "draft" in str(request.payload))
    given = {"ask": hitl.each(["no", "never"])}
    assert hitl.run(graph, {"log": []}, unattended=given, policies=[drafts]).wait(60)["log"] == ["yes", "no", "never"]
