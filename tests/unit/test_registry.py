"""Which control a request gets, and why."""

from __future__ import annotations

import dataclasses
import re
import sys
from dataclasses import dataclass
from datetime import date
from functools import partial
from threading import Thread
from typing import Any

import ipywidgets
import pandas as pd
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from hitl_widgets.control import Control
from hitl_widgets.controls import Tier
from hitl_widgets.controls.question import describe
from hitl_widgets.errors import ControlError
from hitl_widgets.registering import registry as registry_module
from hitl_widgets.registering.registry import Registry, controls
from hitl_widgets.requests import Request


@dataclass
class Invoice:
    total: float
    number: str = "A1"


@dataclass
class Refund(Invoice):
    why: str = ""


class Model(BaseModel):
    total: float
    vat: float = Field(default=0.2, alias="theVat")


class Place(TypedDict):
    x: float
    y: float


class Opaque:
    pass


def review_node(state: Any) -> Any:
    return {}


def request(payload: Any = "Where to?", **more: Any) -> Request:
    return Request(id="1", key="review", node="review", path=("review",), payload=payload, **more)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.mark.parametrize(
    ("asked", "tier", "matcher"),
    [
        (request({"question": "Send?", "control": "approval"}), Tier.HINT, "hint"),
        (request({"type": "hitl.ask", "question": "?"}, response_schema={"type": "string"}), Tier.FAMILY, "ask"),
        (request(kind="breakpoint"), Tier.FAMILY, "breakpoint"),
        (request(response_schema={"type": "boolean"}), Tier.SCHEMA, "schema"),
        (request(response_schema={"properties": {"ok": {"type": "boolean"}}}), Tier.SCHEMA, "approval"),
        (request(Invoice(1)), Tier.TYPE, "typed"),
        (request({"options": ["a"]}), Tier.SHAPE, "choice"),
        (request(), Tier.SHAPE, "text"),
        (request({"question": "Name?"}), Tier.SHAPE, "question"),
        (request(0), Tier.SHAPE, "value"),
        (request({"a": 1}), Tier.FALLBACK, "json_editor"),
        (request(None), Tier.FALLBACK, "json_editor"),
        (request(object()), Tier.FALLBACK, "json_editor"),
    ],
)
def test_the_tiers_are_asked_in_their_order(registry: Registry, asked: Request, tier: Tier, matcher: str) -> None:
    explanation = registry.explain(asked)
    assert (explanation.tier, explanation.matcher) == (tier, matcher)
    order = list(Tier)
    passed = [order.index(skipped.matcher.tier) for skipped in explanation.skipped]
    assert passed == sorted(passed)


def test_what_was_registered_last_is_asked_first(registry: Registry) -> None:
    @registry.register(when=lambda request: True)
    def first(request: Request) -> Any:
        return Control.text(title="first")

    @registry.register(when=lambda request: request.node == "review")
    def second(request: Request) -> Any:
        return Control.text(title="second") if request.payload == "Where to?" else None

    assert registry.resolve(request()).question == "second"
    assert registry.resolve(request("Why?")).question == "first"
    assert first.__name__ == "first"


def test_a_payload_type_matches_by_mro_the_nearest_class_first(registry: Registry) -> None:
    @registry.register(Refund)
    def refund(request: Request) -> Any:
        return Control.form(Refund, title="Refund")

    @registry.register(Invoice)
    def invoice(request: Request) -> Any:
        return Control.form(Invoice, title="Invoice")

    assert registry.resolve(request(Refund(1))).question == "Refund"
    assert registry.resolve(request(Invoice(1))).question == "Invoice"
    assert registry.explain(request("x")).matcher == "text"


@pytest.mark.parametrize(
    ("type_", "payload", "seen"),
    [
        (Invoice, {"total": 3, "number": "B"}, Invoice(3, "B")),
        (Invoice, {"total": 3}, Invoice(3)),
        (Model, {"total": 3, "vat": 0.1}, Model(total=3, theVat=0.1)),
        (Model, {"total": 3, "theVat": 0.1}, Model(total=3, theVat=0.1)),
        (Place, {"x": 1, "y": 2}, {"x": 1, "y": 2}),
        (dict, {"any": 1}, {"any": 1}),
        (Invoice, {"number": "B"}, None),
        (Invoice, {"total": 3, "other": 1}, None),
        (Invoice, {"total": "much"}, None),
        (Place, {"x": 1}, None),
        (Place, "x", None),
        (Opaque, {}, None),
    ],
)
def test_a_payload_that_came_back_as_a_dict_is_known_by_its_shape(
    registry: Registry, type_: Any, payload: Any, seen: Any
) -> None:
    got: list[Any] = []

    @registry.register(type_)
    def mine(request: Request) -> Any:
        got.append(request.payload)
        return Control.json()

    explanation = registry.explain(request(payload))
    assert got == ([] if seen is None else [seen])
    assert (explanation.tier is Tier.REGISTERED) == (seen is not None)


def test_a_type_and_a_test_must_both_hold(registry: Registry) -> None:
    @registry.register(Invoice, when=lambda request: request.payload.total > 10)
    def large(request: Request) -> Any:
        return Control.approval()

    assert registry.explain(request(Invoice(11))).matcher == "large (for Invoice)"
    assert registry.explain(request(Invoice(1))).matcher == "typed"


@pytest.mark.parametrize(("node", "mine"), [("ask", True), ("outer/ask", True), ("outer", False), ("other/ask", False)])
def test_a_node_is_known_by_its_name_or_by_its_path(registry: Registry, node: str, mine: bool) -> None:
    registry.register(node=node, when=lambda request: request.payload == "Where to?")(
        lambda request: Control.approval()
    )
    asked = Request("1", "ask", "ask", ("outer", "ask"), "Where to?")
    assert (registry.explain(asked).tier is Tier.REGISTERED) == mine
    assert registry.explain(dataclasses.replace(asked, payload="Else?")).tier is Tier.SHAPE


@pytest.mark.parametrize("payload", [Invoice(3, "B"), {"total": 3, "number": "B"}])
def test_a_form_for_a_payload_starts_from_it(registry: Registry, payload: Any) -> None:
    @registry.register(Invoice)
    def mine(request: Request) -> Any:
        return Control.form(Invoice, title="Invoice")

    assert registry.resolve(request(payload)).default_reply() == {"total": 3.0, "number": "B"}


def test_a_models_form_starts_from_a_payload_that_fits_it(registry: Registry) -> None:
    @registry.register(when=lambda request: True)
    def mine(request: Request) -> Any:
        return Invoice

    assert registry.resolve(request({"total": 7})).default_reply() == {"total": 7.0, "number": "A1"}
    assert registry.resolve(request({"other": 7})).default == registry.resolve(request("x")).default


def test_a_default_of_ones_own_is_kept(registry: Registry) -> None:
    @registry.register(Invoice)
    def mine(request: Request) -> Any:
        return Control.form(Invoice, default=Invoice(9))

    assert registry.resolve(request(Invoice(3))).default_reply() == {"total": 9.0, "number": "A1"}


def test_a_widget_is_made_once_and_mounted(registry: Registry) -> None:
    made: list[Any] = []

    @registry.register(when=lambda request: True)
    def slider(request: Request) -> Any:
        made.append(ipywidgets.IntSlider())
        return made[-1]

    control = registry.resolve(request())
    assert (control.widget, len(made)) == (made[0], 1)
    assert control.view["kind"] == "widget"


def test_a_payload_that_is_no_json_is_read_and_the_editor_is_empty(registry: Registry) -> None:
    frame = pd.DataFrame({"tea": ["Assam", "Earl Grey"], "price": [6.5, 5.2]})
    for payload in (frame, object(), b"\xff"):
        asked = request(payload)
        control = registry.resolve(asked)
        assert control.view["kind"] == "form"
        assert control.view["field"].get("default_text") is None
        [shown] = describe(asked, control).context
        assert shown["text"] == str(payload)
    dated = registry.resolve(request([date(2026, 1, 2)]))
    assert dated.default_reply() == ["2026-01-02"]


def test_the_columns_of_a_frame_stand_below_each_other(registry: Registry) -> None:
    asked = request(
        {"question": "Is it right?", "rows": pd.DataFrame({"tea": ["Assam"], "price": [6.5]}), "why": "a\nb"}
    )
    rows, why = describe(asked, registry.resolve(asked)).context
    assert rows["text"] == "     tea  price\n0  Assam    6.5"
    assert (rows["mono"], why["mono"]) == (True, False)


def raises(request: Request) -> Any:
    raise KeyError("oops")


@pytest.mark.parametrize(
    ("options", "function", "why"),
    [
        ({"when": raises}, lambda request: Control.text(), "raised KeyError: 'oops'"),
        ({"when": lambda request: True}, raises, "raised KeyError: 'oops'"),
        ({"when": lambda request: True}, lambda request: 42, "returned 42, which is neither a Control"),
        (
            {"when": lambda request: True},
            lambda request: ipywidgets.HBox(),
            "`class Mine(HBox): value = traitlets.Any()",
        ),
        ({"type": str}, lambda request: Control.form(3), "raised TypeError: 3 is not a type"),
    ],
)
def test_what_fails_is_named_and_skipped(registry: Registry, options: Any, function: Any, why: str) -> None:
    function.__qualname__ = "my_control"
    registry.register(**options)(function)
    with pytest.warns(RuntimeWarning, match=re.escape("my_control")) as warned:
        control = registry.resolve(request())
    assert why in str(warned[0].message)
    assert not str(warned[0].message).endswith("..")
    assert control.view["kind"] == "form"
    explanation = registry.explain(request())
    assert explanation.matcher == "text"
    assert [skipped.why for skipped in explanation.skipped if why in skipped.why]


def in_a_thread(function: Any, *args: Any) -> None:
    thread = Thread(target=function, args=args)
    thread.start()
    thread.join()


def test_the_warning_of_a_control_that_was_skipped_is_at_its_own_line(registry: Registry) -> None:
    def broken(request: Request) -> Any:
        raise RuntimeError("no")

    registry.register(node="review")(broken)
    registry.register(node="review")(partial(broken))
    with pytest.warns(RuntimeWarning, match="broken .*was skipped") as warned:
        in_a_thread(registry.resolve, request())  # as a session does
    at_line = (__file__, broken.__code__.co_firstlineno)
    assert {(one.filename, one.lineno) for one in warned} == {at_line}


def test_of_two_controls_of_one_name_each_is_warned_of_at_its_own_line(registry: Registry) -> None:
    def made(kind: str) -> Any:
        def broken(request: Request) -> Any:
            raise RuntimeError(f"no {kind}")

        return broken

    first = made("first")

    def broken(request: Request) -> Any:
        raise RuntimeError("no second")

    broken.__qualname__ = first.__qualname__
    for function in (first, broken):
        registry.register(node="review")(function)
    with pytest.warns(RuntimeWarning, match="broken .*was skipped") as warned:
        in_a_thread(registry.resolve, request())
    lines = {str(one.message).rpartition("no ")[2].rstrip("."): one.lineno for one in warned}
    assert lines == {"first": first.__code__.co_firstlineno, "second": broken.__code__.co_firstlineno}


def test_a_bad_hint_is_named_and_skipped(registry: Registry) -> None:
    payload = {"question": "?", "control": {"kind": "text", "colour": "red"}}
    with pytest.warns(RuntimeWarning, match="hint was skipped"):
        assert registry.resolve(request(payload)).view["kind"] == "form"


def test_an_explanation_reads_as_a_table(registry: Registry) -> None:
    @registry.register(Invoice)
    def mine(request: Request) -> Any:
        return None

    explanation = registry.explain(request({"question": "<b>", "options": ["a"]}))
    lines = str(explanation).splitlines()
    assert lines[0] == "'review', asked by review, gets a form (choice)."
    assert lines[2:5] == [
        "  Asked               Because of                     What came of it",
        "  hint                a control hint in the payload  did not match",
        "  mine (for Invoice)  registered by you              did not match",
    ]
    assert lines[-1] == "→ choice              the payload's shape            decided: a form (choice)"
    assert repr(explanation) == str(explanation)
    html = registry.explain(dataclasses.replace(request(), key="<b>"))._repr_html_()
    assert "<strong>decided: a form (text)</strong>" in html
    assert html.count("<strong>→</strong>") == 1
    assert "<b>" not in html


class Unnamed:
    """A callable without a name, whose repr has its address."""

    def __call__(self, request: Request) -> Any:
        if request.payload == "raise":
            raise ValueError(f"{self!r} is lost")
        return self


@pytest.mark.parametrize("payload", ["raise", "return"])
def test_an_explanation_is_the_same_in_every_run(payload: str) -> None:
    said = set()
    for _ in range(2):
        registry = Registry()
        registry.register(node="review")(Unnamed())
        said.add(str(registry.explain(request(payload))))
    assert len(said) == 1
    assert "Unnamed (for node 'review')" in said.pop()


def test_a_copy_goes_its_own_way() -> None:
    copy = controls.copy()
    copy.register(when=lambda request: True)(lambda request: Control.approval())
    assert copy.resolve(request()).view["kind"] == "approval"
    assert controls.resolve(request()).view["kind"] == "form"
    assert copy.copy().resolve(request()).view["kind"] == "approval"


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"type": 3},
        {"type": "Invoice"},
        {"node": review_node},
        {"tool": ""},
        {"format": 3},
        {"when": "always"},
        {"type": Invoice, "tool": "refund"},
        {"tool": "refund", "format": "iban"},
    ],
)
def test_a_registration_says_what_it_is_for(registry: Registry, arguments: Any) -> None:
    with pytest.raises(ControlError, match=r"register|Register"):
        registry.register(**arguments)


@pytest.mark.parametrize("decorated", [42, Invoice, Control.approval()])
def test_what_is_decorated_is_a_function(registry: Registry, decorated: Any) -> None:
    with pytest.raises(ControlError, match="register decorates a function that returns a control"):
        registry.register(node="review")(decorated)


def test_registering_without_parentheses_is_explained(registry: Registry) -> None:
    with pytest.raises(ControlError, match=r"@controls\.register"):
        registry.register(lambda request: None)


def test_an_answer_is_held_to_the_response_schema_whatever_the_control(registry: Registry) -> None:
    @registry.register(when=lambda request: True)
    def mine(request: Request) -> Any:
        return Control.json()

    control = registry.resolve(request(response_schema={"type": "integer"}))
    assert control.schema == {"type": "integer"}


@pytest.fixture
def installed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Packages as pip installs them: each a module, and the entry point that names it."""

    def install(name: str, code: str) -> None:
        (tmp_path / f"{name}.py").write_text(code)
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[hitl_widgets.controls]\n{name} = {name}:register\n")

    monkeypatch.syspath_prepend(str(tmp_path))
    registry_module.installed.cache_clear()
    yield install
    registry_module.installed.cache_clear()


def test_what_a_package_registers_is_asked_after_what_the_notebook_does(installed: Any) -> None:
    installed(
        "team_controls",
        "import hitl_widgets as hitl\n"
        "def register(controls):\n"
        "    @controls.register(when=lambda request: request.node == 'review')\n"
        "    def team(request): return hitl.Control.choice(['a', 'b'])\n",
    )
    assert "team_controls" not in sys.modules  # loaded on first use
    assert controls.explain(request()).matcher == "team"
    assert "team_controls" in sys.modules
    mine = controls.copy()
    mine.register(when=lambda request: True)(lambda request: Control.json())
    assert "<lambda>" in mine.explain(request()).matcher
    assert Registry().explain(request()).matcher == "text"


def test_a_package_whose_controls_cannot_be_loaded_is_named_and_skipped(installed: Any) -> None:
    installed("broken_controls", "raise ImportError('no numpy')\n")
    with pytest.warns(RuntimeWarning, match=r"broken_controls .* were skipped: ImportError: no numpy"):
        control = controls.resolve(request())
    assert control.view["kind"] == "form"
    controls.resolve(request())  # said once
