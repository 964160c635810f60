"""The view in a page without Jupyter: a real session's state, the built bundle, and a kernel that only says hello."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

import hitl_widgets as hitl
from hitl_widgets.display import Display

TRAITS = ("graph", "run", "nodes", "edges", "cards", "decisions")

SHOW = """async ({ esm, traits }) => {
  const listeners = [];
  const model = {
    get: name => traits[name],
    on: (event, listener) => event === 'msg:custom' && listeners.push(listener),
    off: () => undefined,
    send: intent => {
      if (intent.type !== 'hello') return;
      queueMicrotask(() => listeners.forEach(listener => listener({ type: 'ack', client: intent.client })));
    },
  };
  const url = URL.createObjectURL(new Blob([esm], { type: 'text/javascript' }));
  const { default: widget } = await import(url);
  widget.render({ model, el: document.getElementById('view') });
}"""


def show(page: Page, html: str, session: hitl.Session) -> Locator:
    """Draw the session into the element of `html` whose id is `view`."""
    display = session._display
    assert isinstance(display, Display)
    widget = display.widget
    traits: dict[str, Any] = widget.get_state(TRAITS)
    page.set_content(html)
    page.add_style_tag(content=widget._css)
    page.evaluate(SHOW, {"esm": widget._esm, "traits": traits})
    return page.locator(".hitl-root")
