"""Controls: what a reply from the browser or an answer from code becomes, and how it is refused."""

from __future__ import annotations

import datetime as dt
import enum
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import anywidget
import ipywidgets
import pytest
import traitlets
from hypothesis import given, settings, strategies as st
from pydantic import BaseModel, Field, SecretStr, TypeAdapter, ValidationError, field_validator, model_validator
from typing_extensions import TypedDict

from hitl_widgets.control import Control
from hitl_widgets.errors import ControlError, InvalidAnswerError
from hitl_widgets.protocol import ControlView


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Line(BaseModel):
    sku: str
    count: int = 1


class Invoice(BaseModel):
    number: str = Field(min_length=1)
    total: Decimal = Decimal("1.5")
    due: dt.date | None = None
    color: Color = Color.RED
    lines: list[Line] = []

    @field_validator("number")
    @classmethod
    def starts_with_a_letter(cls, number: str) -> str:
        if not number[:1].isalpha():
            raise ValueError("Must start with a letter.")
        return number.strip()

    @model_validator(mode="after")
    def has_something_to_pay(self) -> Invoice:
        if self.total == 0 and self.lines:
            raise ValueError("Lines without a total.")
        return self


@dataclass
class Trip:
    to: str
    days: int = 3


class Place(TypedDict):
    x: float
    y: float


@pytest.mark.parametrize(
    "control",
    [
        Control.form(Invoice), Control.form(Trip), Control.form(Place), Control.form(list[int]), Control.form(bool),
        Control.form({"type": "string"}), Control.approval(), Control.text(), Control.choice(["a"]),
        Control.choice(["a"], multiple=True), Control.json(), Control.of_widget(ipywidgets.IntSlider()),
    ],
)  # fmt: skip
def test_every_view_has_the_protocols_shape(control: Control) -> None:
    assert TypeAdapter[Any](ControlView).validate_python(control.view) == control.view
    json.dumps(control.view, allow_nan=False)


def test_a_models_form_resumes_with_its_dict_defaults_filled_in() -> None:
    control = Control.form(Invoice, default=Invoice(number="A1", due=dt.date(2026, 1, 2)))
    whole = {"number": "A1", "total": "1.5", "due": "2026-01-02", "color": "red", "lines": []}
    assert control.default_reply() == whole
    assert control.resume_value({"number": "A1 ", "total": 2.5, "color": "blue"}) == {
        "number": "A1", "total": "2.5", "due": None, "color": "blue", "lines": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        Invoice(number="A1", color=Color.BLUE, lines=[Line(sku="x")]),
        {"number": "A1", "color": Color.BLUE, "lines": [Line(sku="x")]},
        {"number": "A1", "color": "blue", "lines": [{"sku": "x"}]},
    ],
)
def test_code_may_answer_with_instances_enums_and_dicts(value: Any) -> None:
    assert Control.form(Invoice).accept(value) == {
        "number": "A1", "total": "1.5", "due": None, "color": "blue", "lines": [{"sku": "x", "count": 1}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "errors"),
    [
        ({}, {"number": "Please fill this in."}),
        ({"number": "1A"}, {"number": "Must start with a letter."}),
        ({"number": "A", "total": 0, "lines": [{"sku": "x"}]}, {"": "Lines without a total."}),
        ({"number": "A", "lines": [{"sku": 1}]}, {"lines/0/sku": "Not a text."}),
        ({"number": "A", "due": "2026-02-30", "color": "green"},
         {"due": "Not a date.", "color": "Not one of the choices."}),
        ("A", {"": "Not an object."}),
    ],
)  # fmt: skip
def test_a_wrong_reply_is_refused_at_the_field_where_it_can_be_mended(reply: Any, errors: dict[str, str]) -> None:
    with pytest.raises(InvalidAnswerError) as refused:
        Control.form(Invoice).resume_value(reply)
    assert refused.value.fields == errors


def test_a_wrong_answer_from_code_is_refused_at_its_exact_path() -> None:
    with pytest.raises(InvalidAnswerError) as refused:
        Control.form(Invoice).accept({"number": "A", "lines": [{"sku": "x"}, {"sku": 1}], "due": dt.date})
    assert refused.value.fields.keys() == {""}  # a class has no JSON form
    with pytest.raises(InvalidAnswerError) as refused:
        Control.form(Invoice).accept({"number": "A", "lines": [{"sku": "x"}, {"sku": 1}]})
    assert refused.value.fields == {"lines/1/sku": "Not a text."}


@pytest.mark.parametrize(
    ("control", "value", "resumed"),
    [
        (Control.form(Trip), Trip("EU"), {"to": "EU", "days": 3}),
        (Control.form(Place), {"x": 1, "y": 2.5}, {"x": 1.0, "y": 2.5}),
        (Control.form(dt.date), dt.date(2026, 1, 2), "2026-01-02"),
        (Control.form(set[int]), {1}, [1]),
        (Control.form({"type": "string", "format": "date"}), dt.date(2026, 1, 2), "2026-01-02"),
        (Control.form({"type": "integer"}), 0, 0),
        (Control.form({"type": "boolean"}), False, False),
        (Control.form({"type": "string"}), "", ""),
        (Control.form({"type": ["string", "null"]}), None, None),
        (Control.form({"type": "object"}), {}, {}),
        (Control.text(), "", ""),
        (Control.choice([0, "", False]), False, False),
        (Control.choice(list(Color)), Color.RED, "red"),
        (Control.choice(["a", "b"], multiple=True), [], []),
        (Control.choice([{"value": 1, "label": "One"}, {"id": 2}]), {"id": 2}, {"id": 2}),
        (Control.json(), dt.date(2026, 1, 2), dt.date(2026, 1, 2)),
        (Control.approval(), False, False),
    ],
)
def test_answers_from_code(control: Control, value: Any, resumed: Any) -> None:
    assert repr(control.accept(value)) == repr(resumed)


@pytest.mark.parametrize(
    ("control", "value", "sentence"),
    [
        (Control.text(), 42, "Not a text."),
        (Control.text(max_length=1), "ab", "At most 1 character."),
        (Control.form(int), True, "Not a whole number."),
        (Control.form(float), float("nan"), "Not a number."),
        (Control.form(bool), 1, "Please choose one."),
        (Control.approval(), "yes", "Please choose one."),
        (Control.choice(["a"]), "b", "Not one of the choices."),
        (Control.choice(["a", "b"], multiple=True, min_items=1), [], "Choose at least 1."),
        (Control.form({"type": "object"}), object(), "A value of type object has no JSON form"),
    ],
)
def test_answers_from_code_that_do_not_fit(control: Control, value: Any, sentence: str) -> None:
    with pytest.raises(InvalidAnswerError) as refused:
        control.accept(value)
    assert refused.value.fields[""].startswith(sentence)


@pytest.mark.parametrize(
    ("reason", "approved", "said", "taken"),
    [
        ("none", True, None, True), ("optional", False, None, True), ("required", True, None, False),
        ("required", True, "  ", False), ("required", True, "fine", True), ("required_to_reject", True, None, True),
        ("required_to_reject", False, None, False), ("required_to_reject", False, "no", True),
    ],
)  # fmt: skip
def test_an_approval_asks_for_its_reason(reason: Any, approved: bool, said: str | None, taken: bool) -> None:
    control = Control.approval(reason=reason)
    if taken:
        assert control.resume_value(approved, said) is approved
        assert control.accept(approved, said) is approved
        return
    with pytest.raises(InvalidAnswerError) as refused:
        control.resume_value(approved, said)
    assert refused.value.fields == {"reason": "Please fill this in."}


@pytest.mark.parametrize("reply", [None, 1, "true", {}])
def test_an_approval_is_answered_by_one_of_its_buttons(reply: Any) -> None:
    with pytest.raises(InvalidAnswerError, match=r"Please choose one\."):
        Control.approval().resume_value(reply)


def test_a_default_is_an_answer_or_says_why_not() -> None:
    assert Control.approval(default=False).default_reply() is False
    assert Control.text(default="x").default_reply() == "x"
    assert Control.text(default="").default_reply() == ""
    assert Control.json(None).default_reply() is None
    assert Control.form(Trip, default={"to": "EU"}).default_reply() == {"to": "EU", "days": 3}
    for control in (Control.approval(), Control.text(), Control.form(Trip), Control.json(), Control.choice(["a"])):
        with pytest.raises(InvalidAnswerError):
            control.default_reply()
    with pytest.raises(InvalidAnswerError, match="Must be at least 10"):
        Control.form({"type": "integer", "minimum": 10, "default": 5}).default_reply()


def test_a_secret_is_known_as_one_and_reaches_the_graph_as_it_was_entered() -> None:
    class Login(BaseModel):
        user: str
        password: SecretStr

    control = Control.form(Login, default=Login(user="ada", password=SecretStr("old")))
    assert control.secret
    assert "old" not in repr(control.view)
    assert control.resume_value({"user": "ada", "password": "hunter2"}) == {"user": "ada", "password": "hunter2"}
    assert control.accept(Login(user="ada", password=SecretStr("hunter2"))) == {"user": "ada", "password": "hunter2"}
    assert Control.text(format="password").secret
    assert not Control.form(Invoice).secret
    with pytest.raises(InvalidAnswerError) as refused:
        control.accept({"user": 1, "password": 2})
    assert "hunter" not in str(refused.value)


def test_what_parse_raises_is_said_on_the_card() -> None:
    def refuse(value: Any) -> Any:
        if value == "v":
            raise ValueError("too v")
        if value == "p":
            return TypeAdapter(int).validate_python(value)
        raise InvalidAnswerError({"x": "y"})

    control = Control(Control.text().view, parse=refuse)
    for reply, errors in {"v": {"": "too v"}, "p": {"": "Not a whole number."}, "i": {"x": "y"}}.items():
        with pytest.raises(InvalidAnswerError) as refused:
            control.accept(reply)
        assert refused.value.fields == errors


def test_what_langgraph_refuses_is_said_at_the_fields_of_the_card() -> None:
    control = Control.form(Invoice)
    with pytest.raises(ValidationError) as refused:
        Invoice.model_validate({"number": "A", "total": "x", "lines": [{"sku": 1}]})
    said = control.refusal(refused.value).fields
    assert said["lines/0/sku"] == "Not a text."
    assert said.keys() == {"total", "lines/0/sku"}
    assert control.refusal(RuntimeError("no")).fields == {"": "no"}
    assert Control.approval().refusal(refused.value).fields.keys() == {""}


@pytest.mark.parametrize("path", ["a", "a/b", "a/b/c", "", "z/y"])
def test_keys_with_slashes_are_found(path: str) -> None:
    inner = {"type": "object", "properties": {"b": {"type": "string"}, "b/c": {"type": "string"}}}
    control = Control.form({"type": "object", "properties": {"a": inner}})
    said = control.refusal(InvalidAnswerError({path: "No."})).fields
    assert said == ({path: "No."} if path != "z/y" else {"": "z/y: No."})


# ---------------------------------------------------------------- JSON, to the last digit

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


@settings(deadline=None)
@given(json_values)
def test_every_json_value_survives_the_trip_through_the_json_editor(value: Any) -> None:
    control = Control.json(value)
    view = json.loads(json.dumps(control.view))  # as the browser has it
    assert repr(control.resume_value(view["field"]["default_text"])) == repr(value)
    assert repr(control.default_reply()) == repr(value)


# ---------------------------------------------------------------- widgets


class Map(anywidget.AnyWidget):
    _esm = "export default {}"
    value = traitlets.Dict().tag(sync=True)


class Even(ipywidgets.IntSlider):
    @traitlets.validate("value")
    def _validate_value(self, proposal: Any) -> int:
        if proposal["value"] % 2:
            raise traitlets.TraitError("Must be even.")
        return int(proposal["value"])


def test_a_widget_answers_with_its_value() -> None:
    widget = Map()
    control = Control.of_widget(widget)
    assert control.view == {
        "kind": "widget",
        "ref": f"anywidget:{widget.model_id}",
        "trait": "value",
        "submit": "Submit",
    }
    assert control.resume_value({"x": 1}) == {"x": 1}
    assert widget.value == {"x": 1}
    assert control.default_reply() == {"x": 1}
    assert control.accept({"x": 2}) == {"x": 2}


def test_an_ipywidgets_value_is_read_as_python_has_it() -> None:
    picker = ipywidgets.DatePicker()
    control = Control.of_widget(picker)
    assert control.view["kind"] == "widget"
    assert control.view["ref"] == f"IPY_MODEL_{picker.model_id}"
    assert control.resume_value({"year": 2026, "month": 0, "date": 2}) == dt.date(2026, 1, 2)
    assert control.checked_by({"type": "string"}).resume_value({"year": 2026, "month": 0, "date": 2}) == "2026-01-02"
    # Selections keep their value in the kernel; the browser has its index.
    region = Control.of_widget(ipywidgets.Dropdown(options=["a", "b"]))
    assert region.view["trait"] == "index"
    assert region.resume_value(1) == "b"
    assert Control.of_widget(ipywidgets.SelectMultiple(options=["a", "b", "c"])).resume_value([0, 2]) == ("a", "c")
    assert Control.of_widget(ipywidgets.IntRangeSlider()).resume_value([1, 2]) == (1, 2)


def test_a_value_that_the_trait_refuses_is_refused_on_the_card() -> None:
    with pytest.raises(InvalidAnswerError, match=r"Must be even\."):
        Control.of_widget(Even()).resume_value(3)


@pytest.mark.parametrize("what", [ipywidgets.HBox(), ipywidgets.Layout(), object(), Map, "text"])
def test_what_has_no_value_is_no_control(what: Any) -> None:
    with pytest.raises(ControlError, match=r"value"):
        Control.of_widget(what)


@pytest.mark.parametrize("what", [3, "str", [str], Invoice(number="A")])
def test_a_form_is_of_a_type_or_a_schema(what: Any) -> None:
    with pytest.raises(TypeError):
        Control.form(what)


def test_a_choice_needs_options() -> None:
    for options in ([], {}, "ab"):
        with pytest.raises(ControlError, match="at least one option"):
            Control.choice(options)
