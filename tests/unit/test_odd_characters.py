"""What is not seen, or looks like another character, is spelled out where there is no browser of ours."""

from __future__ import annotations

import json
import time
from base64 import b64decode
from pathlib import Path
from typing import Any, TypedDict

import pytest

import hitl_widgets as hitl
from hitl_widgets.texts.odd import spelled
from hitl_widgets.texts.table import html_table

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
    session.wait(10)
    shown: Any = session._repr_mimebundle_()
    html = shown[0]["text/html"]
    assert "pа⟨U+0430⟩ypal" in html
    assert "⟨U+200B⟩no" in html


@pytest.mark.parametrize("piece", ["а", "a\u202e", "аb", "\u202e", ".а", "éa", "क\u200d"], ids=ascii)
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    def seconds(times: int) -> float:
        began = time.thread_time()
        spelled(piece * times)
        return time.thread_time() - began

    seconds(100)
    half, whole = (min(seconds(times) for _ in range(3)) for times in (20_000, 40_000))
    assert whole < 4 * max(half, 0.002)
