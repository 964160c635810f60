"""`ask` and `ask_node` in real graphs: answered through their controls, and by hand with `Command(resume=...)`."""

from __future__ import annotations

import datetime as dt
import enum
import json
import operator
import re
import sys
import typing
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired

import ipywidgets
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import is_invalid_resume
from langgraph.graph import START, StateGraph
from langgraph.types import Command
from pydantic import BaseModel, Field, ValidationError, field_validator
from typing_extensions import TypedDict

from hitl_widgets.asking.ask import ask, ask_node, live_type
from hitl_widgets.control import Control
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.registering.registry import Registry
from hitl_widgets.requests import Request

CONFIG: Any = {"configurable": {"thread_id": "1"}}


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Invoice(BaseModel):
    total: float
    color: Color = Color.RED

    @field_validator("total")
    @classmethod
    def is_not_unlucky(cls, total: float) -> float:
        if total == 13:
            raise ValueError("Thirteen is unlucky.")
        return total


@dataclass
class Trip:
    to: str


class Place(TypedDict):
    x: float


class Inner(typing.TypedDict):
    x: Annotated[int, Field(ge=0)]


class Outer(typing.TypedDict, total=False):
    inner: typing.Required[Inner]
    note: str


class Value(TypedDict):
    answer: Any


class Asked:
    """A graph of one node that asks, run until it has asked."""

    def __init__(self, node: Callable[[Any], Any], schema: Any = Value, value_type: Any = None) -> None:
        name = node.__name__
        builder = StateGraph(schema).add_node(name, node).add_edge(START, name)
        self.graph = builder.compile(checkpointer=InMemorySaver())
        self.graph.invoke({}, CONFIG)
        [self.interrupt] = self.graph.get_state(CONFIG).interrupts
        self.request = Request(
            id=self.interrupt.id,
            key=name,
            node=name,
            path=(name,),
            payload=self.interrupt.value,
            response_schema=self.interrupt.response_schema,
            value_type=value_type,
        )

    @property
    def control(self) -> Control:
        return Registry().resolve(self.request)

    def resume(self, value: Any) -> Any:
        return self.graph.invoke(Command(resume={self.interrupt.id: value}), CONFIG)


def asked(*arguments: Any, **options: Any) -> Asked:
    def node(state: Any) -> Any:
        return {"answer": ask("Well?", *arguments, **options)}

    return Asked(node)


ANSWERS: list[Any] = [
    ((), {}, "text", "x", "x"),
    ((), {}, "text", "", ""),
    ((str,), {"default": "a"}, "text", "b", "b"),
    ((float,), {"default": 100, "ge": 0}, "number", 0, 0.0),
    ((int,), {}, "number", 0, 0),
    ((bool,), {}, "approval", False, False),
    ((bool,), {"reason": "required_to_reject"}, "approval", True, True),
    ((Literal["EU", "US"],), {}, "choice", "EU", "EU"),
    ((Color,), {"default": Color.RED}, "choice", Color.BLUE, Color.BLUE),
    ((Color,), {}, "choice", "blue", Color.BLUE),
    ((list[Color],), {}, "choices", ["red"], [Color.RED]),
    ((list[Color],), {}, "choices", [], []),
    ((dt.date,), {"ge": dt.date(2026, 1, 1)}, "date", dt.date(2026, 1, 1), dt.date(2026, 1, 1)),
    ((dt.time,), {"ge": dt.time(9)}, "time", "09:00:00", dt.time(9)),
    ((dt.datetime,), {}, "datetime", "2026-01-01T00:00:00+00:00", dt.datetime(2026, 1, 1, tzinfo=dt.UTC)),
    ((dt.time,), {}, "time", "10:30:00", dt.time(10, 30)),
    ((Invoice,), {"default": Invoice(total=1)}, "object", {"total": 0}, Invoice(total=0)),
    ((Invoice,), {}, "object", Invoice(total=2, color=Color.BLUE), Invoice(total=2, color=Color.BLUE)),
    ((Trip,), {}, "object", Trip("EU"), Trip("EU")),
    ((Place,), {}, "object", {"x": 0}, {"x": 0.0}),
    ((int | None,), {"ge": 1}, "number", None, None),
    ((dict[str, int],), {}, "map", {}, {}),
    ((list[int],), {}, "list", [], []),
    ((), {"choices": ["a", "b"]}, "choice", "a", "a"),
    ((), {"choices": {"No": 0, "Yes": 1}}, "choice", 0, 0),
    ((), {"choices": list(Color)}, "choice", Color.RED, Color.RED),
    ((list,), {"choices": list(Color), "min_length": 1}, "choices", ["blue"], [Color.BLUE]),
    (({"type": "integer", "minimum": 0},), {}, "number", 0, 0),
    (({"$ref": "#/$defs/A", "$defs": {"A": {"type": "boolean"}}},), {}, "approval", False, False),
    ((), {"format": "email"}, "text", "ada@example.org", "ada@example.org"),
    ((), {"multiline": True, "max_length": 5}, "text", "a\nb", "a\nb"),
]


def drawn(control: Control) -> str:
    return control.view["field"]["type"] if control.view["kind"] == "form" else control.view["kind"]


@pytest.mark.parametrize(("arguments", "options", "kind", "answer", "value"), ANSWERS)
def test_an_answer_comes_back_as_a_value_of_the_type(
    arguments: Any, options: Any, kind: str, answer: Any, value: Any
) -> None:
    question = asked(*arguments, **options)
    assert drawn(question.control) == kind
    resumed = question.control.accept(answer)
    assert json.loads(json.dumps(resumed)) == resumed  # what is kept in the thread is JSON
    got = question.resume(resumed)["answer"]
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(("arguments", "options", "kind", "answer", "value"), ANSWERS)
def test_the_payload_is_json(arguments: Any, options: Any, kind: str, answer: Any, value: Any) -> None:
    payload = asked(*arguments, key="k", **options).interrupt.value
    assert json.loads(json.dumps(payload)) == payload
    assert (payload["type"], payload["question"], payload["key"]) == ("hitl.ask", "Well?", "k")


WRONG: list[Any] = [
    ((), {}, 1, "Not a text."),
    ((), {"format": "email"}, "ada", "Not an e-mail address."),
    ((), {"pattern": "^a"}, "b", "Does not match the pattern ^a."),
    ((int,), {}, "five", "Not a whole number."),
    ((int,), {}, True, "Not a"),
    ((float,), {"ge": 0}, -1, "Must be at least 0."),
    ((float,), {"lt": 1}, 1, "Must be less than 1."),
    ((Literal["EU", "US"],), {}, "Mars", "Not one of the choices."),
    ((Invoice,), {}, {"total": 13}, "Thirteen is unlucky."),
    ((dt.date,), {"ge": dt.date(2026, 1, 1)}, "2025-01-01", ""),
    ((dt.datetime,), {"gt": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}, "2026-01-01T00:00:00Z", ""),
    ((dt.time,), {"le": dt.time(17)}, "17:00:01", ""),
    ((), {"choices": ["a"]}, "b", "Not one of the choices."),
    ((list,), {"choices": ["a"]}, ["a", "a"], "Chosen twice."),
    (({"type": "integer"},), {}, "x", "Not a whole number."),
]


@pytest.mark.parametrize(("arguments", "options", "answer", "sentence"), WRONG)
def test_a_wrong_answer_is_refused_before_the_graph_resumes(
    arguments: Any, options: Any, answer: Any, sentence: str
) -> None:
    with pytest.raises(InvalidAnswerError) as refused:
        asked(*arguments, **options).control.accept(answer)
    assert next(iter(refused.value.fields.values())).startswith(sentence)


@pytest.mark.parametrize(("arguments", "options", "answer", "sentence"), WRONG)
def test_a_wrong_answer_by_hand_is_refused_in_the_node_and_the_question_stays_open(
    arguments: Any, options: Any, answer: Any, sentence: str
) -> None:
    question = asked(*arguments, **options)
    with pytest.raises(ValidationError) as refused:
        question.resume(answer)
    assert is_invalid_resume(refused.value)
    assert [interrupt.id for interrupt in question.graph.get_state(CONFIG).interrupts] == [question.interrupt.id]
    said = next(iter(question.control.refusal(refused.value).fields.values()))
    assert said.startswith(sentence) or sentence.startswith("Not a")


@pytest.mark.parametrize("answer", [Invoice(total=3), {"total": 3}])
def test_by_hand_an_instance_is_as_good_as_its_dict(answer: Any) -> None:
    assert asked(Invoice).resume(answer)["answer"] == Invoice(total=3)


def test_after_a_restart_only_the_schema_is_known() -> None:
    question = asked(Invoice)
    payload, schema = question.interrupt.value, question.interrupt.response_schema
    assert live_type(payload, schema) is not None
    assert live_type({**payload, "question": "Another?"}, schema) is None
    assert live_type(payload, {"type": "string"}) is None
    elsewhere = Registry().resolve(
        Request("1", "k", "n", ("n",), {**payload, "question": "Another?"}, response_schema=schema)
    )
    assert elsewhere.accept({"total": 13}) == {"total": 13}  # refused by LangGraph, in the node
    with pytest.raises(InvalidAnswerError, match="Not a number"):
        elsewhere.accept({"total": "x"})


def test_defaults_are_answers() -> None:
    assert asked(float, default=100).control.default_reply() == 100
    assert asked(bool, default=True).control.default_reply() is True
    assert asked(Color, default=Color.BLUE).control.default_reply() == "blue"
    assert asked(Invoice, default=Invoice(total=5)).control.default_reply() == {"total": 5.0, "color": "red"}
    with pytest.raises(InvalidAnswerError):
        asked(bool).control.default_reply()


def test_the_words_of_a_question_reach_its_control() -> None:
    control = asked(bool, reason="required").control
    assert control.view["kind"] == "approval"
    assert control.view["reason"] == "required"
    text = asked(multiline=True, min_length=0).control.view
    assert text["kind"] == "form"
    assert text["field"]["type"] == "text"
    assert text["field"]["multiline"]


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((3,), {}, "3 cannot be asked for"),
        ((["a", "b"],), {}, "choices="),
        ((), {"maximum": 3}, "ask does not take maximum; it takes choices, compare, default"),
        ((), {"default": object()}, "default= must have a JSON form"),
        ((), {"choices": []}, "at least one option"),
    ],
)
def test_a_question_that_cannot_be_asked_says_why(arguments: Any, options: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        asked(*arguments, **options)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="Pydantic takes typing.TypedDict itself")
def test_a_typed_dict_of_typing_can_be_asked_for() -> None:
    question = asked(Outer)
    assert drawn(question.control) == "object"
    with pytest.raises(InvalidAnswerError, match=r"inner/x: Must be at least 0\."):
        question.control.accept({"inner": {"x": -1}})
    assert question.resume({"inner": {"x": 0}})["answer"] == {"inner": {"x": 0}}


# ---------------------------------------------------------------- ask_node


class State(TypedDict, total=False):
    name: str
    maybe: str | None
    budget: float
    approved: bool | None
    color: Color
    invoice: Invoice
    due: dt.date
    log: Annotated[list[str], operator.add]
    late: NotRequired[int]
    untyped: Any
    table: dict[str, Any]


STATE_ANSWERS: list[Any] = [
    ("name", str, "text", "Ada", "Ada"),
    ("name", str, "text", "", ""),
    ("maybe", str | None, "text", "Ada", "Ada"),
    ("budget", float, "number", 0, 0.0),
    ("approved", bool | None, "approval", False, False),
    ("color", Color, "choice", "red", Color.RED),
    ("color", Color, "choice", Color.RED, Color.RED),
    ("invoice", Invoice, "object", {"total": 0}, Invoice(total=0)),
    ("due", dt.date, "date", "2026-01-02", dt.date(2026, 1, 2)),
    ("log", Annotated[list[str], operator.add], "list", ["a"], ["a"]),
    ("late", NotRequired[int], "number", 0, 0),
    ("untyped", Any, "text", 0, 0),
    ("untyped", None, "text", [], []),
    ("table", dict[str, Any], "json", {}, {}),
]


@pytest.mark.parametrize(("key", "annotation", "kind", "answer", "value"), STATE_ANSWERS)
def test_a_node_writes_the_answer_typed_by_its_state_key(
    key: str, annotation: Any, kind: str, answer: Any, value: Any
) -> None:
    question = Asked(ask_node(key, "Well?"), State, value_type=annotation)
    assert question.interrupt.value == {"type": "hitl.ask_node", "question": "Well?", "key": key}
    assert question.request.node == f"ask_{key}"
    assert drawn(question.control) == kind
    got = question.resume(question.control.accept(answer))[key]
    assert (got, type(got)) == (value, type(value))


@pytest.mark.parametrize(
    ("key", "annotation", "answer"),
    [("name", str, 0), ("budget", float, "much"), ("budget", float, True), ("color", Color, "green"),
     ("invoice", Invoice, {"total": 13}), ("due", dt.date, "soon"), ("log", Annotated[list[str], operator.add], "a")],
)  # fmt: skip
def test_a_state_keys_type_refuses_what_does_not_fit(key: str, annotation: Any, answer: Any) -> None:
    with pytest.raises(InvalidAnswerError):
        Asked(ask_node(key, "Well?"), State, value_type=annotation).control.accept(answer)


def test_nothing_is_no_answer_in_the_browser_though_the_state_may_hold_none() -> None:
    control = Asked(ask_node("maybe", "Well?"), State, value_type=str | None).control
    with pytest.raises(InvalidAnswerError, match=r"Please fill this in\."):
        control.resume_value("")
    assert control.accept(None) is None


@pytest.mark.parametrize("answer", ["", 0, False, None, {}, [], "x", 3.5])
def test_by_hand_a_node_without_a_type_takes_what_it_is_given(answer: Any) -> None:
    assert Asked(ask_node("untyped", "Well?"), State).resume(answer)["untyped"] == answer


def test_a_node_with_a_type_of_its_own_holds_answers_to_it() -> None:
    question = Asked(ask_node("budget", "Well?", float, ge=0, default=5), State, value_type=float)
    assert question.control.default_reply() == 5
    assert question.resume(3)["budget"] == 3.0
    question = Asked(ask_node("budget", "Well?", float, ge=0), State)
    with pytest.raises(ValidationError):
        question.resume(-1)
    assert Asked(ask_node("name", "Well?", choices=["a", "b"]), State).control.view["kind"] == "form"


def test_constraints_go_with_the_state_keys_type() -> None:
    budget = Asked(ask_node("budget", "Well?", ge=0, lt=10), State, value_type=float).control
    assert budget.accept(0) == 0
    for wrong in (-1, 10):
        with pytest.raises(InvalidAnswerError):
            budget.accept(wrong)
    due = Asked(ask_node("due", "Well?", ge=dt.date(2026, 1, 1)), State, value_type=dt.date).control
    assert due.view["kind"] == "form"
    assert due.view["field"]["type"] == "date"
    assert due.view["field"]["minimum"] == "2026-01-01"
    assert due.accept(dt.date(2026, 1, 1)) == dt.date(2026, 1, 1)
    with pytest.raises(InvalidAnswerError, match="on or after 2026-01-01"):
        due.accept("2025-12-31")


def test_the_question_may_depend_on_the_state() -> None:
    question = Asked(
        ask_node("name", lambda state: f"Who, after {state.get('name', 'nobody')}?"), State, value_type=str
    )
    assert question.interrupt.value["question"] == "Who, after nobody?"


def test_a_node_that_cannot_ask_says_so_when_it_is_made() -> None:
    with pytest.raises(TypeError, match="ask_node does not take"):
        ask_node("name", "Well?", widget="x")  # pyright: ignore[reportCallIssue]
    with pytest.raises(TypeError, match="cannot be asked for"):
        ask_node("name", "Well?", 3)


def test_a_control_of_ones_own_writes_a_value_of_the_state_keys_type_too() -> None:
    registry = Registry()
    registry.register(when=lambda request: request.key == "ask_due")(lambda request: ipywidgets.DatePicker())
    registry.register(when=lambda request: request.key == "ask_invoice")(lambda request: Invoice)
    due = registry.resolve(Asked(ask_node("due", "Well?"), State, value_type=dt.date).request)
    assert due.resume_value({"year": 2026, "month": 0, "date": 2}) == dt.date(2026, 1, 2)
    invoice = registry.resolve(Asked(ask_node("invoice", "Well?"), State, value_type=Invoice).request)
    assert invoice.accept({"total": 3}) == Invoice(total=3)
    with pytest.raises(InvalidAnswerError, match="Thirteen"):
        invoice.accept({"total": 13})


@pytest.mark.parametrize(
    ("arguments", "options", "why"),
    [
        (({"type": "integer"},), {"ge": 5}, "ge= does not go with a JSON Schema"),
        ((), {"choices": [1, 2], "ge": 5}, "ge= does not go with choices="),
        ((), {"choices": ["a"], "multiline": True}, "multiline= does not go with choices="),
        ((set[str],), {"choices": ["a"]}, "choices= goes with a list"),
        ((), {"format": "emial"}, "did you mean 'email'"),
        ((bool,), {"reason": "maybe"}, "'maybe' is none of"),
        ((float,), {"reason": "required"}, "reason= does not go with float"),
        ((str,), {"ge": 3}, "ge= does not go with str"),
        ((float,), {"pattern": "a"}, "pattern= does not go with float"),
        ((float,), {"default": "abc"}, "default='abc' is no answer"),
        ((), {"choices": ["a", "b"], "default": "z"}, "default='z' is no answer"),
        ((int,), {"default": 3, "ge": 5}, "default=3 is no answer"),
    ],
)
def test_an_option_that_does_not_go_with_the_question_says_so_where_it_is_written(
    arguments: Any, options: Any, why: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(why)):
        ask_node("key", "?", *arguments, **options) if arguments or "choices" in options else ask("?", **options)


@pytest.mark.parametrize(
    ("type_", "options"),
    [
        (float | None, {"ge": 0, "default": None}), (dt.date, {"ge": dt.date(2026, 1, 1)}), (list[str], {"min_length": 1}),
        (Literal["a", "b"], {"default": "b"}), (Decimal, {"ge": 0}), (bool, {"reason": "required", "default": False}),
        (int | str, {"description": "either"}), (dict[str, int], {"default": {"a": 1}}), (str, {"format": "iban"}),
    ],
)  # fmt: skip
def test_options_that_go_with_the_type_are_taken(type_: Any, options: Any) -> None:
    assert ask_node("key", "?", type_, **options).__name__ == "ask_key"
