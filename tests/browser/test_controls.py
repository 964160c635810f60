"""Cards of other kinds in a real JupyterLab: users' own widgets, several at once, a run that fails, the JSON editor."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import operator
from typing import Annotated, Any, TypedDict
import anywidget, ipywidgets, traitlets
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]

def side_by_side(**nodes):
    builder = StateGraph(State)
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(START, name)
    return builder.compile()

def asks(payload):
    return lambda state: {"log": [interrupt(payload)]}
"""

OWN_WIDGETS = """
class Stars(anywidget.AnyWidget):
    _esm = '''
    export default { render({ model, el }) {
      for (let star = 1; star <= 5; star++) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = star + " stars";
        button.onclick = () => { model.set("value", star); model.save_changes(); };
        el.append(button);
      }
    } };
    '''
    value = traitlets.Int(0).tag(sync=True)

registry = hitl.controls.copy()

@registry.register(when=lambda request: request.node == "slide")
def slide(request):
    return ipywidgets.IntSlider(value=3, min=0, max=10, description="How many")

@registry.register(when=lambda request: request.node == "rate")
def rate(request):
    return Stars()

@registry.register(when=lambda request: request.node == "pick")
def pick(request):
    return ipywidgets.Dropdown(options=["EU", "US"], value="EU", description="Region")

session = hitl.run(side_by_side(slide=asks("How many?"), rate=asks("How good?"), pick=asks("Where?")), {"log": []}, controls=registry)
session
"""


def test_ipywidgets_and_anywidgets_are_controls(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + OWN_WIDGETS, "sorted((await session)['log'], key=str)"], theme=theme)
    opened.run_all()
    slider = opened.card("How many?").get_by_role("slider")
    expect(slider).to_be_visible(timeout=60_000)
    shoot(opened.page, f"own-widgets-{theme}")
    slider.focus()
    for _ in range(4):
        opened.page.keyboard.press("ArrowRight")
    opened.card("How many?").get_by_role("button", name="Submit").click()
    # The cards below move up once it is gone: a click in between is none.
    expect(opened.view.get_by_role("form")).to_have_count(2)
    opened.card("How good?").get_by_role("button", name="4 stars").click()
    opened.card("How good?").get_by_role("button", name="Submit").click()
    expect(opened.view.get_by_role("form")).to_have_count(1)
    opened.card("Where?").get_by_role("combobox").select_option("US")
    opened.card("Where?").get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text("[4, 7, 'US']", timeout=20_000)


def test_several_questions_at_once_are_answered_in_any_order(notebook: Open) -> None:
    opened = notebook(
        cells=[
            SETUP + "session = hitl.run(side_by_side(a=asks('A?'), b=asks({'question': 'B?', 'options': ['x', 'y']}),"
            " c=asks({'amount': 3, 'tags': ['n']})), {'log': []})\nsession",
            "import json\nprint(json.dumps((await session)['log']))",
        ]
    )
    opened.run_all()
    expect(opened.view.get_by_role("form")).to_have_count(3, timeout=60_000)
    shoot(opened.page, "three-at-once")
    assert_accessible(opened.view)
    typed = opened.card("A?").get_by_role("textbox")
    typed.fill("kept while the others are answered")
    opened.card("B?").get_by_role("radio", name="y").check()
    opened.card("B?").get_by_role("button", name="Submit").click()
    expect(opened.view.get_by_role("form")).to_have_count(2)
    editor = opened.view.get_by_role("form").nth(1).get_by_role("textbox")
    editor.fill('{"amount": 3.0,')
    opened.view.get_by_role("form").nth(1).get_by_role("button", name="Submit").click()
    expect(opened.view.get_by_role("form").nth(1)).to_contain_text("Not JSON")
    editor.fill('{"amount": 3.0, "big": 12345678901234567890}')
    opened.view.get_by_role("form").nth(1).get_by_role("button", name="Submit").click()
    expect(opened.view.get_by_role("form")).to_have_count(1)
    expect(typed).to_have_value("kept while the others are answered")
    typed.press("Enter")
    expect(opened.cell(1)).to_contain_text(
        '["kept while the others are answered", "y", {"amount": 3.0, "big": 12345678901234567890}]', timeout=20_000
    )


def test_a_node_that_fails_is_red_and_can_be_tried_again(notebook: Open, theme: str) -> None:
    opened = notebook(
        theme=theme,
        cells=[
            SETUP + "failures = [ValueError('the printer is on fire')]\n"
            "def work(state):\n    if failures:\n        raise failures.pop()\n    return {'log': ['worked']}\n"
            "inner = StateGraph(State); inner.add_node('work', work); inner.add_edge(START, 'work')\n"
            "builder = StateGraph(State); builder.add_node('ask', asks('Go?')); builder.add_node('sub', inner.compile())\n"
            "builder.add_edge(START, 'ask'); builder.add_edge('ask', 'sub'); builder.add_edge('sub', END)\n"
            "session = hitl.run(builder.compile(), {'log': []})\nsession",
        ],
    )
    opened.run_all()
    box = opened.card("Go?").get_by_role("textbox")
    box.fill("go", timeout=60_000)
    box.press("Enter")
    expect(opened.node("work", "failed")).to_be_visible(timeout=20_000)
    expect(opened.view).to_contain_text("the printer is on fire")
    shoot(opened.page, f"failed-{theme}")
    assert_accessible(opened.view)
    opened.view.get_by_role("button", name="Retry").click()
    expect(opened.node("work", "done")).to_be_visible(timeout=20_000)
    expect(opened.view).to_contain_text("Finished")


def test_hostile_text_is_shown_as_text_and_nothing_runs(notebook: Open) -> None:
    hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>[x](javascript:window.hacked=1)'
    opened = notebook(
        cells=[
            SETUP + f"bad = {hostile!r}\n"
            "session = hitl.run(side_by_side(ask=asks({'question': bad, 'options': [bad, 'b'], 'draft': bad})), {'log': []})\nsession"
        ]
    )
    opened.run_all()
    expect(opened.view.get_by_role("form")).to_be_visible(timeout=60_000)
    expect(opened.view).to_contain_text(hostile)
    opened.view.get_by_role("radio", name="b", exact=True).check()
    opened.view.get_by_role("button", name="Submit").click()
    expect(opened.view).to_contain_text("Finished")
    assert opened.page.evaluate("() => window.hacked") is None


BEGINS = """
from typing import TypedDict
from typing_extensions import NotRequired
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl

class Letter(TypedDict):
    to: str
    text: str
    copies: int
    stamp: NotRequired[str]

builder = StateGraph(Letter).add_node("send", lambda state: {"copies": len(state)}).add_edge(START, "send")
session = hitl.run(builder.compile())
session
"""


def test_the_form_for_an_input_says_once_that_what_is_left_empty_is_left_out(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[BEGINS, "print(session.wait())"], theme=theme)
    opened.run_cell(0)
    card = opened.card("What shall it run with?")
    expect(card.get_by_text("What is left empty is left out")).to_be_visible(timeout=60_000)
    expect(card.get_by_text("optional")).to_have_count(1)  # as the author has said of the stamp
    assert_accessible(opened.view)
    shoot(opened.page, f"input-form-{theme}", of=opened.view)
    card.get_by_role("textbox", name="To").fill("Ada")
    card.get_by_role("button", name="Run").click()
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("{'to': 'Ada', 'copies': 1}")
