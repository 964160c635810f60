"""What a model, a tool or a server may send, in a real browser under a strict policy: nothing runs, nothing leaves."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Send, interrupt
from playwright.sync_api import Locator, Page

import hitl_widgets as hitl
from hitl_widgets.watching import watched

from ..figures.recorded import Figure
from .conftest import shoot
from .plain_page import SHOW, TRAITS

TEXTS: list[str] = json.loads((Path(__file__).parents[1] / "fixtures" / "hostile.json").read_text())
ORIGIN = "http://notebook.test/"
POLICY = (
    "default-src 'none'; script-src blob:; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types default"
)
"""Of scripts only our own bundles, which the page makes blobs of; nothing from anywhere else."""
WATCH = """
window.__told = [];
document.addEventListener('securitypolicyviolation', event => __told.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
BRIDGE = "async ({ type, ...intent }) => { (await window.kernel({ type, ...intent })).forEach(window.__hear); }"


class State(TypedDict, total=False):
    text: str
    kept: Annotated[list[Any], lambda left, right: left + right]


def ask_everything(state: State) -> State:
    """One text wherever a payload has a place for one."""
    text = state["text"]
    schema = {
        "type": "object",
        "title": text,
        "description": text,
        "properties": {
            text: {"type": "string", "title": text, "description": text, "default": text, "examples": [text]},
            "__proto__": {"type": "string", "default": text},
            "choice": {"enum": [text, "other"]},
            "either": {"anyOf": [{"type": "string", "title": text}, {"type": "integer"}]},
            "json": {"default": {text: [text], "__proto__": {"polluted": text}}},
        },
    }
    return {"kept": [interrupt({"message": text, "description": text, "responseSchema": schema, text: {text: text}})]}


def call_a_tool(state: State) -> State:
    text = state["text"]
    arguments = {
        text: text,
        "query": text,
        "__proto__": {"polluted": text},
        "constructor": {"prototype": {"polluted": 1}},
    }
    action = {"name": text, "args": arguments, "description": text}
    allowed = ["approve", "edit", "reject"]
    payload = {"action_requests": [action], "review_configs": [{"action_name": text, "allowed_decisions": allowed}]}
    return {"kept": [interrupt(payload)]}


def fails(_: State) -> State:
    print("\n".join(TEXTS))
    raise ValueError("\n".join(TEXTS))


def node_name(text: str) -> str:
    # LangGraph keeps these two for itself (1.2.24).
    return re.sub("[:|]", "", text)[:400] or "empty"


@pytest.fixture
def watched_page(page: Page) -> Page:
    page.requests = []  # type: ignore[attr-defined]
    page.dialogs = []  # type: ignore[attr-defined]
    page.on("request", lambda request: page.requests.append(request.url))  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))  # type: ignore[attr-defined]
    page.route(
        re.compile(".*"),
        lambda route: (
            route.fulfill(
                content_type="text/html; charset=utf-8",
                headers={"Content-Security-Policy": POLICY},
                body="<!doctype html><title>notebook</title><div id=view></div>",
            )
            if route.request.url == ORIGIN
            else route.abort()
        ),
    )
    page.add_init_script(WATCH)
    page.goto(ORIGIN)
    return page


def draw(page: Page, session: hitl.Session) -> Locator:
    display: Any = session._display
    widget = display.widget
    widget._spawn = session._run.driver.run
    widget._push()

    def kernel(intent: dict[str, Any]) -> list[Any]:
        told: list[Any] = []
        widget._tell = told.append
        widget.send = lambda message, buffers=None: told.append(message)
        widget._received(None, intent, [])
        if intent["type"] == "need":
            told.append({"code": intent["code"], "source": getattr(widget, intent["code"])})
        return told

    page.expose_function("kernel", kernel)
    page.add_style_tag(content=widget._css)
    show = (
        SHOW.replace(
            "if (intent.type !== 'hello') return;",
            """window.kernel(intent).then(all => all.forEach(said => {
             if (said.code) { traits[said.code] = said.source; (traitListeners[`change:${said.code}`] ?? []).forEach(f => f()); }
             else listeners.forEach(listener => listener(said));
           })); return;""",
        )
        .replace(
            "on: (event, listener) => event",
            "on: (event, listener) => (traitListeners[event] ??= []).push(listener) && event",
        )
        .replace(
            "const listeners = [];",
            "const listeners = [], traitListeners = {}; window.__hear = said => listeners.forEach(f => f(said)); window.__intent = {};",
        )
    )
    traits = widget.get_state(TRAITS)
    page.evaluate(show, {"esm": widget._esm, "css": widget._css, "traits": traits, "inShadow": False})
    view = page.locator(".hitl-root")
    view.wait_for()
    return view


def nothing_happened(page: Page) -> dict[str, int]:
    """Sees to it, and returns how often what must not happen did."""
    canary, told = page.evaluate("window.__canary"), page.evaluate("__told")
    assert canary is None
    assert page.evaluate("({}).polluted") is None
    assert page.evaluate("Object.keys(Object.prototype)") == []
    assert told == []
    assert page.dialogs == []  # type: ignore[attr-defined]
    left = [url for url in page.requests if not url.startswith(("data:", "blob:", ORIGIN))]  # type: ignore[attr-defined]
    assert left == []
    assert page.url == ORIGIN
    found = page.evaluate(
        """() => [...document.querySelectorAll('.hitl-root, .hitl-root *')].flatMap(el => [
             /^(script|iframe|object|embed|base|meta|link|frame|form\\[action])$/i.test(el.localName) ? el.outerHTML : [],
             [...el.attributes].filter(({ name, value }) => /^on/i.test(name) || name === 'srcdoc' || name === 'action' ||
               (/^(href|src|xlink:href|formaction|style)$/i.test(name) && /(javascript|vbscript|data:text|url\\()/i.test(value)) ||
               (name === 'src' && !/^(data:image|blob:)/.test(value))).map(a => `${el.localName} ${a.name}=${a.value}`),
           ].flat())"""
    )
    assert found == []
    links = page.evaluate("[...document.querySelectorAll('.hitl-root a')].map(a => [a.protocol, a.rel])")
    assert all(protocol in {"http:", "https:"} and "noopener" in rel for protocol, rel in links)
    return {
        "scripts ran": int(canary is not None),
        "requests left the page": len(left),
        "violations of its policy": len(told),
    }


HOSTILE = "Texts that want to run a script or fetch something"


def open_all(view: Locator, page: Page) -> None:
    """Look at what is folded or cut."""
    for name in ("Edit", "Show more", "Add"):
        for button in view.get_by_role("button", name=name, exact=False).all()[:80]:
            if button.is_visible() and button.is_enabled():
                button.click(force=True)


@pytest.mark.parametrize("asks", [ask_everything, call_a_tool], ids=["payload and schema", "tool call"])
def test_whatever_is_asked_nothing_runs_and_nothing_leaves(watched_page: Page, asks: Any, figure: Figure) -> None:
    builder = StateGraph(State)
    builder.add_node("ask", asks)
    builder.add_conditional_edges(START, lambda _: [Send("ask", {"text": text}) for text in TEXTS], ["ask"])
    with watched():
        session = hitl.run(builder.compile(), {})
        assert session._run.at_rest.wait(60)
        assert len(session.requests) == len(TEXTS)
        view = draw(watched_page, session)
        cards = view.get_by_role("form")
        assert cards.count() == len(TEXTS)
        open_all(view, watched_page)
        happened = nothing_happened(watched_page)
        where = "a question, its schema and defaults" if asks is ask_everything else "a tool's name and arguments"
        figure(f"{HOSTILE}, as {where}, in Chromium", {"texts": cards.count()}, happened)
        shoot(watched_page, f"hostile-{asks.__name__}", of=cards.nth(TEXTS.index("invoice_\u202egpj.exe")))
        session.stop()


def test_whatever_nodes_are_called_and_fail_with_nothing_runs_and_nothing_leaves(
    watched_page: Page, figure: Figure
) -> None:
    names = list(dict.fromkeys(map(node_name, TEXTS)))
    builder = StateGraph(State)
    for name in names:
        builder.add_node(name, lambda _, text=name: {"kept": [{text: text, "__proto__": {"polluted": text}}]})
        builder.add_edge(START, name)
    builder.add_node("fails", fails)
    for name in names:
        builder.add_edge(name, "fails")
    with watched():
        session = hitl.run(builder.compile(), {})
        assert session._run.at_rest.wait(60)
        view = draw(watched_page, session)
        nodes = view.get_by_role("listbox", name="Nodes").get_by_role("option")
        count = nodes.count()
        assert count > len(names)
        for name in ("fails", "constructor", "__proto__"):
            nodes.and_(view.locator(f"[aria-label^='{name}']")).first.press("Enter")
            view.get_by_role("region").or_(view.locator(".hitl-rich")).first.wait_for()
            happened = nothing_happened(watched_page)
        figure(f"{HOSTILE}, as names of nodes, states, prints and exceptions, in Chromium", {"nodes": count}, happened)


def test_whatever_a_kernel_says_nothing_runs_and_nothing_leaves(watched_page: Page, figure: Figure) -> None:
    builder = StateGraph(State)
    builder.add_node("ask", lambda _: {"text": hitl.ask("Who?")})
    builder.add_edge(START, "ask")
    with watched():
        session = hitl.run(builder.compile(), {})
        assert session._run.at_rest.wait(60)
        view = draw(watched_page, session)
        view.get_by_role("textbox").fill("Ada\u202e")
        assert view.get_by_role("status").get_by_role("img", name="Hidden U+202E").count() == 1
        client = "c"
        request = session.requests[0].id
        heard = 0
        for text in TEXTS:
            heard += watched_page.evaluate(
                "said => { for (const one of said) __hear(one); return said.length; }",
                [
                    {"type": "refused", "client": client, "request": request, "message": text},
                    {
                        "type": "fetched",
                        "client": client,
                        "id": 1,
                        "error": text,
                        "data": {"__proto__": {"polluted": 1}},
                    },
                    {"type": text, "client": client, "__proto__": {"polluted": 1}},
                    {"constructor": {"prototype": {"polluted": 1}}},
                    None,
                    text,
                ],
            )
        assert view.get_by_role("form").count() == 1
        figure(
            f"{HOSTILE}, as messages from a kernel, in Chromium", {"messages": heard}, nothing_happened(watched_page)
        )
        session.stop()
