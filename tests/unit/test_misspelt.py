"""A key of the input that the graph does not have, and LangGraph leaves out without a word, is said to be misspelt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

import pytest
from langgraph.graph import START, StateGraph
from langgraph.managed import RemainingSteps
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

import hitl_widgets as hitl

from ..waiting import at_rest


class Given(TypedDict):
    budget: int
    place: NotRequired[str]


class State(Given):
    spent: NotRequired[int]
    remaining: RemainingSteps


@dataclass
class Trip:
    budget: int = 0


class Model(BaseModel):
    user_name: str = Field(default="", alias="userName")


def graph(state: Any, given: Any = None) -> Any:
    return StateGraph(state, input_schema=given).add_node("go", lambda state: {}).add_edge(START, "go").compile()


def said(of: Any, given: Any) -> list[str]:
    return [one for one in at_rest(hitl.run(of, given)).notices if "has no key" in one]


@pytest.mark.parametrize("of", [graph(State, Given), graph(Given), graph(Trip)], ids=["input", "state", "dataclass"])
def test_a_misspelt_key_is_named_with_the_one_that_is_meant(of: Any) -> None:
    expected = ["The graph's input has no key 'buget', and LangGraph leaves it out without a word. Is 'budget' meant?"]
    assert said(of, {"buget": 3}) == expected
    session = at_rest(hitl.run(of, {"budget": 1}))
    session.follow_up({"buget": 3})
    assert at_rest(session).notices[-1] == expected[0]


def test_a_key_that_the_state_has_and_the_input_does_not_is_left_out_too() -> None:
    assert said(graph(State, Given), {"budget": 1, "spent": 3, "plase": "Rome"}) == [
        "The graph's input has no key 'plase', and LangGraph leaves it out without a word. Is 'place' meant?"
    ]


@pytest.mark.parametrize(
    ("of", "given"),
    [
        (graph(State), {"budget": 1, "place": "Rome", "spent": 2}),
        (graph(Given), {"budget": 1, "budgets": 2}),
        (graph(Given), {"budget": 1, "trace_id": "7"}),
        (graph(Given), {"budget": 1, 7: "plac"}),
        (graph(Annotated[dict[str, Any], lambda was, now: {**(was or {}), **now}]), {"buget": 3}),
        (graph(Model), {"userName": "Ada"}),
        (graph(State), {"budget": 1, "remainin": 3}),
    ],
    ids=["all known", "known one given too", "like no other", "no text", "no dict", "aliases", "managed"],
)
def test_nothing_is_said_of_others(of: Any, given: Any) -> None:
    assert said(of, given) == []
