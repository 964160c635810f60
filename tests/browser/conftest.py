"""Fixtures: one JupyterLab and one Chromium for all browser tests, a fresh page and kernel for each."""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, ViewportSize, expect, sync_playwright

from .lab import Lab
from .page import NotebookPage

OUT = Path(__file__).parent / "out"
REPO = Path(__file__).parent.parent.parent
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PREFERENCES = {
    "autofill": {"profile_enabled": False, "credit_card_enabled": False},
    "credentials_enable_service": False,
    "profile": {"password_manager_enabled": False},
}
"""What was typed into one test's fields is not offered in those of the next."""
VIEWPORT: ViewportSize = {"width": 1280, "height": 1000}
THEMES = ("light", "dark")
BOTH_THEMES = pytest.mark.parametrize("theme", THEMES)
"""For a walk that is another one in a page that was opened dark: what is drawn or compared is the theme itself."""

# It goes on as soon as a thing is so; Playwright's own 5 s are too few for a kernel beside another worker's.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("lab"))
    yield lab
    lab.stop()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    with chromium(tmp_path_factory.mktemp("profile"), VIEWPORT) as browser:
        yield browser


@contextmanager
def chromium(profile: Path, viewport: ViewportSize, *, scale: int = 1) -> Generator[BrowserContext]:
    """The Chromium on the PATH, else the one that Playwright has downloaded; never none in silence.

    With a profile on the disk: there, and only there, it keeps the code that it has compiled. From the third page on
    JupyterLab takes 1.4 s of processor time to start, not 2.1 (Chromium 156).

    Args:
        profile: an empty folder.
        viewport: of its pages, in CSS pixels.
        scale: pixels of a screenshot, each way, for one of those.
    """
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    (profile / "Default").mkdir()
    (profile / "Default" / "Preferences").write_text(json.dumps(PREFERENCES))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path=path, args=CHROMIUM_FLAGS, viewport=viewport, device_scale_factor=scale
        )
        yield browser
        browser.close()


@pytest.fixture
def theme(request: pytest.FixtureRequest) -> str:
    """The one that the page is opened in: half of the tests in each, or all in that of `HITL_THEME`.

    What is drawn dark differs in its colours alone, and at those `assert_accessible` looks in both.
    """
    return os.environ.get("HITL_THEME") or THEMES[zlib.crc32(request.function.__name__.encode()) % 2]


@pytest.fixture
def page(browser: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    report = getattr(request.node, "report", None)
    if report is not None and report.failed:
        shoot(page, f"failed-{request.node.name}")
    forget(page)


def forget(page: Page) -> None:
    """Close a page, and leave nothing that it has kept or been allowed to the next one."""
    browser, at = page.context, urlsplit(page.url)
    blank, *others = browser.pages  # the first is Chromium's own, without which it would end
    for one in others:
        one.close()
    browser.clear_permissions()
    browser.clear_cookies()
    if at.scheme in {"http", "https"}:
        kept = "cookies,local_storage,indexeddb,service_workers,cache_storage,file_systems"
        tools = browser.new_cdp_session(blank)
        tools.send("Storage.clearDataForOrigin", {"origin": f"{at.scheme}://{at.netloc}", "storageTypes": kept})
        tools.detach()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    if call.when == "call":
        item.report = outcome.get_result()  # type: ignore[attr-defined]


@pytest.fixture
def notebook(lab: Lab, page: Page) -> Iterator[Callable[..., NotebookPage]]:
    """Put a notebook into JupyterLab's folder and open it there or elsewhere: one of ours by name, or cells of code.

    In one of ours something may be there `instead`, by what is there in one of its cells.
    """
    made = 0

    def open_notebook(
        *,
        name: str | None = None,
        cells: list[str] | None = None,
        instead: dict[str, str] | None = None,
        theme: str = "light",
        front_end: type[NotebookPage] = NotebookPage,
    ) -> NotebookPage:
        nonlocal made
        made += 1
        lab.theme(theme)
        if name is not None:
            file = f"{made}-{name}"
            ours = nbformat.read(REPO / "notebooks" / name, as_version=4)
            for there, here in (instead or {}).items():
                [cell] = [cell for cell in ours.cells if there in cell.source]
                cell.source = cell.source.replace(there, here)
            nbformat.write(without_outputs(ours), lab.notebooks / file)
        else:
            file = f"{made}-cells.ipynb"
            nbformat.write(made_of(cells or []), lab.notebooks / file)
        return front_end(page, lab, file).open()

    yield open_notebook
    lab.end_kernels()


def made_of(cells: list[str]) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook


def without_outputs(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """What the page then shows was put out there."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook


def shoot(page: Page, name: str, *, of: Locator | None = None) -> Path:
    """Keep a screenshot as a CI artifact: of the page, or of one part of it."""
    OUT.mkdir(exist_ok=True)
    view = page.locator(".hitl-root")
    if view.count():
        view.first.scroll_into_view_if_needed()
    path = OUT / f"{re.sub(r'[^a-zA-Z0-9-]+', '-', name).strip('-')}.png"
    (page if of is None else of).screenshot(path=path)
    return path
