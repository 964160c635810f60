"""Tool approvals of a real agent in a real JupyterLab: by mouse, by keyboard alone, in light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import REPO, shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = f"""
import sys; sys.path.insert(0, {str(REPO)!r})
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain.tools import tool
from langchain_core.messages import AIMessage
from langgraph.checkpoint.memory import InMemorySaver
import hitl_widgets as hitl
from tests.scripted_model import ScriptedModel, calls

ran = []

@tool
def search(query: str, limit: int = 5) -> str:
    "Search the web."
    ran.append(["search", query, limit])
    return "found"

@tool
def delete(path: str) -> str:
    "Delete a file."
    ran.append(["delete", path])
    return "deleted"

def agent(mode, *tool_calls, said=""):
    review = HumanInTheLoopMiddleware(interrupt_on={{"search": True, "delete": True}}, interrupt_mode=mode)
    model = ScriptedModel(script=[calls(*tool_calls, said=said), AIMessage("done")])
    return create_agent(model, [search, delete], middleware=[review], checkpointer=InMemorySaver())

def run(mode, *tool_calls, said=""):
    return hitl.run(agent(mode, *tool_calls, said=said), {{"messages": [("user", "go")]}})
"""

RESULT = """
import json
messages = (await session)["messages"]
print(json.dumps(sorted(ran)))
print([message.text for message in messages if message.type == "tool"])
"""


@pytest.mark.parametrize("mode", ["per_call", "batched"])
def test_a_call_is_edited_and_runs_with_the_change(notebook: Open, theme: str, mode: str) -> None:
    start = f"session = run({mode!r}, ('search', {{'query': '42', 'limit': 42}}))\nsession"
    opened = notebook(cells=[SETUP + start, RESULT], theme=theme)
    opened.run_all()
    card = opened.card("Run search?")
    expect(card.get_by_role("button", name="Approve", exact=True)).to_be_visible(timeout=60_000)
    # JupyterLab has rules of its own for such lists.
    box = card.locator("dt", has_text="Limit").bounding_box()
    assert box is not None
    assert box["height"] < 30
    assert_accessible(opened.view)
    card.get_by_role("button", name="Edit").click()
    expect(card.get_by_role("textbox", name="Query")).to_be_focused()
    card.get_by_role("textbox", name="Limit").fill("0")
    expect(card.locator("del")).to_have_text("42")
    expect(card.locator("ins")).to_have_text("0")
    assert_accessible(opened.view)
    shoot(opened.page, f"approval-{mode}-{theme}")
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text('[["search", "42", 0]]', timeout=20_000)
    expect(opened.view.get_by_role("region", name="Timeline")).to_contain_text("Edited: limit 42 → 0")


def test_a_batch_is_decided_by_the_keyboard_alone(notebook: Open) -> None:
    start = (
        "session = run('batched', ('search', {'query': 'a'}), ('delete', {'path': 'b'}), ('search', {'query': 'c'}))"
    )
    opened = notebook(cells=[f"{SETUP}{start}\nsession", RESULT])
    opened.run_all()
    card = opened.card("Review 3 actions")
    reject = card.get_by_role("group", name="delete").get_by_role("button", name="Reject")
    expect(reject).to_be_enabled(timeout=60_000)
    reject.focus()
    keyboard = opened.page.keyboard
    keyboard.press("Enter")
    expect(card.get_by_role("textbox", name="Reason")).to_be_focused()
    keyboard.type("keep it")
    keyboard.press("Control+Enter")
    expect(card.get_by_role("group", name="search", exact=True)).to_contain_text("Please choose one.")
    assert_accessible(opened.view)
    shoot(opened.page, "approval-batch")
    card.get_by_role("button", name="Approve the rest").focus()
    keyboard.press("Space")
    keyboard.press("Control+Enter")
    expect(opened.cell(1)).to_contain_text('[["search", "a", 5], ["search", "c", 5]]', timeout=20_000)
    expect(opened.cell(1)).to_contain_text("User rejected the tool call for `delete` with reason: keep it")


def test_a_tool_is_always_approved_until_that_is_undone(notebook: Open, theme: str) -> None:
    start = (
        "policies = [hitl.policy('keep files', tool='delete', answer=False, reason='keep it')]\n"
        "calls_ = ('search', {'query': 'a'}), ('search', {'query': 'b'}), ('delete', {'path': 'c'})\n"
        "session = hitl.run(agent('per_call', *calls_), {'messages': [('user', 'go')]}, policies=policies)\nsession"
    )
    opened = notebook(cells=[SETUP + start, RESULT], theme=theme)
    opened.run_all()
    always = opened.view.get_by_role("button", name="Always approve search in this session").first
    expect(always).to_be_enabled(timeout=60_000)
    expect(opened.view.get_by_role("button", name="Submit")).to_have_count(0)
    assert_accessible(opened.view)
    shoot(opened.page, f"approval-always-{theme}")
    always.focus()
    opened.page.keyboard.press("Enter")
    expect(opened.cell(1)).to_contain_text('[["search", "a", 5], ["search", "b", 5]]', timeout=20_000)
    expect(opened.cell(1)).to_contain_text("User rejected the tool call for `delete` with reason: keep it")
    decisions = opened.view.get_by_role("region", name="Timeline")
    expect(decisions).to_contain_text("policy: keep files")
    expect(decisions).to_contain_text("policy: always approve search")


def test_the_default_is_taken_in_time_but_not_from_somebody_who_types(notebook: Open) -> None:
    start = """
from typing import TypedDict
from langgraph.graph import START, StateGraph

class State(TypedDict, total=False):
    first: str
    second: str

builder = StateGraph(State)
builder.add_node("ask_first", hitl.ask_node("first", "First?", default="a"))
builder.add_node("ask_second", hitl.ask_node("second", "Second?", default="b"))
builder.add_edge(START, "ask_first")
builder.add_edge("ask_first", "ask_second")
# Of two that wait for a person the sooner answers, so each has its own question.
policies = [hitl.policy(node="ask_first", timeout=40), hitl.policy(node="ask_second", timeout=20)]
session = hitl.run(builder.compile(), {}, policies=policies)
session"""
    opened = notebook(cells=[SETUP + start, "print(await session)"])
    opened.run_all()
    first = opened.card("First?")
    timer = first.get_by_role("timer")
    # Not so soon that a busy machine's page has no time to show it, and less than what typing makes of it.
    expect(timer).to_contain_text(re.compile("Takes the default in 0:[0-3]"), timeout=60_000)
    first.get_by_role("textbox").fill("mine")
    # Somebody is at it: a minute from now.
    expect(timer).to_contain_text("Takes the default in 0:5")
    assert_accessible(opened.view)
    first.get_by_role("button", name="Submit").click()
    expect(opened.card("Second?").get_by_role("timer")).to_be_visible()
    expect(opened.cell(1)).to_contain_text("{'first': 'mine', 'second': 'b'}", timeout=60_000)
    expect(opened.view.get_by_role("region", name="Timeline")).to_contain_text("policy: default after 20 s")


WHY = """The folder has **3 copies** of the report, and only `final.docx` is the one that was sent.

1. `draft.docx` is older than it.
2. `final (1).docx` is the same, byte for byte. See [the list](https://example.org/files).

So I delete the first two."""


@pytest.mark.parametrize("mode", ["per_call", "batched"])
def test_what_the_model_says_is_read_before_its_calls_are_approved(notebook: Open, theme: str, mode: str) -> None:
    tool_calls = "('delete', {'path': 'draft.docx'}), ('delete', {'path': 'final (1).docx'})"
    start = f"session = run({mode!r}, {tool_calls}, said={WHY!r})\nsession"
    opened = notebook(cells=[SETUP + start], theme=theme)
    opened.run_all()
    said = opened.view.locator("dd", has_text="The folder has 3 copies")
    expect(said).to_have_count(1, timeout=60_000)  # however many calls wait
    expect(said.locator("strong")).to_have_text("3 copies")
    expect(said.get_by_role("listitem")).to_have_count(2)
    expect(opened.view.get_by_text("The model says")).to_be_visible()
    assert_accessible(opened.view)
    shoot(opened.page, f"words-{mode}-{theme}", of=opened.view)
    opened.page.set_viewport_size({"width": 620, "height": 900})
    shoot(opened.page, f"words-{mode}-narrow-{theme}", of=opened.view)
    if mode == "per_call":
        first, _ = opened.view.locator(".hitl-card").all()
        first.get_by_role("button", name="Approve", exact=True).click()
        expect(opened.view.locator(".hitl-card")).to_have_count(1)
        expect(said).to_be_visible()
