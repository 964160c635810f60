"""What is drawn for a schema, as Pydantic and others emit it."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import AnyUrl, BaseModel, ConfigDict, EmailStr, Field, SecretStr, TypeAdapter
from typing_extensions import TypedDict

from hitl_widgets.fields import MISSING, default_reply, field_for
from hitl_widgets.protocol import FieldView


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    street: str
    zip_code: str = Field(pattern="^[0-9]{5}$")


class Node(BaseModel):
    name: str
    children: list[Node] = []
    parent: Node | None = None


class Order(BaseModel):
    """An order to check."""

    model_config = ConfigDict(title="The order")

    customer: str = Field(min_length=1, description="Who pays.")
    ship_to: Address
    bill_to: Address | None = None
    email: EmailStr | None = None
    total: float = Field(ge=0, default=1.0)
    count: int = Field(gt=0, le=10, multiple_of=2)
    color: Color = Color.RED
    tags: list[Literal["a", "b"]] = Field(default=["a"], max_length=2)
    due: dt.date = dt.date(2026, 1, 2)
    at: dt.datetime
    opens: dt.time | None = None
    sure: bool = False
    price: Decimal = Decimal("1.5")
    extra: dict[str, int] = {}
    secret: SecretStr = SecretStr("hunter2")
    site: AnyUrl | None = None


def schema_of(type_: Any) -> dict[str, Any]:
    return TypeAdapter(type_).json_schema()


def drawn(type_: Any, **options: Any) -> Any:
    field = field_for(schema_of(type_), **options)
    assert TypeAdapter[Any](FieldView).validate_python(field) == field
    return field


def by_name(field: Any) -> dict[str, Any]:
    return {named["name"]: named["field"] for named in field["fields"]}


def test_a_model_is_drawn_field_by_field() -> None:
    field = drawn(Order)
    inner = by_name(field)
    assert (field["label"], field["help"]) == ("The order", "An order to check.")
    assert {name: field["type"] for name, field in inner.items()} == {
        "customer": "text", "ship_to": "object", "bill_to": "object", "email": "text", "total": "number",
        "count": "number", "color": "choice", "tags": "choices", "due": "date", "at": "datetime", "opens": "time",
        "sure": "boolean", "price": "number", "extra": "map", "secret": "text", "site": "text",
    }  # fmt: skip
    assert inner["customer"]["help"] == "Who pays."
    assert (inner["customer"]["required"], inner["total"]["required"]) == (True, False)
    assert (inner["email"]["format"], inner["email"]["nullable"], inner["email"]["default"]) == ("email", True, None)
    assert (inner["count"]["exclusive_minimum"], inner["count"]["maximum"], inner["count"]["multiple_of"]) == (0, 10, 2)
    assert inner["color"]["options"] == [{"label": "red", "value": "red"}, {"label": "blue", "value": "blue"}]
    assert (inner["color"]["default"], inner["tags"]["default"], inner["due"]["default"]) == (
        "red",
        ["a"],
        "2026-01-02",
    )
    assert inner["site"]["format"] == "url"
    assert (inner["extra"]["default"], inner["extra"]["value"]["type"]) == ([], "number")
    assert by_name(inner["ship_to"])["zip_code"]["pattern"] == "^[0-9]{5}$"


def test_a_field_is_labelled_by_its_key_not_by_the_class_of_its_value() -> None:
    inner = by_name(drawn(Order))
    assert inner["ship_to"]["label"] == "Ship to"
    assert inner["bill_to"]["label"] == "Bill to"
    assert inner["color"]["label"] == "Color"
    assert drawn(Address)["label"] == "Address"
    assert drawn(str)["label"] == "Answer"
    assert drawn(str, label="Name")["label"] == "Name"


def test_a_secret_crosses_to_the_browser_in_no_form() -> None:
    class Vault(BaseModel):
        secret: SecretStr
        secrets: list[Vault] = []

    default = {"secret": "hunter2", "secrets": [{"secret": "hunter3"}]}
    field = drawn(Vault, default=default)
    assert by_name(field)["secret"]["format"] == "password"
    assert "hunter" not in repr(field)
    assert "hunter" not in repr(drawn(list[Vault], default=[default]))


def test_what_holds_itself_refers_to_its_definition() -> None:
    field = drawn(Node)
    inner = by_name(field)
    assert (inner["name"]["type"], inner["children"]["type"], inner["parent"]["type"]) == ("text", "list", "ref")
    assert inner["children"]["item"]["ref"] == inner["parent"]["ref"] == "#/$defs/Node"
    assert (inner["parent"]["nullable"], inner["parent"]["default"]) == (True, None)
    assert by_name(field["definitions"]["#/$defs/Node"]).keys() == {"name", "children", "parent"}


def test_references_that_fan_out_without_end_are_cut() -> None:
    defs: dict[str, Any] = {
        f"L{n}": {"type": "object", "properties": {side: {"$ref": f"#/$defs/L{n + 1}"} for side in "ab"}}
        for n in range(40)
    }
    field = field_for({"$ref": "#/$defs/L0", "$defs": {**defs, "L40": {"type": "string"}}})

    def count(field: Any) -> int:
        return 1 + sum(count(named["field"]) for named in field.get("fields", []))

    assert count(field) < 1200


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": ["string", "null"]}, {"type": "text", "nullable": True}),
        ({"type": ["integer", "null"], "default": None}, {"type": "number", "nullable": True, "default": None}),
        ({"anyOf": [{"type": "integer"}, {"type": "number"}]}, {"type": "number", "integer": False}),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "union", "nullable": False}),
        ({"enum": ["a", None]}, {"type": "choice", "nullable": True, "options": [{"label": "a", "value": "a"}]}),
        ({"const": "x"}, {"type": "choice", "default": "x"}),
        ({"enum": [0, False, ""]}, {"type": "choice"}),
        ({"enum": []}, {"type": "json"}),
        ({"enum": [2**60]}, {"type": "json"}),
        ({"type": "integer", "default": 2**60}, {"type": "json", "default_text": str(2**60)}),
        (
            {"oneOf": [{"const": 1, "title": "One"}, {"const": 2, "title": "Two"}]},
            {"type": "choice", "options": [{"label": "One", "value": 1}, {"label": "Two", "value": 2}]},
        ),
        (
            {"oneOf": [{"const": 1, "title": "One"}, {"const": 2}, {"type": "null"}]},
            {"type": "choice", "nullable": True, "options": [{"label": "One", "value": 1}, {"label": "2", "value": 2}]},
        ),
        (
            {"type": "string", "enum": ["a"], "enumNames": ["Ah"]},
            {"type": "choice", "options": [{"label": "Ah", "value": "a"}]},
        ),
        (
            {"type": "array", "items": {"anyOf": [{"const": "a", "title": "A"}]}, "minItems": 1},
            {"type": "choices", "min_items": 1, "options": [{"label": "A", "value": "a"}]},
        ),
        ({"type": "array", "items": {"type": "string"}}, {"type": "list", "min_items": None, "unique": False}),
        ({"type": "array", "items": {}}, {"type": "json"}),
        ({"type": "array", "items": {"enum": ["a"]}, "default": ["a", "a"]}, {"type": "list", "default": ["a", "a"]}),
        ({"type": "array", "items": [{"const": "a"}]}, {"type": "tuple"}),
        ({"type": "string", "format": "password"}, {"format": "password"}),
        ({"type": "string", "writeOnly": True, "default": "s"}, {"format": "password"}),
        ({"type": "string", "format": "textarea"}, {"multiline": True}),
        ({"type": "string", "format": "multiline"}, {"multiline": True}),
        ({"type": "string", "x-multiline": True}, {"multiline": True}),
        # One line would not show that it goes on.
        ({"type": "string", "default": "ok" + 200 * " " + "and all the others"}, {"multiline": True}),
        ({"type": "string", "default": 81 * "x"}, {"multiline": True}),
        ({"type": "string", "default": "as it is"}, {"multiline": False}),
        ({"type": "string", "format": "email", "default": 81 * "x" + "@example.org"}, {"multiline": False}),
        ({"type": "string", "default": ""}, {"default": "", "min_length": 0}),
        ({"type": "string", "format": "uuid"}, {"type": "text", "format": "uuid"}),
        ({"type": "string", "format": "date", "formatMinimum": "2026-01-01"}, {"minimum": "2026-01-01"}),
        (
            {"type": "string", "format": "date-time", "formatExclusiveMaximum": "2026-01-01T00:00:00Z"},
            {"type": "datetime", "exclusive_maximum": "2026-01-01T00:00:00Z", "minimum": None},
        ),
        (
            {"type": "string", "format": "time", "formatMinimum": "09:00", "formatMaximum": "noon"},
            {"type": "time", "minimum": "09:00", "maximum": None},
        ),
        ({"type": "object"}, {"type": "json"}),
        ({"type": "object", "properties": {}}, {"type": "object", "fields": []}),
        ({"properties": {"a": {"type": "string"}}}, {"type": "object"}),
        ({"type": "object", "properties": {"a": {}}, "oneOf": [{"required": ["a"]}, {}]}, {"type": "object"}),
        ({"type": "string", "anyOf": [{"minLength": 3}, {"pattern": "x"}]}, {"type": "text", "pattern": None}),
        ({"anyOf": [{"minLength": 3}, {"pattern": "x"}], "minimum": 1}, {"type": "json"}),
        ({"type": "object", "properties": {}, "additionalProperties": False, "default": {"a": 1}}, {"type": "json"}),
        ({"type": "object", "properties": {}, "default": {"": 1}}, {"type": "json"}),
        ({"type": "object", "additionalProperties": False, "required": ["a"]}, {"type": "json"}),
        ({"type": "object", "additionalProperties": True}, {"type": "json"}),
        ({"type": "object", "patternProperties": {"^x": {"type": "string"}}}, {"type": "map", "key_pattern": "^x"}),
        (
            {"type": "object", "propertyNames": {"minLength": 2}, "additionalProperties": {"type": "string"}},
            {"type": "map", "key_pattern": None, "keys": None},
        ),
        (
            {"type": "array", "items": {"type": "integer"}, "contains": {"const": 7}, "minContains": 2},
            {"type": "list"},
        ),
        ({"allOf": [{"$ref": "#/$defs/A"}], "$defs": {"A": {"type": "boolean"}}}, {"type": "boolean"}),
        ({"allOf": [{"type": "string"}, {"minLength": 1}]}, {"type": "text", "min_length": 1}),
        ({"allOf": [{"type": "string", "pattern": "a"}, {"pattern": "b"}]}, {"type": "text", "pattern": "a"}),
        ({"allOf": [{"type": "string", "format": "date"}, {"format": "time"}]}, {"type": "json"}),
        ({"allOf": [{"properties": {"a": {}}}], "properties": {"b": {}}}, {"type": "object"}),
        ({"$ref": "#/definitions/A", "definitions": {"A": {"type": "integer"}}}, {"type": "number"}),
        ({"$ref": "#/definitions/a~1b%20c", "definitions": {"a/b c": {"type": "integer"}}}, {"type": "number"}),
        ({"$ref": "https://example.org/schema.json"}, {"type": "json"}),
        ({"$ref": "#"}, {"type": "json"}),
        ({"$ref": "#/$defs/Nowhere"}, {"type": "json"}),
        ({"type": "null"}, {"type": "json"}),
        ({}, {"type": "json"}),
        (True, {"type": "json"}),
        (["not", "a", "schema"], {"type": "json"}),
        ({"type": "number", "minimum": "0", "multipleOf": 0}, {"minimum": None, "multiple_of": None}),
        ({"type": "string", "minLength": -1, "maxLength": 2.0}, {"min_length": None, "max_length": 2}),
    ],
)
def test_a_schema_becomes_the_field_that_fits(schema: Any, expected: dict[str, Any]) -> None:
    field: dict[str, Any] = dict(field_for(schema))
    assert TypeAdapter[Any](FieldView).validate_python(field) == field
    assert {name: field.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("type_", "default", "starts_with"),
    [
        (str, "x", "x"), (str, 1, MISSING), (int, 0, 0), (int, 0.5, MISSING), (bool, False, False), (bool, 0, MISSING),
        (Color, "red", "red"), (Color, "green", MISSING), (list[Color], [], []), (dt.date, "2026-01-01", "2026-01-01"),
        (dt.date, "soon", MISSING), (str | None, None, None), (Address | None, None, None),
        (Address, {"street": "x"}, {"street": "x"}), (dict[str, int], {"a": 1}, [["a", 1]]),
        (Annotated[int, Field(ge=10)], 5, 5),
    ],
)  # fmt: skip
def test_a_field_starts_from_a_default_that_it_can_show(type_: Any, default: Any, starts_with: Any) -> None:
    assert default_reply(drawn(type_, default=default)) == starts_with


def test_typed_dicts_know_what_is_required() -> None:
    class Trip(TypedDict, total=False):
        to: str

    assert by_name(drawn(Trip))["to"]["required"] is False


def maps(field: Any) -> dict[str, tuple[str, Any]]:
    """By label: the pattern of the keys, and what starts in it."""
    return {one["field"]["label"]: (one["field"]["key_pattern"], one["field"].get("default")) for one in field["rest"]}


def test_keys_beside_the_named_ones_get_a_map() -> None:
    schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}
    field: Any = field_for(schema, default={"a": "x", "b": 1})
    [rest] = field["rest"]
    assert (rest["name"], rest["field"]["value"]["type"], rest["field"]["taken"]) == ("other keys", "number", ["a"])
    assert maps(field) == {"Other keys": (None, [["b", 1]])}


def test_a_map_for_other_keys_never_has_the_name_of_a_field() -> None:
    schema = {"properties": {"other keys": {"type": "boolean"}}, "additionalProperties": True}
    field: Any = field_for(schema)
    assert [one["name"] for one in field["rest"]] == ["other keys'"]
    assert field["rest"][0]["field"]["value"]["type"] == "json"


def test_each_pattern_of_keys_gets_a_map() -> None:
    patterns = {"^s_": {"type": "string"}, "^n_": {"type": "number", "title": "Numbers"}, "^no": False}
    schema = {"patternProperties": patterns, "additionalProperties": {"type": "boolean"}}
    field: Any = field_for(schema, default={"n_1": 2, "z": True})
    assert maps(field) == {
        "Keys that match ^s_": ("^s_", None),
        "Numbers": ("^n_", [["n_1", 2]]),
        "Other keys": (None, [["z", True]]),
    }
    assert field["rest"][2]["field"]["elsewhere"] == ["^s_", "^n_", "^no"]


def test_keys_of_which_nothing_is_said_are_kept_where_they_are_there_already() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert "rest" not in field_for(schema)
    assert maps(field_for(schema, default={"a": "x", "lost": [1]})) == {"Other keys": (None, [["lost", "[\n  1\n]"]])}


def test_other_keys_whose_values_do_not_fit_are_json_and_the_fields_stay() -> None:
    schema = {"properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}}
    field: Any = field_for(schema, default={"a": "x", "b": "no number"})
    assert by_name(field)["a"]["default"] == "x"
    assert maps(field) == {"Other keys": (None, [["b", '"no number"']])}


def test_a_key_that_must_be_there_gets_a_field_though_nobody_describes_it() -> None:
    schema = {"required": ["a", "n_1"], "patternProperties": {"^n_": {"type": "number"}}, "properties": {}}
    assert {name: inner["type"] for name, inner in by_name(field_for(schema)).items()} == {"a": "json", "n_1": "number"}


def test_what_is_asked_for_under_a_condition_has_a_field() -> None:
    schema = {
        "type": "object",
        "properties": {"pays": {"enum": ["card", "cash"]}},
        "allOf": [
            {"if": {"properties": {"pays": {"const": "card"}}}, "then": {"properties": {"number": {"type": "string"}}}},
            {"if": {"required": ["tip"]}, "then": {"required": ["reason"]}},
        ],
        "dependentSchemas": {"pays": {"properties": {"when": {"type": "string", "format": "date"}}}},
    }
    inner = by_name(field_for(schema))
    assert {name: one["type"] for name, one in inner.items()} == {
        "pays": "choice", "when": "date", "number": "text", "reason": "json",
    }  # fmt: skip
    assert not inner["number"]["required"]


def test_a_text_may_stay_empty_where_the_form_starts_with_an_empty_one() -> None:
    texts: Any = drawn(list[str], default=["a", ""])
    assert texts["item"]["min_length"] == 0
    tree: Any = drawn(Node, default={"name": "", "children": [{"name": ""}]})
    assert by_name(tree["definitions"]["#/$defs/Node"])["name"]["min_length"] == 0
    assert drawn(list[str])["item"]["min_length"] is None


@pytest.mark.parametrize("ending", ["\n" * 50 + "and all the others", " " * 60 + "and all the others"])
def test_an_entry_that_one_line_would_hide_the_end_of_has_several(ending: str) -> None:
    names = {"type": "array", "items": {"type": "string"}}
    nested = {"type": "array", "items": names}
    by_key = {"type": "object", "additionalProperties": {"type": "string"}}
    for schema, value in (
        (names, ["a", f"ok{ending}"]),
        (nested, [["a"], [f"ok{ending}"]]),
        (by_key, {"a": f"ok{ending}"}),
    ):
        whole = {"type": "object", "properties": {"kept": {**schema, "default": value}}}
        [kept] = field_for(whole)["fields"]  # type: ignore[typeddict-item]
        entry: Any = kept["field"]
        while entry["type"] != "text":
            entry = entry.get("item") or entry["value"]
        assert entry["multiline"]


def test_so_has_a_text_in_what_is_an_entry_or_one_of_several_kinds() -> None:
    def shown(schema: Any) -> Any:
        return field_for({"type": "object", "properties": {"kept": schema}})["fields"][0]["field"]  # type: ignore[typeddict-item]

    text = "ok\n\n\nand all the others"
    person = {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}
    kinds = {"anyOf": [{"type": "string"}, {"type": "integer"}]}
    pair = {"type": "array", "prefixItems": [{"type": "string"}, {"type": "string"}], "items": False}
    persons = shown({"type": "array", "items": person, "default": [{"name": text}, {"age": 3}]})["item"]
    either, several = shown({**kinds, "default": text}), shown({"type": "array", "items": kinds, "default": [3, text]})
    assert persons["fields"][0]["field"]["multiline"]
    assert either["branches"][0]["field"]["multiline"]
    assert several["item"]["branches"][0]["field"]["multiline"]
    places = shown({**pair, "default": ["a", text]})["places"]
    assert [place["multiline"] for place in places] == [False, True]
    assert not shown({**kinds, "default": 3})["branches"][0]["field"]["multiline"]
