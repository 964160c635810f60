"""A notebook that was saved with its widgets, as JupyterLab does where it is told to, read when its kernel is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .lab import Lab
from .page import NotebookPage

Open = Callable[..., NotebookPage]

APPROVE, ADDRESS = "Do you approve it?", "What's your address?"
GRAPH_CELL, RUN_CELL = 2, 5


@pytest.fixture
def saves_widgets(lab: Lab) -> Iterator[None]:
    """Settings, Save Widget State Automatically."""
    lab.setting("@jupyter-widgets/jupyterlab-manager", "plugin", {"saveState": True})
    yield
    lab.setting("@jupyter-widgets/jupyterlab-manager", "plugin", {})


@pytest.mark.usefixtures("saves_widgets")
def test_a_saved_notebook_tells_the_story_when_its_kernel_is_gone(notebook: Open, lab: Lab, theme: str) -> None:
    opened = notebook(name="01_three_questions.ipynb", theme=theme)
    opened.run_cell(GRAPH_CELL)
    opened.run_cell(RUN_CELL)
    opened.card(APPROVE).get_by_role("button", name="Approve").click(timeout=60_000)
    expect(opened.card(ADDRESS)).to_be_visible()
    opened.save()
    lab.end_kernels()
    opened.reload()
    opened.cell(RUN_CELL).scroll_into_view_if_needed()
    # The kernel that the page has started knows nothing of the run.
    expect(opened.view).to_contain_text("This is a saved picture.", timeout=60_000)
    expect(opened.node("ask_approval", "done")).to_be_visible()
    expect(opened.node("ask_address", "waiting")).to_be_visible()
    expect(opened.view).to_contain_text("ask_approvalDo you approve it?")
    expect(opened.card(ADDRESS).get_by_role("button", name="Submit")).to_be_disabled()
    shoot(opened.page, f"saved-notebook-{theme}")
    assert_accessible(opened.view)
