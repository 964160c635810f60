"""Half-typed answers in a real JupyterLab: the page is loaded anew, and what was typed is there; a secret is nowhere."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import Locator, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

CODE = """
import operator
from typing import Annotated, TypedDict
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict):
    log: Annotated[list, operator.add]

CALLS = {
    "action_requests": [{"name": name, "args": {"to": "ada@example.org", "limit": 5}} for name in ("search", "mail")],
    "review_configs": [{"action_name": name, "allowed_decisions": ["approve", "edit", "reject"]} for name in ("search", "mail")],
}

def where(state): return {"log": [hitl.ask("Where to?", multiline=True)]}
def tools(state): return {"log": [interrupt(CALLS)]}
def key(state): return {"log": [len(hitl.ask("API key?", secret=True))]}

builder = StateGraph(State)
for node in (where, tools, key):
    builder.add_node(node.__name__, node)
    builder.add_edge(START, node.__name__)
    builder.add_edge(node.__name__, END)
session = hitl.run(builder.compile(), {"log": []})
session
"""

EVERYTHING_KEPT = """async () => {
  const kept = [{ ...sessionStorage }, { ...localStorage }, document.cookie];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => { indexedDB.open(name).onsuccess = ({ target }) => done(target.result); });
    for (const store of db.objectStoreNames) {
      kept.push(await new Promise((done) => {
        db.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => done(target.result);
      }));
    }
    db.close();
  }
  return JSON.stringify(kept);
}"""


def box(card: Locator) -> Locator:
    return card.get_by_role("textbox")


def test_a_half_typed_answer_is_there_after_the_page_was_loaded_anew(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[CODE, "sorted((await session)['log'], key=str)"], theme=theme)
    # Jupyter shows no widget in a notebook that it does not trust, which it does once each output was made here.
    opened.clear_outputs()
    opened.run_cell(0)
    where, tools, key = map(opened.card, ("Where to?", "Review 2 actions", "API key?"))
    expect(where).to_be_visible(timeout=60_000)
    opened.save()

    box(where).fill("12 Main St\nLond")
    tools.get_by_role("button", name="Edit").first.click()
    limit = tools.get_by_role("textbox", name="Limit")
    limit.fill("12")
    tools.get_by_role("button", name="Approve", exact=True).last.click()
    secret = key.locator("input")
    secret.fill("hunter2-secret")
    expect(secret).to_have_value("hunter2-secret")
    kept = opened.page.evaluate(EVERYTHING_KEPT)
    assert "Lond" in kept
    assert "hunter2" not in kept

    opened.reload()
    opened.cell(0).scroll_into_view_if_needed()
    expect(where.get_by_role("button", name="Submit")).to_be_enabled(timeout=60_000)
    expect(box(where)).to_have_value("12 Main St\nLond")
    expect(where).to_contain_text("Draft restored")
    expect(limit).to_have_value("12")
    expect(tools).to_contain_text("2 of 2 decided")
    expect(secret).to_have_value("")
    expect(key).not_to_contain_text("Draft restored")
    # Whoever reads the notebook meanwhile stays where they are.
    assert opened.page.evaluate("!document.activeElement.closest('.hitl-root')")
    assert_accessible(opened.view)
    shoot(opened.page, f"draft-restored-{theme}", of=where)
    shoot(opened.page, f"draft-restored-decided-{theme}", of=tools)

    box(where).press("Control+End")
    box(where).type("on")
    expect(where).not_to_contain_text("Draft restored")
    where.get_by_role("button", name="Submit").click()
    expect(where).to_have_count(0)
    tools.get_by_role("button", name="Submit").click()
    expect(tools).to_have_count(0)
    # What is answered is kept no more.
    assert "hitl-widgets.draft" not in json.dumps(opened.page.evaluate("Object.keys(sessionStorage)"))
    secret.fill("hunter2-secret")
    key.get_by_role("button", name="Submit").click()
    expect(key).to_have_count(0)
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("12 Main St\\nLondon", timeout=20_000)
    expect(opened.cell(1)).to_contain_text("'limit': 12")
    assert "hunter2" not in opened.page.evaluate(EVERYTHING_KEPT)


RUN_AGAIN = """
from langgraph.graph import StateGraph
import hitl_widgets as hitl

builder = StateGraph(dict)
builder.add_node("address", hitl.ask_node("address", "What's your address?"))
builder.set_entry_point("address")
hitl.run(builder.compile(), {}, thread_id="order-42", save="again.sqlite")
"""


def test_whoever_runs_the_cell_again_does_not_send_what_is_half_typed_in_its_card(notebook: Open) -> None:
    opened = notebook(cells=[RUN_AGAIN])
    opened.run_cell(0)
    card = opened.card("What's your address?")
    box(card).fill("12 Ma", timeout=60_000)
    expect(box(card)).to_be_focused()
    opened.run_cell(0)  # a click beside it, and Ctrl Enter, which sends it from within the card
    expect(opened.prompt(0)).to_have_text("[2]:", timeout=60_000)
    expect(opened.view).to_contain_text("This thread was waiting already")
    expect(box(card)).to_have_value("12 Ma")
    expect(card.get_by_role("button", name="Submit")).to_be_enabled()
