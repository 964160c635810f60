"""The view in a page without Jupyter: a real session's state, the built bundle, and a kernel that only says hello."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

import hitl_widgets as hitl
from hitl_widgets.view.display import Display

TRAITS = ("graph", "run", "nodes", "edges", "cards", "assets", "timeline", "forks", "rich")

SHOW = """async ({ esm, css, traits, inShadow }) => {
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
  let el = document.getElementById('view');
  if (inShadow) {
    const style = document.createElement('style');
    style.textContent = css;
    const inner = document.createElement('div');
    el.attachShadow({ mode: 'open' }).append(style, inner);
    el = inner;
  }
  widget.render({ model, el });
}"""


def show(page: Page, html: str, session: hitl.Session, *, in_shadow: bool = False) -> Locator:
    """Draw the session into the element of `html` whose id is `view`, or into a shadow root of its own there."""
    display = session._display
    assert isinstance(display, Display)
    widget = display.widget
    traits: dict[str, Any] = widget.get_state(TRAITS)
    page.set_content(html)
    page.add_style_tag(content=widget._css)
    page.evaluate(SHOW, {"esm": widget._esm, "css": widget._css, "traits": traits, "inShadow": in_shadow})
    return page.locator(".hitl-root")
