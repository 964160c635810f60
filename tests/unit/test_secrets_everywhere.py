"""A secret that a graph was given is shown nowhere, whatever its nodes do with it: print, log, raise, stream, copy."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Annotated, Any, NotRequired, TypedDict

import pytest
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import RetryPolicy, interrupt
from pydantic import SecretStr
from typing_extensions import override

import hitl_widgets as hitl
from hitl_widgets.inside.reading import know_secrets
from hitl_widgets.running.secrets import Secrets
from hitl_widgets.watching import watched

from . import graphs

SECRET = 'hunter2-"hunter2"\\n-hunter2'
"""With what `repr` and JSON write in another way."""
PEM = "-----BEGIN KEY-----\nhunter2aaaa\nhunter2bbbb\n-----END KEY-----"
MARK = "hunter2"
"""What is in no text but a secret's."""
CONTROLS = "hunter2\x1b[31mhunter2\rhunter2\x07hunter2"
"""With what is taken out of a text that was printed."""


class State(TypedDict, total=False):
    token: str
    copied: str
    nested: dict[str, Any]
    messages: list[Any]
    count: int


def ask(_: State) -> State:
    return {"token": hitl.ask("Token?", format="password")}


def use(state: Any) -> State:
    token = state["token"]
    print("it is", token)
    print("and", repr(token))
    logging.getLogger("use").warning("logged %s", token)
    return {"copied": token, "nested": {"deep": [{token: f"say {token}"}]}, "messages": [AIMessage(f"say {token}")]}


def repeat(_: State) -> State:
    return {"copied": hitl.ask("Anything else?", key="else")}


def fail(state: Any) -> State:
    here = state["token"]
    try:
        raise KeyError(here)
    except KeyError as error:
        raise ValueError(f"no good: {here}") from error


def steps(*nodes: Any) -> Any:
    builder = StateGraph(State)
    before = START
    for node in nodes:
        builder.add_node(
            node.__name__, node, retry_policy=RetryPolicy(max_attempts=2, initial_interval=0.0, jitter=False)
        )
        builder.add_edge(before, node.__name__)
        before = node.__name__
    return builder


def texts(shown: Any) -> str:
    return json.dumps(shown, default=str, ensure_ascii=False)


def looks(session: hitl.Session) -> Iterator[tuple[str, str]]:
    """Everything that a view can be told of a session: its traits, and all that it can ask for."""
    display: Any = session._display
    widget = display.widget
    widget._push()
    for name in ("graph", "run", "nodes", "edges", "cards", "assets", "timeline", "forks"):
        yield f"trait {name}", texts(getattr(widget, name))

    def at(**what: Any) -> Any:
        try:
            return session._run.driver.run(widget._looking.at({"at": what}))
        except Exception as error:  # noqa: BLE001  (what a view is told instead)
            return f"{type(error).__name__}: {error}"

    rows = at(kind="rows", first=0, count=200)
    yield "rows", texts(rows)
    yield "replay", texts(at(kind="replay"))
    for index in range(len(session.decisions)):
        yield f"answer {index}", texts(at(kind="answer", decision=index))
    for fork in session.forks:
        yield "comparison", texts(at(kind="comparison", fork=fork._run.name))
    nodes = {one["node"] for row in rows["rows"] if row["kind"] == "step" for one in row["tasks"]}
    tasks = {one["id"]: one["name"] for row in rows["rows"] if row["kind"] == "step" for one in row["tasks"]}
    for node in nodes:
        yield f"node {node}", texts(at(kind="node", node=node))
    for id, name in tasks.items():
        yield f"task {name}", texts(at(kind="task", task=id))
        for root in (
            "given",
            "returned",
            "asked:0",
            *(f"{side}:{n}" for side in ("before", "after") for n in range(6)),
        ):
            for path in ("", ".0", ".0.0", ".0.0.0", ".0.c0", ".1", ".2", ".3"):
                value = f"{id}/{root}{path}"
                for copy in (False, True):
                    view = at(kind="value", value=value, first=0, count=1000, copy=copy)
                    yield f"value {name}/{root}{path} {copy}", texts(view)


def told(session: hitl.Session) -> Iterator[tuple[str, str]]:
    """What code shows of it, and a saved notebook keeps."""
    display: Any = session._display
    history = session.history
    yield "history", repr(history) + history._repr_html_() + repr(list(history))
    yield "frame", history.to_frame()[["wrote", "error", "printed"]].to_string(max_colwidth=None)
    yield "decisions", repr(session.decisions) + session.decisions._repr_html_() + session.decisions.to_code()
    yield "story", str(display(neutral=False))
    for fork in session.forks:
        found = session.compare(fork)
        yield "compare", repr(found) + found._repr_html_()


def leaks(session: hitl.Session) -> list[str]:
    return [where for where, text in (*looks(session), *told(session)) if MARK in text]


def ran(graph: Any, given: Any, secret: str = SECRET, **options: Any) -> hitl.Session:
    with watched():
        session = hitl.run(graph, given, **options)
    assert session._run.at_rest.wait(60)
    display: Any = session._display
    assert display.widget is not None
    session.answer(secret)
    assert session._run.at_rest.wait(60)
    return session


@pytest.mark.parametrize("secret", [SECRET, PEM, CONTROLS], ids=["quotes", "lines", "control characters"])
def test_a_secret_that_is_printed_logged_raised_and_copied_is_seen_nowhere(secret: str) -> None:
    session = ran(steps(ask, use, fail).compile(), {}, secret)
    assert session.status == "failed"
    assert leaks(session) == []
    assert "••••••" in repr(session.history)


def test_a_secret_in_the_state_is_not_shown_at_a_breakpoint() -> None:
    session = ran(steps(ask, use, fail).compile(interrupt_before=["fail"]), {})
    assert session.status == "waiting"
    assert leaks(session) == []
    # What is no secret is still to be edited.
    assert session.requests[0].kind == "breakpoint"


def test_a_secret_is_known_where_its_key_is_written_as_langchains_middlewares_write_theirs() -> None:
    class State(TypedDict, total=False):
        token: Annotated[NotRequired[SecretStr], "not in the input"]

    graph = StateGraph(State).add_node("take", lambda _: {"token": SECRET}).add_edge(START, "take").compile()
    session = hitl.run(graph, {})
    session.wait(60)
    assert session.history[0].tasks[0].shown == {"token": "••••••"}


def test_a_fork_knows_the_secrets_of_the_run_before_it() -> None:
    session = ran(steps(ask, use).compile(), {})
    step = next(step for step in session.history if step.nodes == ("use",))
    with watched():
        fork = session.fork(step, update={"count": 1})
    assert fork._run.at_rest.wait(60)
    assert leaks(fork) == []
    assert leaks(session) == []


def test_a_secret_that_is_a_key_of_what_has_changed_is_seen_nowhere() -> None:
    def begin(state: Any) -> State:
        return {"nested": {"by token": {state["token"]: 1, "other": 1}}}

    def change(state: Any) -> State:
        return {"nested": {"by token": {state["token"]: 2, "other": 1}}}

    session = ran(steps(ask, begin, change).compile(), {})
    assert session.status == "finished"
    assert leaks(session) == []


def test_an_answer_to_a_fork_that_repeats_a_secret_is_dots_in_what_the_fork_is_called() -> None:
    session = ran(steps(ask, repeat).compile(), {})
    session.answer(f"say {SECRET}")
    session.wait(60)
    fork = session.fork(session.decisions[1], answer=f"no, {SECRET}")
    fork.wait(60)
    assert [where for where, text in looks(session) if MARK in text] == []
    display: Any = session._display
    assert display.widget.forks[0]["label"] == "else → no, ••••••"


def test_what_if_tells_no_secret() -> None:
    session = ran(steps(ask, use, fail).compile(), {})
    tried = session.what_if(session.decisions[0], [SECRET, PEM])
    assert MARK not in repr(tried) + tried._repr_html_() + tried.to_frame().to_string(max_colwidth=None)
    assert MARK not in "".join(one.words for one in tried.outcomes)
    for fork in tried:
        assert leaks(fork) == []
    assert leaks(session) == []


def test_a_secret_that_an_earlier_kernel_was_given_is_seen_nowhere(tmp_path: Path) -> None:
    graph = steps(ask, use, fail)
    first = ran(graph.compile(), {}, thread_id="t", save=tmp_path / "a.sqlite")
    assert first.status == "failed"
    with watched():
        session = hitl.attach(graph.compile(), "t", save=tmp_path / "a.sqlite")
    assert session._run.at_rest.wait(60)
    assert [one.value for one in session.decisions] == [None]
    session._run.driver.run(know_secrets(session._run.driver, session._run.secrets))
    assert leaks(session) == []
    session.retry()
    assert session._run.at_rest.wait(60)
    assert leaks(session) == []


def test_a_view_of_an_earlier_run_knows_its_secrets_before_it_shows_that(tmp_path: Path) -> None:
    graph = steps(ask, use, fail)
    ran(graph.compile(), {}, thread_id="t", save=tmp_path / "a.sqlite")
    session = hitl.attach(graph.compile(), "t", save=tmp_path / "a.sqlite")
    assert session._run.at_rest.wait(60)
    assert [where for where, text in looks(session) if MARK in text] == []
    display: Any = session._display
    widget, read = display.widget, threading.Event()
    widget.observe(lambda _: read.set() if "••••••" in texts([widget.run, widget.nodes]) else None)
    widget._push()
    assert read.wait(60)
    assert "no good: ••••••" in widget.run["error"]["message"]


def test_a_task_that_was_called_with_a_secret_before_that_was_known_to_be_one(tmp_path: Path) -> None:
    @task
    def use_it(token: str) -> int:
        return len(token)

    @entrypoint()
    def flow(given: dict[str, Any]) -> int:
        token = given["token"]
        length = use_it(token).result()
        hitl.ask("Again?", format="password")
        return length

    session = ran(flow, {"token": SECRET})
    assert session.status == "finished"
    called = [one.id for step in session._run.state.steps for one in step.tasks if one.node[-1] == "use_it"]
    assert MARK not in texts(session._run.calls.given(called[0]))


def test_an_async_graph_tells_no_secret_either() -> None:
    async def use_it(state: Any) -> State:
        print(state["token"])
        return {"copied": state["token"]}

    async def cell() -> str:
        session = hitl.run(steps(ask, use_it, fail).compile(), {})
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        display: Any = session._display
        widget = display.widget
        await session.aanswer(SECRET)
        await asyncio.to_thread(session._run.ended.wait, 60)
        widget._push()
        return texts([widget.run, widget.nodes, widget.timeline]) + repr(await session.ahistory())

    assert MARK not in asyncio.run(cell())


def test_a_secret_is_found_however_it_is_written() -> None:
    secrets = Secrets()
    secrets.add(SECRET)
    secrets.add(PEM)
    for text in (SECRET, PEM):
        assert MARK not in secrets.mask(f"{text} {text!r} {json.dumps(text)} {PEM.splitlines()[1]}")
    assert secrets.masked({"a": [SECRET], "n": 1}) == {"a": ["••••••"], "n": 1}


class Own(InMemorySaver):
    """A checkpointer that lists in its own way."""

    @override
    async def alist(self, *args: Any, **options: Any) -> AsyncIterator[Any]:
        async for found in super().alist(*args, **options):
            yield found


def test_the_loop_of_the_kernel_goes_on_while_the_secrets_of_a_long_thread_are_read() -> None:
    async def count_up(state: State) -> State:
        return {"count": state.get("count", 0) + 1}

    async def cell() -> tuple[int, int]:
        builder = StateGraph(State)
        builder.add_node("count_up", count_up)
        builder.add_edge(START, "count_up")
        builder.add_conditional_edges("count_up", lambda state: "count_up" if state["count"] < 100 else END)
        # Of one of its own all checkpoints are read.
        graph = builder.compile(checkpointer=Own())
        session = hitl.run(graph, {}, config={"recursion_limit": 1_000})
        await session
        secrets = Secrets()
        secrets.are_all = False
        reading = asyncio.ensure_future(know_secrets(session._run.driver, secrets))
        turns = 0
        while not reading.done():
            turns += 1
            await asyncio.sleep(0)
        return turns, len(await session.ahistory())

    turns, steps = asyncio.run(cell())
    assert turns >= steps == 100


def test_a_later_question_and_answer_that_quote_a_secret_show_dots_and_are_sent_as_they_are() -> None:
    def key(_: Any) -> Any:
        return {"kept": len(hitl.ask("API key?", secret=True))}

    def quotes(_: Any) -> Any:
        said = interrupt({"question": f"Use {SECRET}?", "description": f"**{SECRET}**", "draft": {SECRET: [SECRET]}})
        return {"said": said}

    state: Any = TypedDict("state", {"kept": int, "said": str}, total=False)
    session = ran(graphs.chain(state, {"key": key, "quotes": quotes}), {})
    display: Any = session._display
    display.widget._push()
    (card,) = display.widget.cards
    assert SECRET not in json.dumps(card)
    assert card["question"] == "Use ••••••?"
    session.answer(f"yes, {SECRET}")
    assert session.wait(60) == {"kept": len(SECRET), "said": f"yes, {SECRET}"}
    display.widget._push()
    assert SECRET not in json.dumps(display.widget.timeline)
    assert SECRET not in str(display(neutral=False))
    # What replays it needs it as it was given, and a person who quotes a secret in another answer has told it.
    assert session.decisions[-1].value == f"yes, {SECRET}"


def test_what_is_typed_into_a_card_that_quotes_a_secret_is_not_kept_by_the_browser() -> None:
    def key(_: Any) -> Any:
        return {"kept": len(hitl.ask("Key?", secret=True))}

    def plain(_: Any) -> Any:
        hitl.ask("Where?", default="Paris")
        return {}

    def quotes(_: Any) -> Any:
        hitl.ask("Change it?", default=f"It was {SECRET}.")
        return {}

    state: Any = TypedDict("state", {"kept": int}, total=False)
    session = ran(graphs.chain(state, {"key": key, "plain": plain, "quotes": quotes}), {})
    display: Any = session._display
    display.widget._push()
    (card,) = display.widget.cards
    assert "unkept" not in card
    session.answer("Rome")
    assert session._run.at_rest.wait(60)
    display.widget._push()
    (card,) = display.widget.cards
    assert card["question"] == "Change it?"
    assert card["unkept"] is True
    session.close()


def test_secret_goes_with_texts_only_and_with_no_other_format() -> None:
    with pytest.raises(TypeError, match="does not go with int"):
        hitl.ask("Key?", int, secret=True)
    with pytest.raises(TypeError, match="format='email' does not go with it"):
        hitl.ask("Key?", secret=True, format="email")
