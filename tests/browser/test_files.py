"""Questions for a file in a real JupyterLab: picked by mouse and by keyboard, uploaded, refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FilePayload, expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

SETUP = """
import shutil
from pathlib import Path
from typing import TypedDict
from langgraph.graph import START, StateGraph
from pydantic import BaseModel, DirectoryPath, FilePath
import hitl_widgets as hitl

shutil.rmtree("data", ignore_errors=True)
for name in ("data/2025/old.csv", "data/2026/q1.csv", "data/2026/q2.csv", "data/notes.txt", "data/orders.csv"):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text("x" * 1234)

class State(TypedDict, total=False):
    file: Path
    text: str
"""

PICKED = """
def pick(state):
    return {"file": hitl.ask("Which orders?", Path, folder="data", suffixes=[".csv"], upload="3 MB")}

def read(state):
    text = state["file"].read_text()
    return {"text": f"{state['file']}: {len(text)} characters, the last is {text[-1]}"}

builder = StateGraph(State).add_node("pick", pick).add_node("read", read)
session = hitl.run(builder.add_edge(START, "pick").add_edge("pick", "read").compile(), {})
session
"""

IN_A_FORM = """
class Import(BaseModel):
    table: FilePath
    target: DirectoryPath

def ask(state):
    return {"text": repr(hitl.ask("What is imported?", Import))}

session = hitl.run(StateGraph(State).add_node("ask", ask).add_edge(START, "ask").compile(), {})
session
"""
ANSWER = "print((await session)['text'])"


def payload(size: int, name: str = "march.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": b"x" * (size - 1) + b"!"}


def test_a_file_is_picked_with_the_mouse(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + PICKED, ANSWER], theme=theme)
    opened.run_all()
    card = opened.card("Which orders?")
    expect(card.get_by_role("option")).to_have_count(3, timeout=60_000)
    shoot(opened.page, f"files-{theme}")
    assert_accessible(opened.view)
    card.get_by_role("option", name=re.compile("^2026 folder")).click()
    expect(card.get_by_role("option")).to_have_count(2)
    card.get_by_role("option", name="q2.csv").click()
    expect(card.get_by_role("combobox")).to_have_value("data/2026/q2.csv")
    shoot(opened.page, f"files-picked-{theme}")
    assert_accessible(opened.view)
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text("data/2026/q2.csv: 1234 characters", timeout=20_000)


def test_a_file_is_picked_with_the_keyboard_alone(notebook: Open) -> None:
    opened = notebook(cells=[SETUP + PICKED, ANSWER])
    opened.run_all()
    card = opened.card("Which orders?")
    expect(card.get_by_role("option")).to_have_count(3, timeout=60_000)
    box = card.get_by_role("combobox")
    box.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        opened.page.keyboard.press(key)
    expect(box).to_have_value("data/2026/")
    expect(card.get_by_role("option")).to_have_count(2)
    opened.page.keyboard.press("Backspace")
    expect(box).to_have_value("")
    expect(card.get_by_role("option")).to_have_count(3)
    opened.page.keyboard.type("ORD")
    expect(card.get_by_role("option")).to_have_count(1)
    opened.page.keyboard.press("Enter")
    expect(box).to_have_value("data/orders.csv")
    opened.page.keyboard.press("Enter")
    expect(opened.cell(1)).to_contain_text("data/orders.csv: 1234 characters", timeout=20_000)


def test_a_file_is_uploaded_up_to_the_size_that_is_allowed(notebook: Open, theme: str) -> None:
    opened = notebook(cells=[SETUP + PICKED, ANSWER], theme=theme)
    opened.run_all()
    card = opened.card("Which orders?")
    expect(card.get_by_role("option")).to_have_count(3, timeout=60_000)
    chooser = card.locator("input[type=file]")
    chooser.set_input_files(payload(3_000_001))
    refused = card.get_by_text("march.csv has 3 000 001 bytes; at most 3 MB can be uploaded.")
    expect(refused).to_be_visible()
    shoot(opened.page, f"files-refused-{theme}")
    assert_accessible(opened.view)
    chooser.set_input_files(payload(10, "march.exe"))
    expect(card.get_by_text("march.exe cannot be uploaded. Must end with .csv.")).to_be_visible()
    chooser.set_input_files(payload(3_000_000))
    expect(card.get_by_role("combobox")).to_have_value("data/uploads/march.csv", timeout=30_000)
    chooser.set_input_files(payload(1_500_000))
    expect(card.get_by_role("combobox")).to_have_value("data/uploads/march (2).csv", timeout=30_000)
    folder = opened.lab.notebooks / "data" / "uploads"
    assert {path.name: path.stat().st_size for path in folder.iterdir()} == {
        "march.csv": 3_000_000,
        "march (2).csv": 1_500_000,
    }
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text(
        "data/uploads/march (2).csv: 1500000 characters, the last is !", timeout=20_000
    )


def test_paths_in_a_form_have_pickers_and_what_is_wrong_is_said_at_each(notebook: Open) -> None:
    opened = notebook(cells=[SETUP + IN_A_FORM, ANSWER])
    opened.run_all()
    card = opened.card("What is imported?")
    table, target = card.get_by_role("combobox", name="Table"), card.get_by_role("combobox", name="Target")
    table.fill("data/gone.csv", timeout=60_000)
    table.press("Escape")
    target.fill("data/orders.csv")
    target.press("Escape")
    card.get_by_role("button", name="Submit").click()
    expect(table).to_have_attribute("aria-invalid", "true")
    expect(target).to_have_attribute("aria-invalid", "true")
    assert_accessible(opened.view)
    table.fill("data/2025/")
    card.get_by_role("option", name="old.csv").click()
    target.fill("da")
    card.get_by_role("option", name="data").click()
    card.get_by_role("button", name="Use this folder").click()
    expect(target).to_have_value("data")
    shoot(opened.page, "files-form")
    card.get_by_role("button", name="Submit").click()
    expect(opened.cell(1)).to_contain_text("data/2025/old.csv", timeout=20_000)


def test_after_a_restart_of_the_kernel_the_picker_works_on(notebook: Open) -> None:
    ours = SETUP + PICKED.replace("session = hitl.run(builder", "graph = (builder").replace(
        "compile(), {}", "compile()"
    )
    ours = ours.replace("\nsession\n", "\n")
    opened = notebook(
        cells=[
            ours + "session = hitl.run(graph, {}, thread_id='t', save='t.sqlite')\nsession",
            ours + "session = hitl.attach(graph, 't', save='t.sqlite')\nsession",
        ]
    )
    opened.run_cell(0)
    expect(opened.card("Which orders?").get_by_role("option")).to_have_count(3, timeout=60_000)
    opened.clear_outputs()
    opened.restart_kernel()
    opened.wait_until_ready()
    opened.run_cell(1)
    card = opened.card("Which orders?")
    expect(card.get_by_role("option")).to_have_count(3, timeout=60_000)
    card.get_by_role("option", name="orders.csv").click()
    card.get_by_role("button", name="Submit").click()
    expect(opened.view).to_contain_text("Finished", timeout=20_000)
