"""Each payload family: its control, and the answer that its author gets."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, TypeAdapter

from hitl_widgets.control import Control
from hitl_widgets.controls.question import describe
from hitl_widgets.errors import InvalidAnswerError
from hitl_widgets.protocol import ControlView
from hitl_widgets.registering.registry import Registry
from hitl_widgets.requests import Request

REGISTRY = Registry()


class Size(enum.Enum):
    SMALL = "s"


class Draft(BaseModel):
    subject: str
    size: Size = Size.SMALL


@dataclass
class Opaque:
    inner: Any = field(default_factory=object)
    also: type = int


def request(payload: Any, **more: Any) -> Request:
    return Request(id="1", key="pick_one", node="pick_one", path=("pick_one",), payload=payload, **more)


def control_for(payload: Any, **more: Any) -> Control:
    return REGISTRY.resolve(request(payload, **more))


def drawn(control: Control) -> str:
    return control.view["field"]["type"] if control.view["kind"] == "form" else control.view["kind"]


# ---------------------------------------------------------------- approval

APPROVED = {"type": "boolean"}


@pytest.mark.parametrize(
    ("properties", "required", "view", "rejected", "approved"),
    [
        ({"approved": APPROVED}, ["approved"], "none", {"approved": False}, {"approved": True}),
        ({"ok": APPROVED, "reason": {"type": "string"}}, ["ok"], "optional", {"ok": False, "reason": "no"},
         {"ok": True}),
        ({"ok": APPROVED, "feedback": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None}}, ["ok"],
         "optional", {"ok": False, "feedback": "no"}, {"ok": True}),
        ({"comment": {"type": "string"}, "ok": APPROVED}, ["ok", "comment"], "required",
         {"ok": False, "comment": "no"}, None),
        ({"ok": APPROVED, "note": {"type": ["string", "null"]}}, ["ok", "note"], "optional",
         {"ok": False, "note": "no"}, {"ok": True, "note": None}),
    ],
)  # fmt: skip
def test_a_boolean_and_its_reason_are_an_approval(
    properties: Any, required: Any, view: str, rejected: Any, approved: Any
) -> None:
    control = control_for(
        "Send it?", response_schema={"type": "object", "properties": properties, "required": required}
    )
    assert control.view["kind"] == "approval"
    assert control.view["reason"] == view
    assert control.resume_value(False, "no") == rejected
    assert control.accept(rejected) == rejected
    if approved is not None:
        assert control.resume_value(True) == control.accept(True) == approved
        return
    with pytest.raises(InvalidAnswerError) as refused:
        control.resume_value(True)
    assert refused.value.fields == {"reason": "Please fill this in."}


def test_a_reason_that_the_schema_refuses_is_said_at_the_reason() -> None:
    properties = {"ok": APPROVED, "comment": {"type": "string", "minLength": 5}}
    control = control_for("?", response_schema={"type": "object", "properties": properties, "required": ["ok"]})
    with pytest.raises(InvalidAnswerError) as refused:
        control.resume_value(False, "no")
    assert refused.value.fields == {"reason": "At least 5 characters."}


@pytest.mark.parametrize(
    "properties",
    [
        {"ok": APPROVED, "name": {"type": "string"}},
        {"ok": APPROVED, "sure": APPROVED},
        {"ok": APPROVED, "reason": {"type": "integer"}},
        {"reason": {"type": "string"}},
        {},
    ],
)
def test_other_objects_are_forms(properties: Any) -> None:
    assert drawn(control_for("?", response_schema={"type": "object", "properties": properties})) == "object"


def test_a_boolean_schema_is_answered_by_two_buttons() -> None:
    control = control_for("Ship it?", response_schema={"type": "boolean"})
    assert control.view["kind"] == "approval"
    assert (control.view["approve"], control.view["reject"]) == ("Approve", "Reject")
    assert control.resume_value(False, "too early") is False
    nullable = control_for("Ship it?", response_schema={"type": ["boolean", "null"]})
    assert (nullable.view["kind"], nullable.accept(None)) == ("approval", None)


# ---------------------------------------------------------------- schemas


@pytest.mark.parametrize(
    ("schema", "kind", "reply", "value"),
    [
        ({"type": "string"}, "text", "x", "x"),
        ({"type": "number"}, "number", 0, 0),
        ({"enum": ["a", "b"]}, "choice", "a", "a"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, "choices", [], []),
        ({"type": "string", "format": "date-time"}, "datetime", "2026-01-01 10:00Z", "2026-01-01T10:00:00Z"),
        ({"type": "array"}, "json", "[1, 1.0]", [1, 1.0]),
        ({"type": "wrong"}, "json", '"x"', "x"),
        ({}, "json", "null", None),
    ],
)
def test_a_response_schema_is_a_form(schema: Any, kind: str, reply: Any, value: Any) -> None:
    control = control_for({"question": "?"}, response_schema=schema)
    assert drawn(control) == kind
    assert repr(control.resume_value(reply)) == repr(value)


# ---------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ("Name?", "text"), ("", "text"), ({"question": "Name?"}, "text"), ({"message": "Name?"}, "text"),
        ({"prompt": "Name?", "draft": {"a": 1}}, "text"), ({"title": "Name?"}, "text"),
        ({"question": "How many?", "default": 3}, "number"), ({"question": "Sure?", "default": False}, "boolean"),
        ({"question": "Who?", "default": "a\nb"}, "text"), ({"question": "What?", "default": [1]}, "json"),
        ({"question": "?", "options": ["approve", "reject"]}, "choice"), ({"choices": {"A": 1}}, "choice"),
        ({"enum": (1, 2)}, "choice"), ({"options": ["a"], "multiple": True}, "choices"), ({"question": "?", "options": []}, "text"), ({"options": "ab"}, "json"),
        ({"question": 3}, "json"), ({}, "json"), ([], "json"), (None, "json"), (["a"], "json"), ({1: 2}, "json"),
        (0, "number"), (2.5, "number"), (False, "boolean"), (2**60, "json"), (float("nan"), "json"), (b"x", "json"),
        (object(), "json"), (Size.SMALL, "json"), ({"control": "brake"}, "json"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_every_payload_has_a_control(payload: Any, kind: str) -> None:
    control = control_for(payload)
    assert drawn(control) == kind
    assert TypeAdapter[Any](ControlView).validate_python(control.view) == control.view


@pytest.mark.parametrize("payload", ["Name?", {"question": "Name?"}, {"a": 1}, [1], None, 0, False])
@pytest.mark.parametrize("value", [None, {}, [], False, 0, "", 42, True, "x", object()])
def test_where_the_author_gave_no_schema_code_may_answer_with_anything(payload: Any, value: Any) -> None:
    assert control_for(payload).accept(value) is value


def test_choices_are_held_to() -> None:
    control = control_for({"question": "Where to?", "options": [{"value": "eu", "label": "Europe"}, "us"]})
    assert control.accept("eu") == control.resume_value("eu") == "eu"
    with pytest.raises(InvalidAnswerError, match=r"Not one of the choices\."):
        control.accept("mars")


def test_a_default_in_the_payload_is_where_the_control_starts() -> None:
    assert control_for({"question": "?", "default": 3}).default_reply() == 3
    assert control_for({"question": "?", "options": ["a", "b"], "default": "b"}).default_reply() == "b"
    assert control_for({"a": [1, 1.0]}).default_reply() == {"a": [1, 1.0]}


def test_a_model_is_edited() -> None:
    control = control_for(Draft(subject="Hi"))
    assert control.default_reply() == {"subject": "Hi", "size": "s"}
    assert control.resume_value({"subject": "Ho", "size": "s"}) == {"subject": "Ho", "size": "s"}
    assert control.accept(Draft(subject="Ho")) == {"subject": "Ho", "size": "s"}
    assert describe(request(Draft(subject="Hi")), control).context == []


def test_a_dataclass_that_pydantic_cannot_read_is_json() -> None:
    assert drawn(control_for(Opaque())) == "json"


def test_a_breakpoint_goes_on_or_stops() -> None:
    control = control_for(("pick_one",), kind="breakpoint")
    assert control.view["kind"] == "approval"
    assert (control.view["approve"], control.view["reject"]) == ("Continue", "Stop")
    assert describe(request(("pick_one",), kind="breakpoint"), control).question == "Continue with pick_one?"
    assert control.resume_value(False) is False


@pytest.mark.parametrize(
    ("hint", "kind"),
    [
        ("approval", "approval"), ("text", "text"), ("multiline", "text"), ("json", "json"), ("choice", "choice"),
        ({"kind": "approval", "approve": "Go"}, "approval"), ({"kind": "choice", "options": [1]}, "choice"),
        ({"kind": "form", "schema": {"type": "integer"}}, "number"),
    ],
)  # fmt: skip
def test_a_payload_may_name_its_control(hint: Any, kind: str) -> None:
    payload = {"question": "?", "control": hint, "options": ["a"]}
    assert drawn(control_for(payload)) == kind
    assert "Control" not in [part["label"] for part in describe(request(payload), control_for(payload)).context]


@pytest.mark.filterwarnings("error")
@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["question", "options", "default", "a"]), inner)
        ),
        max_leaves=8,
    )
)
def test_no_payload_is_a_dead_end(payload: Any) -> None:
    control = control_for(payload)
    assert TypeAdapter[Any](ControlView).validate_python(control.view) == control.view
    assert describe(request(payload), control).question


# ---------------------------------------------------------------- what the card says


@pytest.mark.parametrize(
    ("payload", "question", "description", "context"),
    [
        ("Name?", "Name?", None, []),
        (" ", "Pick one", None, []),
        (None, "Pick one", None, []),
        (
            {"question": "Send it?", "description": "Careful.", "draft": "Dear Ada", "cost": 3, "to": ["a"]},
            "Send it?", "Careful.",
            [("Draft", "Dear Ada", False), ("Cost", "3", False), ("To", '["a"]', True)],
        ),
        ({"title": "T", "message": "M"}, "M", None, [("Title", "T", False)]),
        ({"question": "?", "options": ["a"]}, "?", None, []),
        ({"type": "hitl.ask", "question": "Q", "key": "k", "description": "D"}, "Q", "D", []),
        (Draft(subject="Hi"), "Pick one", None, []),
        ({"a": 1}, "Pick one", None, []),
        ([1], "Pick one", None, []),
    ],
)  # fmt: skip
def test_a_card_says_the_question_and_shows_the_rest(
    payload: Any, question: str, description: str | None, context: Any
) -> None:
    said = describe(request(payload), control_for(payload))
    assert (said.question, said.description) == (question, description)
    assert [(part["label"], part["text"], part["mono"]) for part in said.context] == context


def test_a_control_of_ones_own_has_the_last_word() -> None:
    control = Control.text(title="Mine", description="Also mine")
    said = describe(request({"question": "Theirs", "draft": "x"}), control)
    assert (said.question, said.description) == ("Mine", "Also mine")
    assert [part["label"] for part in said.context] == ["Draft"]
    assert [part["label"] for part in describe(request([1]), control).context] == ["Payload"]


def test_a_long_payload_is_cut() -> None:
    said = describe(request({"question": "?", "long": "x" * 100_000, **{f"k{n}": n for n in range(100)}}))
    assert len(said.context) == 51
    assert said.context[-1]["text"] == "51 more"
    assert len(said.context[0]["text"]) < 20_100


def test_a_hint_that_nearly_names_a_control_is_reported() -> None:
    with pytest.warns(RuntimeWarning, match="no control 'aproval'; did you mean 'approval'"):
        control_for({"question": "Ship it?", "control": "aproval"})


def test_a_default_that_the_control_starts_from_is_not_said_above_it() -> None:
    payload = {"question": "Key?", "control": {"kind": "text", "format": "password"}, "default": "s3cret", "for": "x"}
    described = describe(request(payload), control_for(payload))
    assert [part["label"] for part in described.context] == ["For"]
