"""axe-core in the page: nothing that it finds is acceptable, in either theme."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator

AXE = Path(__file__).parent.parent.parent / "js" / "node_modules" / "axe-core" / "axe.min.js"

_RUN = """async element => {
  const look = async () => {
    // A card that fades in has less contrast than it is going to have; a spinner never ends.
    await Promise.allSettled(
      element.getAnimations({ subtree: true })
        .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
        .map((animation) => animation.finished)
    );
    return (await window.axe.run(element)).violations;
  };
  const found = await look();
  // Something may have begun to fade in while it looked: what starts a run does a second after one has ended.
  return found.length > 0 ? await look() : found;
}"""

_THEME = """() =>
  window.jupyterapp?.commands.hasCommand('apputils:change-theme') ? document.body.dataset.jpThemeName : null"""
"""What JupyterLab calls its theme; `null` elsewhere, in Voila too, whose application has no menu (0.5.13)."""
_CHOOSE = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
_HAS_THEME = "theme => document.body.dataset.jpThemeName === theme"
_OTHER = {"JupyterLab Light": "JupyterLab Dark", "JupyterLab Dark": "JupyterLab Light"}


def assert_accessible(view: Locator) -> None:
    """Run axe-core on one view, and fail with what it says and where.

    In JupyterLab and Notebook 7 it looks in the other theme, too, as after a reader's choice in the menu, and leaves the
    page in the one that it had. So a walk in one theme finds what cannot be read in either.
    """
    page = view.page
    if not page.evaluate("() => typeof window.axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        # JupyterLab's body has no height and hides what overflows, so axe-core 4.14 takes all of Lab for invisible and
        # skips its contrast.
        page.evaluate("() => { document.body.style.height = '100vh'; }")
    theme: str | None = page.evaluate(_THEME)
    found = _violations(view)
    if theme is not None:
        _choose(view, _OTHER[theme])
        found += [f"{_OTHER[theme]}: {violation}" for violation in _violations(view) if violation not in found]
        _choose(view, theme)
    assert not found, "\n".join(found)


def _violations(view: Locator) -> list[str]:
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
        + "\n    ".join(f"{node['html']}\n      {node['failureSummary']}" for node in violation["nodes"])
        for violation in view.evaluate(_RUN)
    ]


def _choose(view: Locator, theme: str) -> None:
    view.page.evaluate(_CHOOSE, theme)
    view.page.wait_for_function(_HAS_THEME, arg=theme)
