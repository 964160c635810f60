"""Of a secret no part is seen either where a text that quotes it was cut: by us, by Pydantic, by a limit of what is kept."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any, TypedDict

import pytest
from langchain_core.messages import AIMessageChunk
from langgraph.types import interrupt
from pydantic import BaseModel

import hitl_widgets as hitl
from hitl_widgets.running.following.said import FIRST, LONGEST
from hitl_widgets.running.secrets import Secrets
from hitl_widgets.watching import watched

from . import graphs
from .test_families_inbox import human_interrupt
from .test_secrets_everywhere import looks, told

KEY = "".join(f"k{at:03}" for at in range(50))
"""A long one, as a JSON Web Token is; each four characters of it are in no other text."""
PARTS = [KEY[at : at + 4] for at in range(len(KEY) - 3)]


class State(TypedDict, total=False):
    kept: int
    answer: Any


class Port(BaseModel):
    port: int


def ask(_: State) -> State:
    return {"kept": len(hitl.ask("Key?", secret=True))}


def ran(then: Callable[[State], Any], answer: Any = KEY) -> hitl.Session:
    with watched():
        session = hitl.run(graphs.chain(State, {"ask": ask, "then": then}), {})
    assert session._run.at_rest.wait(60)
    display: Any = session._display
    assert display.widget is not None
    session.answer(answer)
    assert session._run.at_rest.wait(60)
    return session


def seen(session: hitl.Session) -> list[str]:
    """Where a part of it is seen."""
    return [where for where, text in (*looks(session), *told(session)) if any(part in text for part in PARTS)]


def prints_at_a_limit(_: State) -> State:
    print("x" * (LONGEST + 100))
    print(KEY + "y" * (LONGEST - FIRST - 100))
    return {}


def logs_at_a_limit(_: State) -> State:
    logging.getLogger("then").warning("%s%s", "x" * (FIRST - 100), KEY)
    return {}


def begins_at_a_limit(_: State) -> State:
    print("x" * (FIRST - 100) + KEY + "y" * LONGEST)
    return {}


def fails_with_pydantic(_: State) -> State:
    Port.model_validate({"port": KEY})
    return {}


def asks_with_a_long_argument(_: State) -> State:
    return {"answer": interrupt(human_interrupt("send", {"body": "x" * 19_900 + KEY}, "accept"))}


def asks_with_a_large_part(_: State) -> State:
    return {"answer": interrupt({"question": "Go on?", "data": "x" * 19_900 + KEY, "bytes": KEY.encode()})}


@pytest.mark.parametrize(
    "then",
    [
        prints_at_a_limit,
        logs_at_a_limit,
        begins_at_a_limit,
        fails_with_pydantic,
        asks_with_a_long_argument,
        asks_with_a_large_part,
    ],
)
def test_what_was_cut_in_the_midst_of_a_secret_shows_no_part_of_it(then: Callable[[State], Any]) -> None:
    session = ran(then)
    assert seen(session) == []
    assert "••••••" in "".join(text for _, text in (*looks(session), *told(session)))
    session.close()


def test_an_edit_that_quotes_a_secret_is_told_in_short_without_a_part_of_it() -> None:
    def asks(_: State) -> State:
        return {"answer": interrupt(human_interrupt("send", {"body": "hello"}, "accept", "edit"))}

    session = ran(asks)
    session.answer({"type": "edit", "args": {"action": "send", "args": {"body": f"use {KEY}"}}})
    assert session._run.at_rest.wait(60)
    # What replays it has it as it was given.
    shown = [text for where, text in (*looks(session), *told(session)) if where != "decisions"]
    shown += [repr(session.decisions), session.decisions._repr_html_()]
    assert not any(part in text for part in PARTS for text in shown)
    assert '→ "use ••••••…' in repr(session.decisions)


def test_tokens_of_which_the_first_are_let_go_show_no_part_of_a_secret() -> None:
    session = ran(lambda _: {})
    run: Any = session._run
    task = next(task for step in run.state.steps for task in step.tasks if task.node == ("then",))
    where = {"langgraph_checkpoint_ns": f"then:{task.id}"}
    quarter = LONGEST // 4
    for text in ("x" * (quarter - 50), KEY, "y" * (LONGEST - 1_000), "y" * 900):
        run.watch.message(AIMessageChunk(content=text, id="a"), where)
    assert seen(session) == []
    assert "••••••" in "".join(text for _, text in looks(session))


@pytest.mark.parametrize("cut", ["{}…", "{}… (3 more characters)", "'{}'…", "{}...", "({})… and more"])
def test_the_beginning_of_a_secret_before_a_cut_is_dots(cut: str) -> None:
    secrets = Secrets()
    secrets.add(KEY)
    for length in (4, 50, len(KEY) - 1):
        assert secrets.mask(f"the {cut.format(KEY[:length])}") == f"the {cut.format('••••••')}"
    # Three characters begin half of all words.
    assert secrets.mask(cut.format(KEY[:3])) == cut.format(KEY[:3])


@pytest.mark.parametrize("cut", ["…{}", "… {}", "… 1,200 characters left out …\n\n{}", "...{}'", "… '{}'"])
def test_the_end_of_a_secret_after_a_cut_is_dots(cut: str) -> None:
    secrets = Secrets()
    secrets.add(KEY)
    for length in (4, 50, len(KEY) - 1):
        assert secrets.mask(cut.format(KEY[-length:])) == cut.format("••••••")


def test_a_word_that_begins_like_a_secret_stays_where_nothing_was_cut() -> None:
    secrets = Secrets()
    secrets.add("hunter2")
    for text in ("hunting…", "hunt", "the hunt was… hunted", "unter2 …", "hunt for it…"):
        assert secrets.mask(text) == text


def test_json_in_json_is_found_as_a_call_s_arguments_are_written() -> None:
    secrets = Secrets()
    secrets.add('a"secret"\n')
    within = json.dumps({"arguments": json.dumps({"key": 'a"secret"\n'})})
    assert secrets.mask(within) == json.dumps({"arguments": json.dumps({"key": "DOTS"})}).replace("DOTS", "••••••")


@pytest.mark.parametrize("text", ["k000…", "…", "k000k001", "…k049", "k000k…k049"])
def test_a_text_that_is_cut_everywhere_takes_no_longer_than_its_size(text: str) -> None:
    secrets = Secrets()
    secrets.add(KEY)
    secrets.add("k000" * 1_000)
    began = time.thread_time()
    secrets.mask(text * (1_000_000 // len(text)))
    assert time.thread_time() - began < 20
