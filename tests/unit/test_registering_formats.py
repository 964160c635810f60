"""Controls registered for the format of a schema: what stands for a part of any form, and what its answer is held to."""

from __future__ import annotations

from typing import Annotated, Any

import ipywidgets
import pytest
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langgraph.types import interrupt
from pydantic import AfterValidator, BaseModel, EmailStr, Field
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.control import Control
from hitl_widgets.controls import Tier
from hitl_widgets.registering.registry import Registry
from hitl_widgets.requests import Request

from . import agents, graphs

COLOURS = {"Red": "#ff0000", "Blue": "#0000ff"}

Colour = Annotated[str, Field(json_schema_extra={"format": "color"})]
Iban = Annotated[str, Field(json_schema_extra={"format": "iban"})]


def _with_digits(text: str) -> str:
    if not text[2:4].isdigit():
        raise ValueError("An IBAN has two check digits after its country.")
    return text


OurIban = Annotated[str, Field(pattern="^[A-Z]{2}"), AfterValidator(_with_digits)]


class Wall(BaseModel):
    name: str
    colour: Colour


class Payment(BaseModel):
    iban: Iban | None = None
    walls: list[Wall] = []
    by_room: dict[str, Colour] = {}


@pytest.fixture
def registry() -> Registry:
    return Registry()


def request(schema: Any, payload: Any = "Which?", **more: Any) -> Request:
    return Request(id="1", key="pick", node="pick", path=("pick",), payload=payload, response_schema=schema, **more)


def field_at(control: Control, *path: str) -> Any:
    field: Any = control.view["field"]  # type: ignore[typeddict-item]
    for step in path:
        inner = field if step != "*" else field.get("item", field.get("value"))
        field = next((one["field"] for one in inner.get("fields", ()) if one["name"] == step), inner)
    return field


def colours(registry: Registry) -> list[Any]:
    seen: list[Any] = []

    @registry.register(format="color")
    def colour(schema: Any) -> Any:
        seen.append(schema)
        return Control.choice(COLOURS)

    return seen


def test_a_part_of_a_form_is_drawn_by_what_is_registered_for_its_format(registry: Registry) -> None:
    seen = colours(registry)
    explanation = registry.explain(request(Payment.model_json_schema()))
    control = explanation.control
    assert field_at(control, "walls", "*", "colour")["options"][0] == {"label": "Red", "value": "#ff0000"}
    assert field_at(control, "walls", "*", "colour")["label"] == "Colour"
    assert field_at(control, "by_room", "*")["type"] == "choice"
    assert field_at(control, "walls", "*", "name")["type"] == "text"
    assert {"type": "string", "format": "color"}.items() <= seen[0].items()
    assert (explanation.tier, explanation.matcher) == (Tier.SCHEMA, "schema")
    assert [part.matcher for part in explanation.parts] == ["colour (for format 'color')"] * 2
    assert "+ colour (for format 'color')  registered by you" in str(explanation)


def test_its_answer_is_held_to_what_stands_there_and_to_the_schema_itself(registry: Registry) -> None:
    colours(registry)
    control = registry.resolve(request(Payment.model_json_schema()))
    wall = {"name": "North", "colour": "#0000ff"}
    assert control.accept({"walls": [wall]})["walls"] == [wall]
    for read in (control.accept, control.resume_value):
        with pytest.raises(hitl.InvalidAnswerError) as refused:
            read({"walls": [{"name": "North", "colour": "#00ff00"}]})
        assert refused.value.fields == {"walls/0/colour": "Not one of the choices."}

    @registry.register(format="color")
    def number(schema: Any) -> Any:
        return {"type": "integer"}

    with pytest.raises(hitl.InvalidAnswerError) as refused:
        registry.resolve(request(Payment.model_json_schema())).accept({"by_room": {"hall": 3}})
    assert refused.value.fields == {"by_room/hall": "Not a text."}


@pytest.mark.parametrize("made", [OurIban, Control.form(OurIban)], ids=["type", "control"])
def test_a_types_own_validators_speak_at_the_field(registry: Registry, made: Any) -> None:
    registry.register(format="iban")(lambda schema: made)
    control = registry.resolve(request(Payment.model_json_schema()))
    assert field_at(control, "iban")["pattern"] == "^[A-Z]{2}"
    assert field_at(control, "iban")["nullable"]
    assert control.accept({"iban": "DE02"}) == {"iban": "DE02"}
    assert control.accept({"iban": None}) == {"iban": None}
    for read in (control.accept, control.resume_value):
        with pytest.raises(hitl.InvalidAnswerError) as refused:
            read({"iban": "DEXX"})
        assert refused.value.fields == {"iban": "An IBAN has two check digits after its country."}


def test_a_model_stands_for_an_object_with_its_own_definitions(registry: Registry) -> None:
    class Line(BaseModel):
        street: str

    class Address(BaseModel):
        lines: list[Line]

    @registry.register(format="address")
    def address(schema: Any) -> Any:
        return Address

    two = {"type": "object", "format": "address", "title": "Home"}
    schema = {"type": "object", "properties": {"home": two, "work": {**two, "title": "Work"}}}
    control = registry.resolve(request(schema))
    assert field_at(control, "work", "lines", "*", "street")["type"] == "text"
    assert field_at(control, "home")["label"] == "Home"
    assert control.accept({"home": {"lines": [{"street": "Main St"}]}})
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        control.accept({"work": {"lines": [{"street": 3}]}})
    assert refused.value.fields == {"work/lines/0/street": "Not a text."}


def test_what_the_schema_refers_to_holds_as_well(registry: Registry) -> None:
    schema = {
        "$defs": {"Code": {"type": "string", "maxLength": 2}},
        "properties": {"to": {"type": "object", "format": "place", "properties": {"code": {"$ref": "#/$defs/Code"}}}},
    }
    registry.register(format="place")(lambda schema: {**schema, "title": "Where to"})
    control = registry.resolve(request(schema))
    assert field_at(control, "to", "code")["max_length"] == 2
    registry.register(format="place")(lambda schema: {"type": "object", "properties": {"code": {"type": "string"}}})
    for one in (control, registry.resolve(request(schema))):
        with pytest.raises(hitl.InvalidAnswerError) as refused:
            one.accept({"to": {"code": "ABC"}})
        assert refused.value.fields == {"to/code": "At most 2 characters."}


def test_the_words_of_the_place_stay_unless_others_are_given(registry: Registry) -> None:
    schema = {"properties": {"a": {"type": "string", "format": "iban", "title": "Payer", "default": "DE02"}}}
    registry.register(format="iban")(lambda schema: Control.text(min_length=4))
    field = field_at(registry.resolve(request(schema)), "a")
    assert (field["label"], field["default"], field["min_length"]) == ("Payer", "DE02", 4)
    registry.register(format="iban")(lambda schema: Control.text(title="IBAN", description="22 characters"))
    field = field_at(registry.resolve(request(schema)), "a")
    assert (field["label"], field["help"]) == ("IBAN", "22 characters")


def test_an_answer_that_is_such_a_value_may_be_a_widget(registry: Registry) -> None:
    @registry.register(format="color")
    def colour(schema: Any) -> Any:
        return ipywidgets.ColorPicker(value="#0000ff")

    explanation = registry.explain(request({"type": "string", "format": "color"}))
    assert (explanation.tier, explanation.matcher) == (Tier.REGISTERED, "colour (for format 'color')")
    assert explanation.control.accept("#ff0000") == "#ff0000"

    schema = {"type": "object", "properties": {"wall": {"type": "string", "format": "color"}}}
    with pytest.warns(
        RuntimeWarning, match=r"wall: returned .* which cannot stand inside a form; a JSON Schema, a type"
    ):
        control = registry.resolve(request(schema))
    assert field_at(control, "wall")["format"] == "color"


def test_an_answer_as_a_whole_is_held_to_its_schema_too(registry: Registry) -> None:
    registry.register(format="color")(lambda schema: Control.text(multiline=True))
    control = registry.resolve(request({"type": "string", "format": "color", "maxLength": 3}))
    with pytest.raises(hitl.InvalidAnswerError, match="At most 3 characters"):
        control.accept("#ff0000")
    assert registry.resolve(request({"type": "string", "format": "color"})).view["field"]["multiline"]  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("returned", "why"),
    [
        (None, None),
        (3, "returned 3, which is neither a Control"),
        (Control.approval(), "which cannot stand inside a form"),
    ],
)
def test_what_cannot_stand_there_is_named_and_the_next_is_asked(registry: Registry, returned: Any, why: Any) -> None:
    colours(registry)

    @registry.register(format="color")
    def mine(schema: Any) -> Any:
        return returned

    explanation = registry.explain(request(Payment.model_json_schema()))
    assert field_at(explanation.control, "by_room", "*")["type"] == "choice"
    failed = [one for one in explanation.skipped if one.matcher.name == "mine (for format 'color')"]
    assert [why in one.why for one in failed] == ([True, True] if why else [])


def test_other_conditions_say_in_which_requests(registry: Registry) -> None:
    registry.register(format="color", node="pick", when=lambda request: request.payload == "Which?")(
        lambda schema: Control.choice(COLOURS)
    )

    def drawn(asked: Request) -> str:
        return field_at(registry.resolve(asked), "by_room", "*")["type"]

    schema = Payment.model_json_schema()
    assert drawn(request(schema)) == "choice"
    assert drawn(request(schema, "Other?")) == "text"
    assert drawn(Request("1", "a", "other", ("other",), "Which?", response_schema=schema)) == "text"


def test_a_test_that_raises_is_named_and_the_form_is_drawn_all_the_same(registry: Registry) -> None:
    registry.register(format="color", when=lambda request: request.payload["x"])(lambda schema: {})
    with pytest.warns(RuntimeWarning, match=r"<lambda> \(for format 'color'\) was skipped .* raised TypeError"):
        control = registry.resolve(request(Payment.model_json_schema()))
    assert field_at(control, "by_room", "*")["format"] == "color"


def test_a_function_may_use_the_format_itself(registry: Registry) -> None:
    @registry.register(format="color")
    def darker(schema: Any) -> Any:
        return Control.form({**schema, "title": "A colour"})

    field = field_at(registry.resolve(request(Payment.model_json_schema())), "by_room", "*")
    assert (field["format"], field["label"]) == ("color", "A colour")


def test_a_secret_stays_one_whatever_draws_it(registry: Registry) -> None:
    registry.register(format="password")(lambda schema: {"type": "string", "minLength": 8})
    control = registry.resolve(request({"properties": {"key": {"type": "string", "format": "password"}}}))
    field = field_at(control, "key")
    assert (field["format"], field["min_length"], control.secret) == ("password", 8, True)


def test_a_copy_keeps_them_and_nothing_leaks_into_another_registry(registry: Registry) -> None:
    colours(registry)
    schema = Payment.model_json_schema()
    assert field_at(registry.copy().resolve(request(schema)), "by_room", "*")["type"] == "choice"
    assert field_at(Registry().resolve(request(schema)), "by_room", "*")["type"] == "text"


# ---------------------------------------------------------------- in the forms of every family, in real runs


def test_a_state_key_of_any_type_is_asked_for_all_the_same(registry: Registry) -> None:
    colours(registry)
    odd = Request("1", "a", "a", ("a",), {"type": "hitl.ask_node", "key": "a", "question": "?"}, value_type="Nowhere")
    with pytest.warns(RuntimeWarning, match="ask was skipped"):
        assert registry.resolve(odd).view["kind"] == "form"


class State(TypedDict, total=False):
    wall: Wall
    colour: Colour
    answer: Any


def run(node: Any, registry: Registry, **options: Any) -> hitl.Session:
    session = hitl.run(graphs.chain(State, {"pick": node}), {}, controls=registry, **options)
    assert session._run.at_rest.wait(60)
    return session


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (lambda state: {"answer": hitl.ask("Wall?", Wall)}, {"name": "N", "colour": "#ff0000"}),
        (lambda state: {"answer": interrupt("Wall?", response_schema=Wall)}, {"name": "N", "colour": "#ff0000"}),
        (lambda state: {"answer": interrupt("Colour?", response_schema=Colour)}, "#ff0000"),
        (lambda state: {"answer": hitl.ask("Colour?", format="color")}, "#ff0000"),
        (hitl.ask_node("wall", "Wall?"), {"name": "N", "colour": "#ff0000"}),
        (hitl.ask_node("colour", "Colour?"), "#ff0000"),
    ],
)
def test_a_run_takes_what_fits_and_refuses_the_rest(registry: Registry, node: Any, value: Any) -> None:
    colours(registry)
    session = run(node, registry)
    other = {**value, "colour": "#00ff00"} if isinstance(value, dict) else "#00ff00"
    with pytest.raises(hitl.InvalidAnswerError, match=r"Not one of the choices."):
        session.answer(other)
    session.answer(value)
    [answer] = session.wait(60).values()
    assert answer == (Wall(**value) if isinstance(answer, Wall) else value)


def test_the_state_at_a_breakpoint_too(registry: Registry) -> None:
    colours(registry)
    graph = graphs.chain(State, {"pick": lambda state: {}})
    session = hitl.run(graph, {"colour": "#ff0000"}, controls=registry, interrupt_before=["pick"])
    assert session._run.at_rest.wait(60)
    assert field_at(session._run.pending[0].control, "colour")["type"] == "choice"
    with pytest.raises(hitl.InvalidAnswerError, match=r"colour: Not one of the choices."):
        session.answer({"update": {"colour": "#00ff00"}})
    session.answer({"update": {"colour": "#0000ff"}})
    assert session.wait(60)["colour"] == "#0000ff"


def test_a_tools_arguments_too(registry: Registry) -> None:
    sent: list[str] = []

    @agents.tool
    def send(to: EmailStr) -> str:
        """Send a mail."""
        sent.append(to)
        return "sent"

    registry.register(format="email")(lambda schema: Control.choice(["ada@example.org", "grace@example.org"]))
    gate = HumanInTheLoopMiddleware(interrupt_on={"send": True}, interrupt_mode="per_call")
    model = agents.ScriptedModel(script=[agents.calls(("send", {"to": "ada@example.org"})), agents.AIMessage("done")])
    graph = agents.create_agent(model, [send], middleware=[gate], checkpointer=agents.InMemorySaver())
    session = hitl.run(graph, {"messages": [{"role": "user", "content": "go"}]}, controls=registry)
    assert session._run.at_rest.wait(60)
    [item] = session._run.pending[0].control.view["items"]  # type: ignore[typeddict-item]
    edit = next(choice for choice in item["choices"] if choice["name"] == "edit")
    assert edit["field"]["fields"][0]["field"]["type"] == "choice"
    edited = {"type": "edit", "edited_action": {"name": "send", "args": {"to": "eve@example.org"}}}
    with pytest.raises(hitl.InvalidAnswerError, match=r"edited_action/args/to: Not one of the choices."):
        session.answer(edited)
    edited["edited_action"]["args"]["to"] = "grace@example.org"  # type: ignore[index]
    session.answer(edited)
    session.wait(60)
    assert sent == ["grace@example.org"]
