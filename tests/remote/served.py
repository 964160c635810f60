"""The graphs that the server has. The tests run the same ones here, to compare."""

from __future__ import annotations

import operator
import time
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.config import get_config, get_stream_writer
from langgraph.errors import NodeError
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, Send, interrupt
from pydantic import SecretStr

import hitl_widgets as hitl

from ..scripted_model import ScriptedModel, calls
from ..unit import graphs
from . import served_faults, served_ordinary


class Trip(TypedDict, total=False):
    city: str
    nights: Annotated[int, "of the stay"]
    password: SecretStr
    log: Annotated[list[str], operator.add]


def question(text: str) -> Any:
    return lambda state: {"log": [interrupt(text)]}


three_questions = graphs.three_questions()
nested = graphs.nested()
parallel = graphs.parallel()


def _fails(state: Any) -> dict[str, Any]:
    """Fails until somebody has mended what it needs: a file that the test makes."""
    if not Path(state["log"][0]).exists():
        raise ValueError("the printer is on fire")
    return {"log": ["worked"]}


fails = graphs.chain(graphs.Log, {"ask": graphs.asks("go?"), "work": _fails})


def _wait_for_file(state: Any, at: int = 0) -> dict[str, Any]:
    """At work until the test lets it go on, and says on which attempts it began."""
    path = Path(state["log"][at])
    with path.with_suffix(".began").open("a") as began:
        began.write("x")
    until = time.monotonic() + 120  # a test that has failed lets nothing go on
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return {"log": ["waited"]}


works = graphs.chain(
    graphs.Log, {"wait": _wait_for_file, "then": lambda state: {"log": ["then"]}, "ask": graphs.asks("all well?")}
)


def _asks_and_waits(state: Any) -> dict[str, Any]:
    interrupt("work?")
    _wait_for_file(state)
    return {"log": ["worked"]}


answered_beside_work = graphs.fan_out(
    graphs.Log, {"other": graphs.asks("other?"), "work": _asks_and_waits}, lambda state: {}
)


def _asks_and_waits_for(name: str, at: int) -> Any:
    def node(state: Any) -> dict[str, Any]:
        answer = interrupt(f"{name}?")
        _wait_for_file(state, at)
        return {"log": [answer]}

    return node


works_twice = graphs.fan_out(
    graphs.Log, {"work": _asks_and_waits_for("work", 0), "other": _asks_and_waits_for("other", 1)}, lambda state: {}
)
secret_beside_work = graphs.fan_out(
    graphs.Log,
    {"key": lambda state: {"log": [len(hitl.ask("API key?", secret=True))]}, "work": _asks_and_waits},
    lambda state: {},
)


def _asks_and_fails(state: Any) -> dict[str, Any]:
    """Fails after its answer until the test has mended what it needs, and says with which answers it began."""
    answer = interrupt("go?")
    with Path(state["log"][0]).with_suffix(".tried").open("a") as tried:
        tried.write(f"{answer} ")
    return {"log": [answer, *_fails(state)["log"]]}


def _fails_between_questions(state: Any) -> dict[str, Any]:
    """Fails after its first answer until the test has mended what it needs, and then asks the next question."""
    return {"log": [interrupt("first?"), *_fails(state)["log"], interrupt("then?")]}


fails_between_questions = graphs.chain(graphs.Log, {"node": _fails_between_questions})
fails_after_its_answer = graphs.fan_out(
    graphs.Log, {"pay": _asks_and_fails, "other": graphs.asks("other?")}, lambda state: {}
)
asks_at_length = graphs.chain(graphs.Log, {"ask": graphs.asks("why? " * 1_000)})
answered_then_works = graphs.chain(graphs.Log, {"ask": graphs.asks("go?"), "wait": _wait_for_file})
steps = graphs.chain(Trip, {name: lambda state, name=name: {"log": [name]} for name in ("one", "two", "three")})
stops_before_two = graphs.chain(
    Trip,
    {name: lambda state, name=name: {"log": [name]} for name in ("one", "two")},
    interrupt_before=["two"],
)


@tool
def refund(order: int) -> str:
    """Refund an order."""
    return f"refunded {order}"


agent = create_agent(
    ScriptedModel(script=[calls(("refund", {"order": 42})), AIMessage("done")]),
    [refund],
    middleware=[HumanInTheLoopMiddleware(interrupt_on={"refund": True})],
)

agent_that_explains = create_agent(
    ScriptedModel(script=[calls(("refund", {"order": 42}), said="It never arrived."), AIMessage("It is **done**.")]),
    [refund],
    middleware=[HumanInTheLoopMiddleware(interrupt_on={"refund": True})],
)


def _plan(state: Any) -> Command[Literal["visit"]]:
    return Command(goto=[Send("visit", {"city": city}) for city in ("Rome", "Oslo", "Bern")])


def _visit(state: Any) -> dict[str, Any]:
    get_stream_writer()({"progress": 0.5})
    return {"log": [state["city"]]}


_builder = StateGraph(Trip)
_builder.add_node("plan", _plan)
_builder.add_node("visit", _visit)
_builder.add_node("end", lambda state: {})
_builder.add_edge(START, "plan")
_builder.add_edge("visit", "end")
_builder.add_edge("end", END)
fan_out = _builder.compile()


@task
def approve(order: str) -> bool:
    return interrupt(f"Approve {order}?")


@entrypoint()
def functional(order: str) -> str:
    return f"{order}: {approve(order).result()}"


@task
def doubled(number: int) -> int:
    return number * 2


@entrypoint()
def approves_twice(order: str) -> str:
    first = doubled(21).result()
    return f"{first}: {approve(f'{order} a').result()}, {approve(f'{order} b').result()}"


def _calls_what_asks(state: Any) -> dict[str, Any]:
    return {"log": [f"{doubled(1).result()} {approve('it').result()}"]}


calls_what_asks = graphs.chain(
    graphs.Log,
    {"first": lambda state: {"log": ["first"]}, "sub": graphs.chain(graphs.Log, {"calls": _calls_what_asks})},
)


class Inner(TypedDict, total=False):
    room: Literal["single", "double"]
    log: Annotated[list[str], operator.add]


typed = graphs.chain(
    Trip,
    {
        "nights": hitl.ask_node("nights", "How many nights?"),
        "hotel": graphs.chain(Inner, {"room": hitl.ask_node("room", "Which room?")}),
        "secret": hitl.ask_node("password", "Your password?"),
    },
)


def _reads_config(state: Any) -> dict[str, Any]:
    return {"log": [get_config()["configurable"].get("user", "nobody")]}


configured = graphs.chain(Trip, {"read": _reads_config})


def _calls_a_graph(state: Any) -> dict[str, Any]:
    # Made here, so that nobody sees it in the code either.
    called = graphs.chain(graphs.Log, {"within": lambda state: {"log": ["within"]}})
    return {"log": called.invoke({"log": []})["log"]}


calls_a_graph = graphs.chain(graphs.Log, {"caller": _calls_a_graph})


def _prints_and_fails_inside(state: Any) -> dict[str, Any]:
    raise ValueError("no paper")


fails_inside = graphs.chain(graphs.Log, {"outer": graphs.chain(graphs.Log, {"prints": _prints_and_fails_inside})})


@entrypoint()
def called_functions(number: int) -> dict[str, int]:
    return {"total": doubled(number).result() + doubled(number + 1).result()}


class City(TypedDict):
    city: str


def _reads_one(state: City) -> dict[str, Any]:
    return {"log": [state["city"]]}


_builder = StateGraph(Trip)
_builder.add_node("reads_one", _reads_one, input_schema=City)
_builder.add_edge(START, "reads_one")
own_input = _builder.compile()


class Chat(TypedDict):
    messages: Annotated[list[Any], add_messages]


def _replies(state: Chat) -> dict[str, Any]:
    return {"messages": [AIMessage(f"you said: {state['messages'][-1].content}")]}


chat = graphs.chain(Chat, {"reply": _replies})


stops_inside = graphs.chain(
    Trip,
    {
        "before": lambda state: {"log": ["before"]},
        "sub": graphs.chain(
            Trip,
            {name: lambda state, name=name: {"log": [f"{name} in {state['city']}"]} for name in ("one", "two")},
            interrupt_before=["two"],
        ),
    },
)


def _asks_a_word(state: Any) -> dict[str, Any]:
    city = state["city"]
    return {"log": [f"{city}: {hitl.ask(f'A word on {city}?', key='word')}"]}


_builder = StateGraph(Trip)
_builder.add_node("word", _asks_a_word)
_builder.add_conditional_edges(START, lambda _: [Send("word", {"city": city}) for city in ("Rome", "Oslo")], ["word"])
words = _builder.compile()


def _asks_about(name: str) -> Any:
    def node(_state: Any) -> dict[str, Any]:
        return {"log": [f"{name}: {hitl.ask(f'A word on {name}?', key='word')}"]}

    return node


joined = graphs.fan_out(graphs.Log, {"one": lambda state: {}, "other": lambda state: {}}, graphs.asks("join?"))
joined_at_breakpoint = graphs.fan_out(
    graphs.Log,
    {"one": lambda state: {}, "other": lambda state: {}},
    lambda state: {"log": ["joined"]},
    interrupt_before=["join"],
)
endures = served_faults.endures
ordinary = served_ordinary.ordinary
words_of_nodes = graphs.fan_out(Trip, {name: _asks_about(name) for name in ("first", "second")}, lambda state: {})


def _declined(state: Any) -> dict[str, Any]:
    raise ConnectionError("card declined")


def _settles(state: Any, error: NodeError) -> Any:
    answer = interrupt({"question": f"{error.node} failed. What now?"})
    return Command(update={"log": [answer]}, goto="report")


def _gives_up(state: Any, error: NodeError) -> Any:
    raise ValueError("nobody to ask")


def _paying(handler: Any) -> Any:
    builder = StateGraph(graphs.Log)
    builder.add_node("pay", _declined, error_handler=handler)
    builder.add_node("ship", lambda state: {"log": ["shipped"]})
    builder.add_node("report", lambda state: {"log": ["reported"]})
    builder.add_edge(START, "pay").add_edge("pay", "ship").add_edge("ship", END)
    return builder.add_edge("report", END).compile()


handled = _paying(_settles)
handled_badly = _paying(_gives_up)


_amounts = count(100, 100)


def _asks_another_amount(_state: Any) -> dict[str, Any]:
    return {"log": [interrupt({"question": "Transfer?", "amount": next(_amounts)})]}


asks_otherwise = graphs.fan_out(
    graphs.Log, {"name": graphs.asks("Name?"), "pay": _asks_another_amount}, lambda state: {}
)
