"""The static picture: safe, self-contained, the same every time, and legible wherever a notebook is shown."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given, strategies as st

from hitl_widgets.graph.html import picture
from hitl_widgets.graph.layout import lay_out
from hitl_widgets.graph.svg import svg
from hitl_widgets.graph.topology import Edge, Group, Node, Topology
from hitl_widgets.protocol import DecisionView, NodeView
from hitl_widgets.texts.table import NO_MATH

from .test_graph_layout import chain, topologies

SVG = "{http://www.w3.org/2000/svg}"
VIEW = lay_out(chain("ask_approval", "ask_address"))
EVIL = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"


def decision(**changes: Any) -> DecisionView:
    return {
        "index": 0,
        "key": "approved",
        "node": "ask_approval",
        "path": ["ask_approval"],
        "asker": ["ask_approval"],
        "question": "Do you approve it?",
        "answer": "Approved",
        "approved": True,
        "reason": None,
        "by": "person",
        "at": "2026-11-22T10:00:00Z",
        **changes,
    }  # type: ignore[return-value]


def state(status: str, runs: int = 0, **more: str) -> NodeView:
    return {"status": status, "runs": runs, **more}  # type: ignore[return-value, typeddict-item]


def titles(markup: str) -> list[str]:
    return [title.text or "" for title in ET.fromstring(markup).iter(f"{SVG}title")]


def test_it_is_one_image_with_a_name_and_every_node_says_its_status() -> None:
    markup = svg(VIEW, {"ask_approval": state("done", 1), "ask_address": state("waiting")}, title="refund: waiting")

    assert ET.fromstring(markup).get("role") == "img"
    assert titles(markup) == ["refund: waiting", "ask_approval, done", "ask_address, waiting"]


def test_breakpoints_are_stop_signs_at_the_edges_and_are_told() -> None:
    def drawn(**more: Any) -> tuple[str, list[str]]:
        markup = svg(VIEW, {"ask_approval": {"status": "done", "runs": 1, **more}})  # type: ignore[typeddict-item]
        return markup, [title for title in titles(markup) if "stops" in title or "breakpoint" in title]

    plain, _ = drawn()
    (box,) = [box for box in VIEW["nodes"] if box["id"] == "ask_approval"]
    assert "#cf222e" not in plain
    both, told = drawn(breakpoints=["before", "after"])
    assert told == ["ask_approval, done, stops before and after it", "stops before and after it"]
    places = re.findall(r'translate\(([\d.]+) [\d.]+\)" fill="#cf222e"', both)
    assert [float(x) for x in places] == [box["x"] - 2, box["x"] + box["width"] + 2]
    _, told = drawn(stops_inside=2)
    assert told == ["ask_approval, done, 2 breakpoints inside", "2 breakpoints inside"]


def test_each_status_is_drawn_with_a_mark_and_not_by_colour_alone() -> None:
    def shapes(status: str) -> str:
        return re.sub(r"#[0-9a-f]{6}|<title>.*?</title>", "", svg(VIEW, {"ask_approval": state(status)}))

    assert len({shapes(status) for status in ("idle", "running", "waiting", "done", "failed")}) == 5


def test_a_node_that_ran_once_has_no_count_and_one_that_ran_more_often_has() -> None:
    assert "×" not in svg(VIEW, {"ask_approval": state("done", 1)})
    assert "×12" in svg(VIEW, {"ask_approval": state("done", 12)})


def test_a_failed_node_says_why() -> None:
    assert "ask_approval, failed: ValueError: no paper" in titles(
        svg(VIEW, {"ask_approval": state("failed", 0, error="ValueError: no paper")})
    )


def test_an_edge_that_was_taken_is_drawn_differently() -> None:
    assert svg(VIEW, taken={"__start__->ask_approval"}) != svg(VIEW)


def test_conditional_edges_are_dashed_and_carry_their_label() -> None:
    nodes = Node("a", "a", "node"), Node("b", "b", "node")
    plain = svg(lay_out(Topology(nodes, (Edge("e", "a", "b"),))))
    conditional = svg(lay_out(Topology(nodes, (Edge("e", "a", "b", True, "if it rains"),))))

    assert "dasharray" not in plain
    assert "dasharray" in conditional
    assert "if it rains" in conditional


def drawing(markup: str) -> str:
    """The SVG in a picture's image."""
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', markup)
    assert found
    return b64decode(found[1]).decode()


def test_a_line_that_leads_into_a_narrow_frame_does_not_run_through_its_name() -> None:
    nodes = (Node("__start__", "__start__", "start"), Node("a_long_name:do", "do", "node", "a_long_name"))
    edges = (Edge("in", "__start__", "a_long_name:do"),)
    drawing = ET.fromstring(svg(lay_out(Topology(nodes, edges, (Group("a_long_name", "a_long_name", None),)))))
    parts = [*drawing.iter()]
    frame = next(part for part in parts if part.tag == f"{SVG}rect")
    name = next(part for part in parts if part.text == "a_long_name")

    assert parts.index(name) > max(parts.index(line) for line in drawing.iter(f"{SVG}path"))
    assert (name.get("stroke"), name.get("paint-order")) == (frame.get("fill"), "stroke")


def test_decisions_are_listed_without_their_times() -> None:
    markup = picture(
        VIEW,
        decisions=[
            decision(reason="looks fine"),
            decision(question="What's your address?", answer="12 Main St\nSpringfield", approved=None, by="code"),
        ],
    )

    assert re.findall(r"<td[^>]*>(.*?)</td>", markup, re.DOTALL) == [
        "Do you approve it?",
        "✓ Approved: looks fine",
        "ask_approval, by person",
        "What&#x27;s your address?",
        "12 Main St\nSpringfield",
        "ask_approval, by code",
    ]
    assert "2026" not in markup


def test_a_rejection_is_marked() -> None:
    assert "✗ Rejected" in picture(VIEW, decisions=[decision(answer="Rejected", approved=False)])


def test_there_is_no_table_where_nothing_was_decided() -> None:
    assert "<table" not in picture(VIEW)


def test_it_needs_nothing_that_a_notebook_viewer_takes_away() -> None:
    markup = picture(VIEW, {"ask_approval": state("done", 2)}, [decision()])

    # Where that is taken away nothing typesets formulas either (GitHub).
    assert markup.count(NO_MATH) == 1
    markup = markup.replace(NO_MATH, "")
    # JupyterLab takes `<svg>` out of notebooks that it does not trust and leaves its labels; an image stays whole.
    assert not re.search(r"<(svg|style|script|link|image|use|foreignObject|defs)\b", markup)
    for text in (markup, drawing(markup)):
        assert not re.search(r"\s(id|class|href|on\w+)=", text)
        assert not re.search(r"url\(|https?://(?!www\.w3\.org/2000/svg)", text)


def test_a_screen_reader_is_told_what_each_node_is_doing() -> None:
    markup = picture(VIEW, {"ask_approval": state("done", 2)}, title="Refunds")

    assert 'alt="Refunds: ask_approval done' in markup


def test_text_never_becomes_markup() -> None:
    topology = Topology((Node(EVIL, EVIL, "node"), Node("b", "b", "node")), (Edge(EVIL, EVIL, "b", True, EVIL),))
    markup = picture(
        lay_out(topology),
        {EVIL: state("failed", 3, error=EVIL)},
        [decision(question=EVIL, answer=EVIL, reason=EVIL, by=EVIL, path=[EVIL, EVIL])],
        taken=[EVIL],
        title=EVIL,
    )

    tags = {element.tag for element in ET.fromstring(markup).iter()}
    assert tags <= {"div", "img", "table", "tbody", "tr", "td"}
    assert markup.count("<img") == 1
    drawn = {element.tag.removeprefix(SVG) for element in ET.fromstring(drawing(markup)).iter()}
    assert drawn <= {"svg", "g", "title", "rect", "path", "circle", "text"}
    for text in (markup, drawing(markup)):
        assert "<script" not in text


@given(st.text(st.characters()))
def test_any_text_makes_a_document_that_can_be_parsed_and_saved(text: str) -> None:
    markup = picture(VIEW, {"ask_approval": state("failed", error=text)}, [decision(answer=text)], title=text)

    ET.fromstring(markup)
    ET.fromstring(drawing(markup))
    assert markup.encode()


@given(topologies())
def test_any_graph_is_drawn_to_numbers(topology: Topology) -> None:
    markup = svg(lay_out(topology))

    ET.fromstring(markup)
    assert "nan" not in markup
    assert "inf" not in re.sub(r"<title>.*?</title>", "", markup)


def test_a_very_long_answer_is_shortened() -> None:
    assert len(picture(VIEW, decisions=[decision(answer="x" * 100_000)])) < len(picture(VIEW)) + 3000


def test_the_same_run_is_always_the_same_picture() -> None:
    def draw() -> str:
        return picture(lay_out(chain("ask")), {"ask": state("done", 1)}, [decision()], taken={"ask->__end__"})

    assert draw() == draw()


def luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("status", ["idle", "running", "waiting", "done", "failed"])
def test_marks_and_names_contrast_with_their_node(status: str) -> None:
    markup = svg(VIEW, {"ask_approval": state(status, 3)})
    node = markup[markup.index("<title>ask_approval") :]
    fill, stroke = re.findall(r'<rect [^>]*fill="(#\w{6})" stroke="(#\w{6})"', node)[0]
    text = re.findall(r'<text [^>]*fill="(#\w{6})"', node)[0]

    def contrast(a: str, b: str) -> float:
        light, dark = sorted((luminance(a), luminance(b)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    assert contrast(text, fill) >= 7
    assert status == "idle" or contrast(stroke, fill) >= 4.5
