"""A history that is pickled, into a file or for another process, takes no secret along; a copy in this process is as it was."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from pydantic import BaseModel, SecretBytes, SecretStr

import hitl_widgets as hitl
from hitl_widgets.running.secrets import Secrets

from .test_secrets_everywhere import MARK, SECRET, ask, fail, ran, steps, use


def count(_: Any) -> Any:
    """Asks for a secret and keeps only its length."""
    return {"count": len(hitl.ask("Token?", secret=True))}


def quotes(_: Any) -> Any:
    return {"copied": hitl.ask(f"Is it {SECRET}?", str)}


@pytest.mark.parametrize(
    "nodes",
    [[count], [ask, use], [ask, use, fail], [count, quotes]],
    ids=lambda nodes: "-".join(one.__name__ for one in nodes),
)
def test_a_pickled_history_has_no_secret_and_shows_the_same(nodes: list[Any]) -> None:
    session = ran(steps(*nodes).compile(), {})
    if quotes in nodes:
        session.answer(f"yes, {SECRET}")
        assert session._run.at_rest.wait(60)
    history = session.history
    pickled = pickle.dumps(history)
    assert MARK.encode() not in pickled
    again: hitl.History = pickle.loads(pickled)
    assert repr(again) == repr(history)
    assert again._repr_html_() == history._repr_html_()
    assert [(one.index, one.nodes, one.config, one.at) for one in again] == [
        (one.index, one.nodes, one.config, one.at) for one in history
    ]
    assert MARK.encode() not in pickle.dumps([*history, *history[0].tasks])
    session.close()


class Login(BaseModel):
    user: str
    password: SecretStr


class Client:
    """Its `repr` says nothing of what it holds."""

    def __init__(self, key: str) -> None:
        self.key = key


KEPT: dict[str, Any] = {
    "a type of Pydantic's": SecretStr,
    "in a list": lambda secret: [[SecretStr(secret)], 1],
    "in a set": lambda secret: {SecretBytes(secret.encode())},
    "in a model": lambda secret: Login(user="ada", password=SecretStr(secret)),
    "in an object": Client,
    "in a circle": lambda secret: circle(SecretStr(secret)),
}


def circle(secret: object) -> list[Any]:
    of: list[Any] = [secret]
    of.append(of)
    return of


@pytest.mark.parametrize(
    ("kept", "is_given"),
    # That of an object is known where it was given alone.
    [*((kept, True) for kept in KEPT), *((kept, False) for kept in KEPT if kept != "in an object")],
)
def test_a_history_is_pickled_without_what_an_object_hides(kept: str, is_given: bool) -> None:
    def makes(_: Any) -> Any:
        return {"copied": KEPT[kept](hitl.ask("Token?", secret=True) if is_given else SECRET)}

    session = hitl.run(steps(makes).compile(), {})
    assert session._run.at_rest.wait(60)
    if is_given:
        session.answer(SECRET)
        assert session._run.at_rest.wait(60)
    assert session.status == "finished"
    pickled = pickle.dumps(session.history)
    assert MARK.encode() not in pickled
    again = pickle.loads(pickled)
    assert [one.nodes for one in again] == [one.nodes for one in session.history]
    assert "copied" in again[0].after
    assert MARK.encode() in pickle.dumps(session.values), "it is the state's own that has it"
    session.close()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copied_step_is_as_it_was_and_shows_dots(copied: Any) -> None:
    session = ran(steps(ask, use).compile(), {})
    for step in session.history:
        again = copied(step)
        assert again == step
        assert [one.wrote for one in again.tasks] == [one.wrote for one in step.tasks]
        assert repr(again) == repr(step)
    assert copied(session.history[0].tasks[0]).wrote == {"token": SECRET}
    assert "••••••" in repr(copied(session.history[0]))
    session.close()


def test_secrets_themselves_are_pickled_by_nobody() -> None:
    secrets = Secrets()
    secrets.add(SECRET)
    assert MARK.encode() not in pickle.dumps(secrets)
    assert not pickle.loads(pickle.dumps(secrets))
    assert copy.deepcopy(secrets) is secrets
