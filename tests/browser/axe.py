"""axe-core in the page: nothing that it finds is acceptable."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator

AXE = Path(__file__).parent.parent.parent / "js" / "node_modules" / "axe-core" / "axe.min.js"


_WHEN_STILL = """element => Promise.allSettled(
  element.getAnimations({ subtree: true })
    .filter((animation) => animation.effect.getComputedTiming().endTime !== Infinity)
    .map((animation) => animation.finished)
)"""
"""A card that fades in has less contrast than it is going to have; a spinner never ends."""


def assert_accessible(view: Locator) -> None:
    """Run axe-core on one view, and fail with what it says and where."""
    page = view.page
    if not page.evaluate("() => typeof window.axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
        # JupyterLab's body has no height and hides what overflows, so axe-core 4.14 takes all of Lab for invisible and
        # skips its contrast.
        page.evaluate("() => { document.body.style.height = '100vh'; }")
    view.evaluate(_WHEN_STILL)
    violations = view.evaluate("element => window.axe.run(element).then(result => result.violations)")
    found = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n    "
        + "\n    ".join(f"{node['html']}\n      {node['failureSummary']}" for node in violation["nodes"])
        for violation in violations
    ]
    assert not found, "\n".join(found)
