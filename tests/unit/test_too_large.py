"""What is too large, too deep or takes for ever is not shown whole, takes no longer than its size, and can be answered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypedDict

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.controls import arguments
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.fields import field_for, is_secret, validate
from hitl_widgets.watching import watched

from ..figures.recorded import Figure
from ..waiting import at_rest, card
from . import graphs

LARGEST = 250_000
"""Characters of the traits of one card."""


class State(TypedDict, total=False):
    answer: Any


def nested(levels: int) -> Any:
    value: Any = "end"
    for _ in range(levels):
        value = {"a": value}
    return value


def tool(args: dict[str, Any], **more: Any) -> dict[str, Any]:
    allowed = ["approve", "edit", "reject"]
    return {
        "action_requests": [{"name": "send", "args": args, **more}],
        "review_configs": [{"action_name": "send", "allowed_decisions": allowed}],
    }


def form(schema: Any) -> dict[str, Any]:
    return {"message": "Fill in", "responseSchema": schema}


def bomb(keyword: str, levels: int) -> Any:
    both = {f"d{n}": {keyword: [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"$defs": {**both, f"d{levels}": {"type": "string", "minLength": 3}}, "$ref": "#/$defs/d0"}


ASKED: dict[str, Any] = {
    "a question of a megabyte": {"question": "x" * 1_000_000},
    "a text of a megabyte": "x" * 1_000_000,
    "a key of a megabyte": {"question": "Go on?", "k" * 1_000_000: 1},
    "10 000 keys": {f"k{n}": n for n in range(10_000)},
    "10 000 keys in a part": {"question": "Go on?", "data": {f"k{n}": n for n in range(10_000)}},
    "200 levels": {"question": "Go on?", "data": nested(200)},
    "a list of 100 000": {"question": "Go on?", "data": list(range(100_000))},
    "nothing but a list of 300 000": list(range(300_000)),
    "nothing but bytes": b"x" * 1_000_000,
    "nothing but a range without end": range(10**12),
    "a range without end in a part": {"question": "Go on?", "data": range(10**12)},
    "an argument that is a range without end": tool({"rows": range(10**12)}),
    "100 000 choices": {"question": "Which?", "options": [f"o{n}" for n in range(100_000)]},
    "an argument of a megabyte": tool({"body": "x" * 1_000_000, "to": "Ada"}),
    "10 000 arguments": tool({f"k{n}": n for n in range(10_000)}),
    "an argument with a name of a megabyte": tool({"k" * 1_000_000: 1, "to": "Ada"}),
    "a description that repeats itself": tool({"to": "Ada"}, description="\n\nTool: x" * 100_000),
    "2 000 properties": form({"type": "object", "properties": {f"k{n}": {"type": "string"} for n in range(2_000)}}),
    "500 kinds": form({"anyOf": [{"type": "object", "properties": {f"k{n}": {"type": "string"}}} for n in range(500)]}),
    "a reference to itself": form({"$ref": "#"}),
    "oneOf in oneOf": form(bomb("oneOf", 40)),
    "allOf in allOf": form(bomb("allOf", 40)),
}


def answer_to(payload: Any) -> Any:
    if isinstance(payload, dict) and "action_requests" in payload:
        return {"decisions": [{"type": "approve"}]}
    takes_objects = (
        not {"properties", "anyOf"}.isdisjoint(payload.get("responseSchema", ()))
        if isinstance(payload, dict)
        else False
    )
    return {"k0": "fine"} if takes_objects else "fine"


@pytest.mark.parametrize("payload", ASKED.values(), ids=ASKED.keys())
def test_it_is_asked_with_a_small_card_and_can_be_answered(payload: Any, figure: Figure) -> None:
    with watched():
        session = hitl.run(graphs.chain(State, {"ask": lambda _: {"answer": interrupt(payload)}}), {})
        assert session._run.at_rest.wait(60)
        display: Any = session._display
        widget = display.widget
        widget._push()
        (card,) = widget.cards
        size = len(json.dumps(card))
        assert size < LARGEST
        session.answer(answer_to(payload))
        answer = session.wait(60)["answer"]
        assert answer is not None
    figure(
        "Questions of a megabyte, with 10,000 keys, 100,000 choices, 200 levels, or schemas that unfold without end",
        {"questions": 1},
        {f"cards of more than {LARGEST // 1000} kB": int(size >= LARGEST), "answered": int(answer is not None)},
    )


def test_what_is_cut_says_how_much_more_there_is() -> None:
    (shown,) = arguments.listed({"body": "x" * 30_000})
    assert shown["text"].endswith("… (10000 more characters)")
    many = arguments.listed({f"k{n}": n for n in range(103)})
    assert many[-1]["text"] == "3 more, which are too many to show"


def test_an_argument_that_is_too_large_to_edit_stays_as_it_is() -> None:
    given = {"body": "x" * 1_000_000, "to": "Ada"}
    field = arguments.form(given, {"type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"]})
    assert field["type"] == "object"
    assert [named["name"] for named in field["fields"]] == ["to"]
    assert arguments.edited(given, field, {"to": "Bob"}) == {**given, "to": "Bob"}


def test_what_is_too_large_for_the_editor_that_asks_about_it_is_shown_beside_it() -> None:
    session = at_rest(hitl.run(graphs.chain(State, {"ask": lambda _: {"answer": interrupt([7] * 300_000)}}), {}))
    shown = card(session)
    assert shown["control"]["field"]["default_text"] is None
    assert "too large to show" in shown["control"]["field"]["help"]
    assert "more characters" in shown["context"][0]["text"]


def test_a_value_that_is_too_large_for_an_editor_says_so() -> None:
    field = field_for({"default": {"a": "x" * 200_000}})
    assert field["type"] == "json"
    assert field["default_text"] is None
    assert "too large to show" in (field["help"] or "")


HUGE = "x" * 1_000_000
LARGE_SCHEMAS: dict[str, tuple[Any, Any]] = {
    "a constant": ({"const": HUGE}, HUGE),
    "a choice": ({"enum": [HUGE, "a"]}, "a"),
    "a choice of objects": ({"enum": [{"a": HUGE}, 1]}, 1),
    "titled choices": ({"oneOf": [{"const": "a", "title": HUGE}, {"const": "b"}]}, "b"),
    "choices of a list": ({"type": "array", "items": {"enum": [HUGE, "b"]}}, ["b"]),
    "named choices": ({"enum": ["a", "b"], "enumNames": [HUGE, "b"]}, "b"),
    "a choice in a form": (
        {"type": "object", "properties": {"a": {"enum": [HUGE, "c"]}, "b": {"type": "string"}}},
        {"a": "c"},
    ),
    "a pattern": ({"type": "string", "pattern": HUGE}, "a"),
    "a kind's title": ({"anyOf": [{"type": "string", "title": HUGE}, {"type": "integer"}]}, 1),
    "5 000 places": ({"type": "array", "prefixItems": [{"type": "string"}] * 5_000}, ["a"]),
    "a definition's name": (
        {"$defs": {HUGE: {"properties": {"a": {"$ref": f"#/$defs/{HUGE}"}}}}, "$ref": f"#/$defs/{HUGE}"},
        {"a": {}},
    ),
    "a definition's description": (
        {
            "$defs": {"d": {"type": "object", "description": HUGE, "properties": {"a": {"$ref": "#/$defs/d"}}}},
            "$ref": "#/$defs/d",
        },
        {"a": {}},
    ),
}


@pytest.mark.parametrize(("schema", "answer"), LARGE_SCHEMAS.values(), ids=LARGE_SCHEMAS.keys())
def test_a_schema_with_something_of_a_megabyte_has_a_small_card_and_can_be_answered(schema: Any, answer: Any) -> None:
    request = hitl.Request("1", "ask", "ask", ("ask",), {"message": "Which?"}, response_schema=schema)
    control = hitl.controls.resolve(request)
    assert len(json.dumps(control.view)) < LARGEST
    assert control.accept(answer) == answer


PATTERNS = ["^(a|a)*$", "^(a|aa)+$", "(a|b|ab)*c", "^([a-z]|[a-z0-9])*$"]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_takes_for_ever_is_given_up_and_says_so(pattern: str) -> None:
    began = time.monotonic()
    wrong = validate({"type": "string", "pattern": pattern}, "a" * 5_000 + "!")
    assert time.monotonic() - began < 30
    assert wrong[""] in {
        "Takes too long to check against the pattern; a shorter text may do.",
        f"Does not match the pattern {pattern}.",
    }
    assert validate({"type": "string", "pattern": pattern}, "aac" if "c" in pattern else "aa") == {}


@pytest.mark.parametrize(
    "schema",
    [
        {"patternProperties": {"^(a|a)*$": {"type": "string"}}, "additionalProperties": False},
        {"patternProperties": {"^(a|a)*$": {"type": "string"}}, "unevaluatedProperties": False},
        {"propertyNames": {"pattern": "^(a|a)*$"}},
        {"$schema": "http://json-schema.org/draft-07/schema#", "items": {"$ref": "#"}, "pattern": "^(a|a)*$"},
        {"items": {"$schema": "http://json-schema.org/draft-07/schema#", "pattern": "^(a|a)*$"}},
        {"pattern": "(?:(?:(?:a|b){1000}){1000}){1000}"},
        {"pattern": "a{100000000}"},
        bomb("oneOf", 60),
        bomb("anyOf", 60),
    ],
    ids=str,
)
def test_a_schema_that_takes_for_ever_is_given_up(schema: Any) -> None:
    key = "a" * 60 + "!"
    for value in ({f"{key}{n}": "x" for n in range(200)}, [key] * 200, key, "a"):
        began = time.thread_time()
        validate(schema, value)
        assert time.thread_time() - began < 20


def test_a_value_does_not_pass_by_being_deep() -> None:
    schema = {"type": "object", "properties": {"a": {"anyOf": [{"$ref": "#"}, {"const": "begin"}]}}}
    assert validate(schema, nested(3)) != {}
    assert validate(schema, nested(900)) != {}


def test_a_secret_is_found_in_a_schema_that_fans_out() -> None:
    hidden = bomb("allOf", 60)
    assert is_secret(hidden) is False
    hidden["$defs"]["d60"]["writeOnly"] = True
    assert is_secret(hidden) is True


def seconds(work: Callable[[], Any]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


GROWING: dict[str, Callable[[int], Any]] = {
    "a list of different items": lambda n: validate({"uniqueItems": True}, [{"a": i} for i in range(n)]),
    "a default that is a list": lambda n: field_for(
        {"type": "array", "items": {"enum": ["a", "b"]}, "default": [str(i) for i in range(n)]}
    ),
    "arguments": lambda n: arguments.form({f"k{i}": i for i in range(n)}),
    "a description": lambda n: hitl.controls.resolve(
        hitl.Request("1", "ask", "ask", ("ask",), tool({}, description="\n\nTool: x" * n))
    ),
}


@pytest.mark.parametrize("work", GROWING.values(), ids=GROWING.keys())
def test_twice_as_much_takes_about_twice_as_long(work: Callable[[int], Any]) -> None:
    work(10)
    half, whole = (min(seconds(lambda: work(n)) for _ in range(3)) for n in (4_000, 8_000))  # noqa: B023
    # Four times as long would be quadratic; the machine may be busy.
    assert whole < 3.2 * max(half, 0.01)


def test_a_number_with_5000_digits_is_told_by_its_size() -> None:
    (shown,) = arguments.listed({"n": 10**5_000})
    assert shown["text"] == "about 10^5000"


def test_an_answer_that_is_refused_can_be_mended() -> None:
    control = hitl.Control.form({"type": "string", "pattern": "^(a|a)*$"})
    with pytest.raises(InvalidAnswerError, match="too long"):
        control.accept("a" * 5_000 + "!")
    assert control.accept("aaa") == "aaa"


@pytest.mark.parametrize(
    "large", [10**400, [1, 10**400], {"deep": [{"n": -(10**400)}]}], ids=["alone", "listed", "deep"]
)
def test_a_number_that_no_browser_has_stays_as_it_is_while_the_rest_is_edited(large: Any) -> None:
    given = {"amount": large, "to": "ada", "most": 2**1023 - 1}
    field = arguments.form(given)
    assert field["type"] == "object"
    assert [named["name"] for named in field["fields"]] == ["to", "most"]
    assert arguments.edited(given, field, {"to": "bob", "most": 2**1023 - 1}) == {**given, "to": "bob"}
