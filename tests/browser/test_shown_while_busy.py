"""A view that is first shown while its kernel is at work: it is not taken for one without a kernel."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .page import NotebookPage

CELLS = [
    """
import sys
from langgraph.graph import StateGraph
import hitl_widgets as hitl

builder = StateGraph(dict)
builder.add_node("ship", hitl.ask_node("ship", "Ship it?", bool))
builder.set_entry_point("ship")
session = hitl.run(builder.compile(), {})
session._run.at_rest.wait()
session""",
    """
import time
sys.setswitchinterval(60)  # as code that holds the interpreter's lock does: nothing else gets to run
end = time.monotonic() + 3
while time.monotonic() < end:
    pass
sys.setswitchinterval(0.005)""",
]
WATCH = """() => {
    window.said = new Set();
    const look = () => {
        for (const card of document.querySelectorAll('.hitl-root form')) window.said.add(card.querySelector('button').disabled);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


def test_its_controls_are_never_disabled(notebook: Callable[..., NotebookPage]) -> None:
    opened = notebook(cells=CELLS)
    opened.page.evaluate(WATCH)
    opened.run_all()
    expect(opened.card("Ship it?")).to_be_visible(timeout=60_000)
    expect(opened.prompt(1)).to_have_text("[2]:", timeout=60_000)
    assert opened.page.evaluate("() => [...window.said]") == [False]
    opened.card("Ship it?").get_by_role("button", name="Approve").click()
    expect(opened.view).to_contain_text("Finished")
