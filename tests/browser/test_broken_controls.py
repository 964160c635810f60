"""Controls of users whose own browser code throws, in a real JupyterLab; and what somebody has half typed meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage
from .test_controls import SETUP

Open = Callable[..., NotebookPage]

BROKEN = """
class Broken(anywidget.AnyWidget):
    _esm = "export default { render() { throw new Error('no map for you'); } };"
    value = traitlets.Dict({"lat": 0}).tag(sync=True)

class BreaksLater(anywidget.AnyWidget):
    _esm = '''
    export default { render({ model, el }) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Pick";
      button.onclick = () => { model.set("value", 4); model.save_changes(); };
      model.on("change:value", () => { throw new Error("cannot show it"); });
      el.append(button);
    } };
    '''
    value = traitlets.Int(0).tag(sync=True)

registry = hitl.controls.copy()

@registry.register(when=lambda request: request.node == "place")
def place(request):
    return Broken()

@registry.register(when=lambda request: request.node == "rate")
def rate(request):
    return BreaksLater()

def fails(value):
    raise AttributeError("no such thing")

@registry.register(when=lambda request: request.node == "text")
def text(request):
    import dataclasses
    return dataclasses.replace(hitl.Control.text(), parse=fails)

session = hitl.run(side_by_side(place=asks("Where?"), rate=asks("How good?"), text=asks("What?"), plain=asks("Who?")),
                   {"log": []}, controls=registry)
session
"""


def button(card: Locator, name: str) -> Locator:
    return card.get_by_role("button", name=name, exact=True)


def test_a_control_that_throws_is_answered_in_json_and_nothing_that_was_typed_is_lost(
    notebook: Open, theme: str
) -> None:
    opened = notebook(cells=[SETUP + BROKEN, "sorted((await session)['log'], key=str)"], theme=theme)
    opened.run_all()
    where, rate, what, who = map(opened.card, ("Where?", "How good?", "What?", "Who?"))
    who.get_by_role("textbox").fill("half a na", timeout=60_000)

    # Its `render` throws.
    editor = where.get_by_role("textbox")
    expect(editor).to_be_visible(timeout=60_000)
    expect(where).to_contain_text("This control cannot be drawn here: no map for you")
    assert_accessible(where)
    shoot(opened.page, f"broken-control-{theme}", of=where)
    button(where, "Back to the control").click()
    expect(where).to_contain_text("cannot be drawn here")
    editor.fill('{"lat": 52.5')
    button(where, "Submit").click()
    expect(where).to_contain_text("Not JSON")
    editor.press("End")
    editor.type("}")
    button(where, "Submit").click()
    expect(where).to_have_count(0)

    # What it does when its value changes throws.
    rate.get_by_role("button", name="Pick").click()
    button(rate, "Answer in JSON").click()
    expect(rate.get_by_role("textbox")).to_have_value("4")
    expect(rate.get_by_role("textbox")).to_be_focused()
    shoot(opened.page, f"json-by-choice-{theme}", of=rate)
    button(rate, "Back to the control").click()
    button(rate, "Submit").click()
    expect(rate).to_have_count(0)

    # Its `parse` fails, in the kernel.
    for _ in range(2):
        what.get_by_role("textbox").fill("anything")
        button(what, "Submit").click()
        expect(what).to_contain_text("no such thing")
        expect(button(what, "Submit")).to_be_enabled()
    expect(what).to_contain_text("Answer in JSON")
    expect(what.get_by_role("textbox")).to_have_value('"anything"')
    assert_accessible(what)
    shoot(opened.page, f"broken-parse-{theme}", of=what)
    button(what, "Submit").click()
    expect(what).to_have_count(0)

    expect(who.get_by_role("textbox")).to_have_value("half a na")
    who.get_by_role("textbox").press("End")
    who.get_by_role("textbox").type("me")
    button(who, "Submit").click()
    expect(opened.cell(1)).to_contain_text("[4, 'anything', 'half a name', {'lat': 52.5}]", timeout=20_000)


def test_what_is_half_typed_is_in_every_view_of_its_thread(notebook: Open) -> None:
    run = (
        "from langgraph.checkpoint.memory import InMemorySaver\n"
        "def build():\n"
        "    builder = StateGraph(State)\n"
        "    builder.add_node('ask', asks('Who?'))\n"
        "    builder.add_edge(START, 'ask')\n"
        "    return builder.compile(checkpointer=saver)\n"
        "saver = InMemorySaver()\n"
        "session = hitl.run(build(), {'log': []}, thread_id='t')\nsession"
    )
    opened = notebook(cells=[SETUP + run, "session", "again = hitl.attach(build(), 't')\nagain", "await again"])
    opened.run_cell(0)
    first = opened.cell(0).get_by_role("form", name="Who?").get_by_role("textbox")
    expect(first).to_be_visible(timeout=60_000)
    first.fill("half")
    # Shown a second time.
    opened.run_cell(1)
    second = opened.cell(1).get_by_role("form", name="Who?").get_by_role("textbox")
    expect(second).to_have_value("half", timeout=20_000)
    second.press("End")
    second.type(" a")
    expect(first).to_have_value("half a")
    # Another session on the thread, with code of its own.
    opened.run_cell(2)
    third = opened.cell(2).get_by_role("form", name="Who?").get_by_role("textbox")
    expect(third).to_have_value("half a", timeout=20_000)
    # In another tab of JupyterLab.
    opened.cell(2).locator(".jp-OutputArea-output").first.click(button="right")
    opened.page.locator(".lm-Menu-item[data-command='notebook:create-output-view']").click()
    tab = opened.page.locator(".jp-LinkedOutputView").get_by_role("form", name="Who?").get_by_role("textbox")
    expect(tab).to_have_value("half a", timeout=20_000)
    tab.press("End")
    tab.type(" name")
    expect(third).to_have_value("half a name")
    # The cell is drawn anew.
    opened.run_cell(2)
    expect(opened.prompt(2)).to_have_text("[4]:")
    anew = opened.cell(2).get_by_role("form", name="Who?").get_by_role("textbox")
    expect(anew).to_have_value("half a name", timeout=20_000)
    anew.press("Enter")
    opened.run_cell(3)
    expect(opened.cell(3)).to_contain_text("half a name", timeout=20_000)
