"""What a model writes between dollar signs is text, in a real JupyterLab, which typesets the formulas of an output in HTML."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .page import NotebookPage

Open = Callable[..., NotebookPage]

CODE = r"""
from typing import TypedDict
from IPython.display import HTML
from langgraph.graph import StateGraph
import hitl_widgets as hitl

HIDES = r"Pay $\phantom{99999}10$ EUR"

class State(TypedDict, total=False):
    answer: str

def ask(state):
    return {"answer": hitl.ask(HIDES)}

session = hitl.run(StateGraph(State).add_node("ask", ask).set_entry_point("ask").compile(), {})
session.answer(HIDES)
"""
SHOWN = """
[*told] = map(
    lambda told: told._repr_html_(),
    (session.decisions, session.history, session.compare(session.fork(0)), session.what_if("ask", [HIDES])),
)
told.append(session._display(neutral=False)[0]["text/html"])
HTML("".join(f"<div class='told'>{one}</div>" for one in told) + "<p class='formula'>$x^2$</p>")
"""


def test_in_no_table_or_picture_a_formula_hides_a_part_of_a_text(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[CODE, SHOWN], theme=theme)
    opened.run_all()
    output = opened.cell(1).locator(".jp-OutputArea-output")
    # One pass goes through all of an output.
    expect(output.locator(".formula .MathJax")).to_have_count(1, timeout=60_000)
    told = output.locator(".told")
    expect(told).to_have_count(5)
    expect(told.filter(has_text=r"\phantom{99999}10")).to_have_count(5)
    expect(told.locator(".MathJax")).to_have_count(0)
