"""What an inbox shows of threads whose questions may quote a secret, where their past cannot be read."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.types import Command, interrupt
from pydantic import SecretStr

import hitl_widgets as hitl
from hitl_widgets.inbox.query import Query
from hitl_widgets.running.secrets import Secrets
from hitl_widgets.view.display import Display

from ..waiting import until
from . import graphs
from .test_inbox import at
from .test_inbox_widget import View

SECRET = "sk-hunter2-hunter2"


class Kept:
    """Threads in a file, of which an old answer can be damaged, as a disk or another version may do it."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, check_same_thread=False)
        self.saver = SqliteSaver(self._file)
        self._was: dict[str, tuple[Any, Any]] = {}

    def damage(self, thread_id: str) -> None:
        answer = "SELECT rowid, value FROM writes WHERE thread_id = ? AND channel = '__resume__'"
        self._was[thread_id] = self._file.execute(answer, (thread_id,)).fetchone()
        self._write(b"\xc1", self._was[thread_id][0])

    def mend(self, thread_id: str) -> None:
        row, value = self._was[thread_id]
        self._write(value, row)

    def _write(self, value: Any, row: Any) -> None:
        with self.saver.lock:
            self._file.execute("UPDATE writes SET value = ? WHERE rowid = ?", (value, row))
            self._file.commit()


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "runs.sqlite")


@pytest.fixture
def view(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> View:
    """Three threads that quote a secret."""
    nodes = {
        "key": lambda _: {"log": [hitl.ask("API key?", SecretStr).get_secret_value()]},
        "check": lambda state: {"log": [hitl.ask(f"Is {state['log'][0]} right?", bool)]},
    }
    graph = graphs.chain(graphs.Log, nodes, checkpointer=kept.saver)
    for number in range(3):
        graph.invoke({"log": []}, at(f"t{number}"))
        graph.invoke(Command(resume=SECRET), at(f"t{number}"))
    for number in range(2):
        kept.damage(f"t{number}")
    return View(hitl.inbox(graph), monkeypatch)


def texts(view: View) -> dict[str, str]:
    return {row["thread"]: row["questions"][0]["text"] for row in view.rows()["rows"]}


def seen(view: View) -> str:
    return json.dumps([view.widget.get_state(), view.told], default=str)


@pytest.mark.parametrize("threads", [["t0"], ["t2", "t0"], ["t0", "t1"]])
def test_a_question_that_stays_unread_in_the_list_is_on_no_card_and_it_is_said_why(
    view: View, threads: list[str]
) -> None:
    assert texts(view) == {"t0": "…", "t1": "…", "t2": "Is •••••• right?"}
    assert view.choose(*threads) is None
    said = view.answered()
    assert "may quote a secret" in said
    assert ("t0 and 1 more" if threads == ["t0", "t1"] else "t0 asks") in said
    assert SECRET not in seen(view)


def test_the_others_are_answered_as_ever(view: View) -> None:
    assert view.choose("t2")["question"] == "Is •••••• right?"
    assert SECRET not in seen(view)


def test_a_thread_that_is_opened_has_dots_from_its_first_moment(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    assert texts(view)["t2"] == "Is •••••• right?"
    cards: list[Any] = []
    shown = Display.shown_by

    def shown_by(display: Display, who: object) -> Any:
        made = shown(display, who)
        cards.extend(made.cards)
        made.observe(lambda change: cards.extend(change["new"]), "cards")
        return made

    monkeypatch.setattr(Display, "shown_by", shown_by)
    view.send("open_thread", thread="t2")
    until(lambda: view.widget.opened and cards, "it was not opened")
    assert {(card["question"], card.get("unkept")) for card in cards} == {("Is •••••• right?", True)}


def test_a_thread_that_can_be_read_again_has_its_card_and_its_row(view: View, kept: Kept) -> None:
    assert view.choose("t0") is None
    kept.mend("t0")
    view.send("choose", choice=1, threads=["t0"], same=view.rows()["rows"][0]["questions"][0]["same"])
    until(lambda: view.widget.cards, "there is no card")
    assert view.widget.cards[0]["question"] == "Is •••••• right?"
    assert view.chosen["said"] is None
    assert texts(view)["t0"] == "Is •••••• right?"
    assert SECRET not in seen(view)


def test_what_many_threads_were_given_is_put_in_order_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Keyed(TypedDict, total=False):
        key: SecretStr
        out: str

    graph = graphs.chain(Keyed, {"ask": lambda _: {"out": interrupt("Go on?")}}, checkpointer=InMemorySaver())
    for number in range(5):
        graph.invoke({"key": SecretStr(f"hunter{number}")}, at(f"t{number}"))
    listing = hitl.inbox(graph)._listing
    threads = listing.driver.run(listing.all(Query()))
    assert listing.driver.run(listing.quoted.know(threads))
    asked: list[set[str]] = []
    know = Secrets._know
    monkeypatch.setattr(Secrets, "_know", lambda self, texts: asked.append(texts) or know(self, texts))
    secrets = listing.quoted.of(threads)
    assert secrets.are_all
    assert secrets.mask("hunter0 hunter4") == "•••••• ••••••"
    assert len(asked) == 1
