"""A notebook as a person sees it in JupyterLab or in Notebook 7: its cells, and the cards in them."""

from __future__ import annotations

import re
from typing import Self

from playwright.sync_api import Locator, Page, expect

from .lab import Lab

KERNEL_READY = 60_000
"""Milliseconds for a kernel to start on a busy machine."""


_IS_STILL = """() => {
  const view = document.querySelector('.hitl-root');
  const moves = view.getAnimations({ subtree: true }).some(
    ({ playState, effect }) => playState === 'running' && effect.getComputedTiming().endTime !== Infinity
  );
  const boxes = [view, ...view.querySelectorAll('.hitl-card, .hitl-canvas, .hitl-drawing, .hitl-node')]
    .map((one) => Object.values(one.getBoundingClientRect().toJSON()).join()).join(';');
  const before = window.hitlBoxes;
  window.hitlBoxes = boxes;
  return !view.querySelector('.hitl-drawing[data-moves]') && !moves && boxes === before;
}"""
"""Asked once a frame. What spins never ends, and is no movement."""


class NotebookPage:
    """One notebook, open in JupyterLab."""

    def __init__(self, page: Page, lab: Lab, name: str) -> None:
        self.page = page
        self.lab = lab
        self.name = name

    def open(self) -> Self:
        self.page.goto(self.url)
        self.wait_until_ready()
        return self

    @property
    def url(self) -> str:
        # `reset`: without what an earlier page left in the workspace.
        return f"{self.lab.url}/lab/tree/{self.name}?reset"

    def reload(self) -> None:
        self.page.reload()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=KERNEL_READY)
        # The indicator beside the kernel's name is "idle" before there is a kernel; the status bar is not.
        status = self.page.locator("#jp-main-statusbar").get_by_text("Python 3 (ipykernel) | Idle")
        expect(status).to_be_visible(timeout=KERNEL_READY)

    def still(self) -> None:
        """Wait until nothing of the view moves any more: boxes that are read before are those of another moment."""
        self.page.wait_for_function(_IS_STILL)

    def menu(self, menu: str, command: str) -> None:
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(f".lm-Menu-item[data-command='{command}']").click()

    def run_all(self) -> None:
        self.menu("Run", "runmenu:run-all")

    def restart_kernel(self) -> None:
        self.menu("Kernel", "kernelmenu:restart")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def clear_outputs(self) -> None:
        self.menu("Edit", "editmenu:clear-all")

    def save(self) -> None:
        self.menu("File", "docmanager:save")
        expect(self.page.locator(".jp-mod-dirty")).to_have_count(0)

    def run_cell(self, index: int) -> None:
        self.cell(index).locator(".jp-InputArea-prompt").click()
        self.page.keyboard.press("Control+Enter")

    def cell(self, index: int) -> Locator:
        """A cell by its place in the notebook; Lab's windowing keeps places in `data-windowed-list-index`."""
        return self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{index}']")

    def prompt(self, index: int) -> Locator:
        return self.cell(index).locator(".jp-InputArea-prompt")

    @property
    def view(self) -> Locator:
        """The session's view (the first, if it is shown twice)."""
        return self.page.locator(".hitl-root").first

    def card(self, question: str) -> Locator:
        return self.view.get_by_role("form", name=question)

    @property
    def nodes(self) -> Locator:
        """The nodes of the graph; the timeline has a filter with a choice for each, too."""
        return self.view.get_by_role("listbox", name="Nodes").get_by_role("option")

    def node(self, name: str, status: str) -> Locator:
        # What follows is how often it ran, how long it took and the like.
        return self.nodes.and_(self.page.get_by_role("option", name=re.compile(f"^{re.escape(name)}, {status}(,|$)")))


class Notebook7Page(NotebookPage):
    """One notebook, open in Notebook 7: an extension of the server that JupyterLab runs in, with the same settings."""

    @property
    def url(self) -> str:
        return f"{self.lab.url}/notebooks/{self.name}"

    def wait_until_ready(self) -> None:
        expect(self.page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=KERNEL_READY)
        # There is no status bar; and the indicator is "idle" before there is a kernel, but then nothing names one.
        toolbar = self.page.locator(".jp-NotebookPanel-toolbar:has(.jp-KernelName:has-text('Python 3 (ipykernel)'))")
        idle = toolbar.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")
        expect(idle).to_be_visible(timeout=KERNEL_READY)
