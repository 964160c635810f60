"""What is not seen, or looks like another character, is spelled out where there is no browser of ours."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.graph.text import shorten, text_width
from hitl_widgets.texts import markdown
from hitl_widgets.texts.odd import spelled
from hitl_widgets.texts.table import html_table
from hitl_widgets.view.story import text_story

from ..figures.recorded import Figure
from . import graphs

CASES = json.loads((Path(__file__).parents[1] / "fixtures" / "odd.json").read_text())


class State(TypedDict, total=False):
    text: str


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case["text"]))
def test_a_text_says_what_is_odd_in_it(case: dict[str, str], figure: Figure) -> None:
    shown = spelled(case["text"])
    assert shown == case["shown"]
    figure(
        "Texts with characters that nobody sees, that turn a text around or look like others, and texts that are fine",
        {"texts": 1},
        {
            "marked with the codes of what is odd": int(shown != case["text"]),
            "left as they are": int(shown == case["text"]),
        },
    )


def test_a_table_and_a_picture_turn_nothing_around() -> None:
    assert "a⟨U+202E⟩b" in html_table(["key"], [["a\u202eb"]])
    graph = graphs.chain(State, {"pay\u202elap": lambda _: {}})
    (_, _, data) = hitl.draw(graph)._repr_mimebundle_()[0]["text/html"].partition("base64,")
    svg = b64decode(data.partition('"')[0]).decode()
    assert "pay⟨U+202E⟩lap" in svg
    assert "\u202e" not in svg


def test_a_static_story_spells_out_questions_and_answers() -> None:
    session = hitl.run(
        graphs.chain(State, {"ask": lambda _: {"text": hitl.ask("Pay p\u0430ypal?")}}),
        {},
        unattended={"ask": "\u200bno"},
    )
    session.wait(60)
    shown: Any = session._repr_mimebundle_()
    html = shown[0]["text/html"]
    assert "pа⟨U+0430⟩ypal" in html
    assert "⟨U+200B⟩no" in html


NAME = "p\u0430y\u202elap"
ODD = "to p\u0430ypal\u200b, \x1b[2Jnow"


def is_shown(text: str) -> bool:
    """Whether what is odd in it is spelled out, all of it."""
    return "U+" in text and spelled(text) == text


def test_what_is_spelled_out_is_not_spelled_out_again() -> None:
    for case in CASES:
        assert spelled(case["shown"]) == case["shown"]
    # Somebody who writes codes of their own hides nothing behind them.
    assert spelled("p\u0430⟨U+0061⟩ypal") == "p\u0430⟨U+0430⟩⟨U+0061⟩ypal"
    assert spelled("a\u202e⟨U+202E⟩b") == "a⟨U+202E⟩⟨U+202E⟩b"


def odd_session(**given: Any) -> hitl.Session:
    graph = graphs.chain(State, {NAME: lambda _: {"text": hitl.ask(ODD)}})
    graph.name = f"graph of {ODD}"
    return hitl.run(graph, {}, **given)


def test_the_text_of_a_session_and_of_all_that_it_holds_shows_what_is_odd() -> None:
    session = odd_session()
    assert session._run.at_rest.wait(60)
    session.breakpoints.add(NAME)
    texts = {
        "request": repr(session.requests[0]),
        "session": repr(session),
        "breakpoints": repr(session.breakpoints),
        "explanation": str(hitl.controls.explain(session.requests[0])),
        "what a cell shows": text_story(session._run, neutral=False),
        "what a cell shows at first": text_story(session._run, neutral=True),
        "drawing": repr(hitl.draw(session._run.driver.graph)),
    }
    with pytest.raises(hitl.UnknownRequestError) as unknown:
        session.answer("x", to="nobody")
    texts["error"] = str(unknown.value)
    session.answer(f"answer {ODD}", reason=f"reason {ODD}")
    session.wait(60)
    texts |= {
        "decisions": repr(session.decisions),
        "decision": repr(session.decisions[0]),
        "history": repr(session.history),
        "step": repr(session.history[0]),
        "task": repr(session.history[0].tasks[0]),
        "afterwards": text_story(session._run, neutral=False),
    }
    assert [where for where, text in texts.items() if not is_shown(text)] == []


def test_what_nobody_answered_is_told_with_what_is_odd_in_it() -> None:
    session = odd_session(unattended={})
    with pytest.raises(hitl.UnansweredError) as unanswered:
        session.wait(60)
    assert is_shown(str(unanswered.value))


def test_tables_in_html_show_what_is_odd() -> None:
    session = odd_session()
    assert session._run.at_rest.wait(60)
    explanation = hitl.controls.explain(session.requests[0])._repr_html_()
    session.answer(f"answer {ODD}")
    session.wait(60)
    shown = [explanation, session.decisions._repr_html_(), session.history._repr_html_()]
    assert [at for at, html in enumerate(shown) if not is_shown(html)] == []


def test_an_inbox_shows_what_is_odd() -> None:
    graph = graphs.chain(State, {NAME: lambda _: {"text": hitl.ask(ODD)}}, checkpointer=InMemorySaver())
    graph.name = f"graph of {ODD}"
    assert hitl.run(graph, {}, thread_id=f"thread {ODD}")._run.at_rest.wait(60)
    inbox = hitl.inbox(graph)
    assert len(inbox) == 1
    assert all(map(is_shown, (repr(inbox), inbox._repr_html_(), repr(inbox[0]))))
    inbox.answer("EU")
    assert is_shown(inbox._repr_html_())


def test_a_node_is_as_wide_as_what_is_shown_of_its_name() -> None:
    assert text_width("pay\u202elap", 13) == text_width("pay⟨U+202E⟩lap", 13)
    for name in (NAME, ODD, "\u202e" * 1_000, "p\u0430ypal" * 50, "a\u0301" * 100_000):
        short = shorten(name, 13, 140)
        assert text_width(short, 13) <= 140
        assert short == name or short.endswith("…")


@pytest.mark.parametrize("piece", ["а", "a\u202e", "аb", "\u202e", ".а", "éa", "क\u200d"], ids=ascii)
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    def seconds(times: int) -> float:
        began = time.thread_time()
        spelled(piece * times)
        return time.thread_time() - began

    seconds(100)
    half, whole = (min(seconds(times) for _ in range(3)) for times in (20_000, 40_000))
    assert whole < 4 * max(half, 0.002)


def marked(text: str) -> list[tuple[str, str]]:
    """What the kernel marks in a Markdown text, since no single text in it tells."""

    def of(parts: Any) -> list[tuple[str, str]]:
        inner = [(part, of(part["children"])) for part in parts if not isinstance(part, str)]
        own = [[("".join(part["children"]), part["codes"])] if part["tag"] == "odd" else found for part, found in inner]
        return [one for found in own for one in found]

    return of(markdown.read(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("p**\u0430**ypal", [("\u0430", "U+0430")]),
        ("pay *p*~~\u0430~~**yp**`\u0430`l now", [("\u0430", "U+0430"), ("\u0430", "U+0430")]),
        ("pay[\u0440\u0430](https://example.org)l", [("\u0440\u0430", "U+0440 U+0430")]),
        ("# p**\u0430**ypal\n\n- p*\u0430*y\n\n| p**\u0430**y |\n|--|\n| p*\u0430*y |", [("\u0430", "U+0430")] * 4),
        ("**\u0440\u0440**\u0443**pal**", [("\u0440\u0440", "U+0440 U+0440"), ("\u0443", "U+0443")]),
        (
            "**\u0430\u0440\u0440\u04cf\u0435**.com",
            [("\u0430\u0440\u0440\u04cf\u0435", "U+0430 U+0440 U+0440 U+04CF … 5")],
        ),
        # Each of these says it by itself, or there is nothing to say.
        ("p\u0430ypal **here**", []),
        ("**p\u0430ypal** here", []),
        ("**\u043f\u0440\u0438\u0432\u0435\u0442** paypal *\u043c\u0438\u0440*", []),
        ("pay\n\n**\u0430**\n\npal", []),
        ("- pay\n- **\u0430**", []),
        ("p**a**ypal", []),
    ],
)
def test_a_look_alike_is_seen_through_the_formatting_of_a_text(text: str, found: list[tuple[str, str]]) -> None:
    assert marked(text) == found


def test_no_letter_is_lost_where_formatting_is_seen_through() -> None:
    text = "x **p***\u0430***y** `\u0430` \u0430*b*\u0430 [\u0430](https://example.org)b" * 50
    plain = text.replace("\u0430", "a")
    assert words(markdown.read(text)).replace("\u0430", "a") == words(markdown.read(plain))


def words(parts: Any) -> str:
    return "".join(part if isinstance(part, str) else words(part["children"]) for part in parts)


def test_a_long_text_of_many_pieces_is_seen_through_in_a_moment() -> None:
    began = time.thread_time()  # whatever else the machine does
    markdown.read("p**\u0430**y " * 2_000)
    assert time.thread_time() - began < 3
