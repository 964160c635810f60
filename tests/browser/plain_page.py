"""The view in a page without Jupyter: a real session's state, the built bundle, and a kernel that only says hello."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

import hitl_widgets as hitl
from hitl_widgets.view.display import Display
from hitl_widgets.view.widget import SessionWidget

TRAITS = ("graph", "run", "nodes", "edges", "cards", "assets", "timeline", "forks", "rich", "inside")

SHOW = """async ({ esm, css, traits, inShadow }) => {
  const listeners = [];
  const changes = [];
  const model = {
    get: name => traits[name],
    on: (event, listener) => event === 'msg:custom' ? listeners.push(listener) : changes.push([event, listener]),
    off: () => undefined,
    send: intent => {
      if (intent.type !== 'hello') return;
      queueMicrotask(() => listeners.forEach(listener => listener({ type: 'ack', client: intent.client })));
    },
  };
  window.hitlUpdate = changed => {
    Object.assign(traits, changed);
    for (const [event, listener] of changes) if (event.replace('change:', '') in changed) listener();
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
    widget = _widget(session)
    page.set_content(html)
    page.add_style_tag(content=widget._css)
    page.evaluate(SHOW, {"esm": widget._esm, "css": widget._css, "traits": _traits(session), "inShadow": in_shadow})
    return page.locator(".hitl-root")


def update(page: Page, session: hitl.Session) -> None:
    """Tell the view of it what the session is now."""
    _widget(session)._push()
    page.evaluate("traits => window.hitlUpdate(traits)", _traits(session))


def _traits(session: hitl.Session) -> dict[str, Any]:
    return _widget(session).get_state(TRAITS)


def _widget(session: hitl.Session) -> SessionWidget:
    display = session._display
    assert isinstance(display, Display)
    return display.widget
