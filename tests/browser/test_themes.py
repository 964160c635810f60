"""The view follows VS Code's theme, a page's that names one, and else the system's."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

import pytest
from annotated_types import Ge, Le
from playwright.sync_api import Locator, Page, expect
from pydantic import BaseModel, Field

import hitl_widgets as hitl

from ..unit import graphs
from ..waiting import PATIENCE
from .axe import assert_accessible
from .colours import assert_follows, paper
from .conftest import BOTH_THEMES, shoot
from .plain_page import show

OTHER: dict[str, Literal["light", "dark"]] = {"light": "dark", "dark": "light"}

VS_CODE = {
    # The editor's background and foreground; in high contrast, the borders of all things and of the active one.
    "vscode-dark": ("#1f1f1f", "#cccccc", None, None),
    "vscode-light": ("#ffffff", "#3b3b3b", None, None),
    "vscode-high-contrast": ("#000000", "#ffffff", "#6fc3df", "#f38518"),
    "vscode-high-contrast-light": ("#ffffff", "#292929", "#0f4a85", "#006bbd"),
}
"""VS Code's own themes, by what it calls their kind: Dark Modern, Light Modern, and those of high contrast."""

WIDGETS_IN_VS_CODE = """
  /* ipywidgets brings JupyterLab's light theme along, and the Jupyter extension draws every widget on white
     (microsoft/vscode-jupyter, src/webviews/webview-side/ipywidgets/renderer/styles.css). */
  :root {
    --jp-layout-color0: white;
    --jp-ui-font-family: "Helvetica Neue", Helvetica, Arial, sans-serif;
    --jp-code-font-family: monospace;
  }
  .cell-output-ipywidget-background { background: white !important; }
"""


BY_TRAIN = """By **train**, see [the timetable](https://rail.example/times). Seats are `free`.

| Class | Price |
| ----- | ----: |
| 2     | 42 €  |

```
rail book --class 2 --from "here" --to "wherever you want to go" --with "a friend, a dog, two bicycles and a canoe"
```"""


class Trip(BaseModel):
    name: str
    nights: Annotated[int, Ge(1), Le(30)] = 3
    meal: Literal["breakfast", "half board"] = "breakfast"
    email: str = Field("", description="Where the tickets go to.")
    window: bool = True


class Travel(TypedDict, total=False):
    approved: bool
    trip: dict[str, Any]


@pytest.fixture(scope="module")
def asking() -> hitl.Session:
    """A session with a decision, and a form to fill in."""
    nodes = {
        "ask_approval": hitl.ask_node("approved", "Shall we go?"),
        "ask_trip": lambda state: {"trip": hitl.ask("Where do you want to go?", Trip, description=BY_TRAIN)},
    }
    session = hitl.run(graphs.chain(Travel, nodes), {})
    session.answer(True, to="approved", reason="It is winter.")
    with pytest.raises(hitl.UnansweredError):
        session.wait(PATIENCE)
    return session


@pytest.fixture(scope="module")
def failed() -> hitl.Session:
    def book(state: Travel) -> Travel:
        raise ConnectionError("The booking service did not answer.")

    session = hitl.run(graphs.chain(Travel, {"book": book}), {})
    with pytest.raises(ConnectionError):
        session.wait(PATIENCE)
    return session


def vs_code(kind: str, output: str = '<div class="lm-Widget" id="view"></div>') -> str:
    """A notebook's output as VS Code marks its page and its Jupyter extension nests it."""
    background, foreground, border, active = VS_CODE[kind]
    colours = {
        "editor-background": background, "editor-foreground": foreground, "foreground": foreground,
        "contrastBorder": border, "contrastActiveBorder": active,
        "font-family": "system-ui, sans-serif", "editor-font-family": "Menlo, monospace",
    }  # fmt: skip
    variables = "; ".join(f"--vscode-{name}: {value}" for name, value in colours.items() if value is not None)
    return f"""
      <html lang="en" style="{variables}"><head><title>VS Code</title><style>{WIDGETS_IN_VS_CODE}
        html {{ background: var(--vscode-editor-background) }}
        body {{ color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); padding: 20px }}
      </style></head><body class="{kind}" data-vscode-theme-kind="{kind}">
        <div class="cell-output-ipywidget-background"><div class="cell-output-ipywidget-background">{output}</div></div>
      </body></html>"""


def plain(style: str = "background: white", attributes: str = "") -> str:
    head = "<head><title>A page</title></head>"
    return f'<html lang="en" style="{style}" {attributes}>{head}<body><main id="view"></main></body></html>'


def refuse(view: Locator) -> None:
    """Have something to complain about, once the view is alive."""
    submit = view.get_by_role("button", name="Submit")
    expect(submit).to_be_enabled()
    submit.click()
    expect(view).to_contain_text("Please fill this in.")


def theme_of(kind: str) -> str:
    return "light" if "light" in kind else "dark"


@pytest.mark.parametrize("kind", VS_CODE)
def test_in_vs_code_the_view_is_light_or_dark_as_the_editor_is_and_not_as_the_system(
    page: Page, asking: hitl.Session, kind: str
) -> None:
    page.emulate_media(color_scheme=OTHER[theme_of(kind)], reduced_motion="reduce")
    view = show(page, vs_code(kind), asking)
    refuse(view)
    shoot(page, f"{kind}-asking")
    # No white frame, nor any other, around the view.
    assert paper(page.locator("#view")) == paper(view) == paper(page.locator("html"))
    assert_follows(view, theme_of(kind))
    assert_accessible(view)


@pytest.mark.parametrize("kind", ["vscode-dark", "vscode-light"])
def test_in_vs_code_a_failure_can_be_read(page: Page, failed: hitl.Session, kind: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    view = show(page, vs_code(kind), failed)
    view.locator("summary").click()
    shoot(page, f"{kind}-failed")
    assert_follows(view, theme_of(kind))
    assert_accessible(view)


def test_the_view_changes_when_vs_code_changes_its_theme(page: Page, asking: hitl.Session) -> None:
    page.emulate_media(reduced_motion="reduce")
    view = show(page, vs_code("vscode-dark"), asking)
    assert_follows(view, "dark")
    page.evaluate(
        """({ kind, background }) => {
          document.documentElement.style.setProperty('--vscode-editor-background', background);
          document.body.className = kind;
          document.body.dataset.vscodeThemeKind = kind;
        }""",
        {"kind": "vscode-light", "background": VS_CODE["vscode-light"][0]},
    )
    expect(view).to_have_attribute("data-theme", "light")
    assert_follows(view, "light")


def test_beside_classic_widgets_in_vs_code_their_background_stays_white(page: Page, asking: hitl.Session) -> None:
    """A box of ipywidgets: their black labels were made for it."""
    box = '<div class="jupyter-widgets widget-container widget-box"><b>Speed</b><div id="view"></div></div>'
    view = show(page, vs_code("vscode-dark", box), asking)
    assert paper(page.locator("b", has_text="Speed")) == [255, 255, 255]
    assert_follows(view, "dark")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_page_that_says_nothing_has_the_system_s_theme(
    page: Page, asking: hitl.Session, failed: hitl.Session, system: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=system, reduced_motion="reduce")
    view = show(page, plain(), asking)
    refuse(view)
    shoot(page, f"system-{system}-asking")
    assert_follows(view, system)
    assert_accessible(view)
    page.emulate_media(color_scheme=OTHER[system])
    assert_follows(view, OTHER[system])

    page.emulate_media(color_scheme=system)
    view = show(page, plain(), failed)
    view.locator("summary").click()
    shoot(page, f"system-{system}-failed")
    assert_follows(view, system)
    assert_accessible(view)


@BOTH_THEMES
def test_a_page_that_names_its_theme_is_followed_whatever_the_system_s(
    page: Page, asking: hitl.Session, theme: str
) -> None:
    page.emulate_media(color_scheme=OTHER[theme], reduced_motion="reduce")
    background = {"light": "#ffffff", "dark": "#383838"}[theme]
    view = show(page, plain(f"background: {background}", f'theme="{theme}"'), asking)  # as Colab does
    assert paper(view) == paper(page.locator("html"))
    assert_follows(view, theme)
    assert_accessible(view)
