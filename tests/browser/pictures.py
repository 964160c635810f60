"""The pictures in the README: `make pictures` runs the cells below in JupyterLab and takes them, in light and dark."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Locator, expect

from .conftest import THEMES, chromium, made_of
from .lab import Lab
from .page import NotebookPage

FOLDER = Path(__file__).parent.parent.parent / "docs"
WIDTH = 1000
"""CSS pixels of the page; the pictures have twice as many."""
COLOURS = 96
"""In a picture: with them its text looks the same, and it is a third of the size."""

GRAPH = """
import operator
import time
from typing import Annotated, Literal, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Send

import hitl_widgets as hitl


class State(TypedDict, total=False):
    mail: str
    about: Literal["refund", "question"]
    parcels: Annotated[list[dict], operator.add]
    sent: str


@hitl.approve(reason="required_to_reject")
def refund(order: str, amount: float, note: str) -> str:
    return f"EUR {amount:.2f} for {order}"


def read(state):
    print("3 parcels in one mail")
    time.sleep(0.05)
    return {"about": "refund"}


def look_up(state):
    for _ in hitl.progress(range(3)):
        time.sleep(0.03)
    return {"parcels": [{"order": state["order"], "paid": state["paid"], "arrived": state["arrived"]}]}


ORDERS = [
    {"order": "A-1041", "paid": 49.9, "arrived": True},
    {"order": "A-1042", "paid": 120.0, "arrived": False},
    {"order": "A-1057", "paid": 15.0, "arrived": True},
]


def pay(state):
    [lost] = [parcel for parcel in state["parcels"] if not parcel["arrived"]]
    return {"sent": refund(order=lost["order"], amount=lost["paid"], note="The parcel never arrived. We are sorry!")}


def route(state):
    return [Send("look_up", order) for order in ORDERS] if state["about"] == "refund" else "reply"


builder = StateGraph(State)
builder.add_node(read)
builder.add_node(look_up)
builder.add_node("sort", hitl.ask_node("about", "Is it a refund, or a question?"))
builder.add_node(pay)
builder.add_node("reply", lambda state: {})
builder.add_edge(START, "read")
builder.add_edge("read", "sort")
builder.add_conditional_edges("sort", route, ["look_up", "reply"])
builder.add_edge("look_up", "pay")
builder.add_edge("pay", "reply")
builder.add_edge("reply", END)
graph = builder.compile(name="refunds")
"""
RUN = """session = hitl.run(graph, {"mail": "Where are my parcels?"}, thread_id="mail 7", save="mails.sqlite")
session"""


def waiting(notebook: NotebookPage) -> Locator:
    """A run that asks for an approval, below its code."""
    notebook.page.keyboard.press("Control+b")  # without the list of files
    notebook.run_cell(1)
    card = notebook.card("Is it a refund, or a question?")
    card.get_by_role("radio", name="refund").check()
    card.get_by_role("button", name="Submit").click()
    expect(notebook.node("pay", "waiting")).to_be_visible()
    # The focus is in the card, which stands out then, with its node.
    notebook.page.mouse.move(0, 0)
    notebook.page.evaluate("document.activeElement.blur()")
    return notebook.cell(1)


def inside(notebook: NotebookPage) -> Locator:
    """What a node did: the panel that opens below the timeline."""
    notebook.node("look_up", "done").click()
    panel = notebook.view.get_by_role("region", name="Inside look_up")
    expect(panel.get_by_text("parcels", exact=True)).to_be_visible()
    return panel


SCENES = {"waiting": waiting, "inside": inside}


def take(name: str, theme: str, place: Locator) -> None:
    picture = Image.open(io.BytesIO(place.screenshot(animations="disabled"))).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}-{theme}.png", optimize=True)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder) / "lab")
        try:
            (profile := Path(folder) / "profile").mkdir()
            with chromium(profile, {"width": WIDTH, "height": 1600}, scale=2) as browser:
                for theme in THEMES:
                    lab.theme(theme)
                    nbformat.write(made_of([GRAPH, RUN]), lab.notebooks / f"{theme}.ipynb")
                    notebook = NotebookPage(browser.new_page(), lab, f"{theme}.ipynb").open()
                    notebook.run_cell(0)
                    for name, scene in SCENES.items():
                        place = scene(notebook)
                        notebook.page.mouse.move(0, 0)
                        take(name, theme, place)
                    lab.end_kernels()
                    for kept in lab.notebooks.glob("mails.sqlite*"):  # or the next one goes on with this thread
                        kept.unlink()
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
