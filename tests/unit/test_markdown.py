"""Descriptions as Markdown: what a reader sees of them, and that nothing hostile comes through."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given, strategies as st
from langchain_core.tools import tool
from pydantic import TypeAdapter

import hitl_widgets as hitl
from hitl_widgets.control.deciding import deciding
from hitl_widgets.control.items import Choice, Item, plain_choice
from hitl_widgets.controls.question import describe, headed
from hitl_widgets.protocol import MarkdownNode
from hitl_widgets.texts import markdown
from hitl_widgets.texts.markdown import plain, read

from . import graphs

FIXTURE: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "fixtures" / "markdown.json").read_text(encoding="utf-8")
)
SHAPE: TypeAdapter[list[MarkdownNode]] = TypeAdapter(list[MarkdownNode])
PIECES = [
    "[", "](", ")", "![", "<", ">", "*", "**", "_", "`", "``", "~~", "\\", "\n", "\n\n", "- ", "1. ", "> ", "|", "\n-|-\n", "# ",
    "```\n", "&", ";", "&#x6A;", ":", "javascript", "data", "https://", "http://a.b/c", "//", "@", "%", " ", "    ", "\t", "\r",
    "]: ", "<b>", "<!--", "word", "ä", "\u202e", "\x00", "\ud800", "😀", '"', "'", "=", "---",
]  # fmt: skip
"""What Markdown is made of, and what attacks on it are."""

any_text = st.one_of(
    st.text(st.characters()),
    st.lists(st.sampled_from(PIECES)).map("".join),
    st.lists(st.sampled_from(PIECES), min_size=2, max_size=4).map(lambda pieces: "".join(pieces) * 200),
)


def nodes_of(parts: list[Any]) -> Iterator[MarkdownNode]:
    for part in parts:
        if not isinstance(part, str):
            yield part
            yield from nodes_of(part["children"])


def words_of(parts: list[Any]) -> str:
    return "".join(part if isinstance(part, str) else words_of(part["children"]) for part in parts)


def depth_of(parts: list[Any]) -> int:
    return max((1 + depth_of(part["children"]) for part in parts if not isinstance(part, str)), default=0)


@pytest.mark.parametrize("case", FIXTURE, ids=lambda case: case["name"])
def test_the_browsers_fixture_is_what_the_kernel_reads(case: dict[str, Any]) -> None:
    assert read(case["text"]) == case["tree"]


# ---------------------------------------------------------------- any text


@given(any_text)
def test_any_text_becomes_nodes_of_the_known_kinds_and_links_that_lead_to_the_web(text: str) -> None:
    tree = read(text)
    assert SHAPE.validate_python(tree, strict=True) == tree
    for node in nodes_of(tree):
        assert ("href" in node) == (node["tag"] == "a")
        if "href" in node:
            assert re.match(r"https?://[a-z0-9\[]", node["href"], re.IGNORECASE)
            where = urlsplit(node["href"])
            assert where.username is None
            # What it says of itself, or what we say of it.
            words = words_of(node["children"])
            assert node.get("host", words).lower().count(where.hostname or "nowhere") == 1
        assert not any(inner["tag"] == "a" for inner in nodes_of(node["children"]) if node["tag"] == "a")


@given(
    st.lists(
        st.sampled_from(
            ["a b", "c", "\n", "\n\n", "    ", "- ", "> ", "# ", "* ", "3. ", "*", "_", "[", "]", ":", "!", "\\"]
        )
    )
)
def test_no_letter_of_a_text_is_lost(pieces: list[str]) -> None:
    """Definitions of links, HTML and what nests too deep are swallowed by CommonMark, or by its parser."""
    text = "".join(pieces)
    assert re.findall("[a-z]", words_of(read(text))) == re.findall("[a-z]", text)


@given(st.lists(st.sampled_from(["one", "two", ", ", " ", "\n", "\n  ", ".", "?", " (", ") "])).map("".join))
def test_plain_text_keeps_its_lines_and_its_spaces(text: str) -> None:
    lines = [line.rstrip() for line in text.split("\n") if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    shown = "\n".join(words_of([node]) for node in read(text))
    assert [line.rstrip() for line in shown.split("\n") if line.strip()] in (
        lines,
        [line[margin:] for line in lines],
        # A docstring.
        [lines[0].lstrip(), *(line[min(len(one) - len(one.lstrip()) for one in lines[1:]) :] for line in lines[1:])]
        if len(lines) > 1
        else lines,
    )


def test_a_sentence_is_one_small_node() -> None:
    assert read("Think twice.") == [{"tag": "p", "children": ["Think twice."]}]
    assert read("") == read(" \n ") == []


# ---------------------------------------------------------------- links


@pytest.mark.parametrize(
    "text",
    [
        "[example.org](https://evil.example)",
        "[https://example.org](https://evil.example)",
        "[https://example.org/?evil.example](https://evil.example)",
        "[https://evil.example@example.org](https://evil.example)",
        "[evil.example.org](https://evil.example)",
        "[evil.example, or example.org](https://evil.example)",
        "[evil.examp\u200ble](https://evil.example)",
        "[\u202eelpmaxe.live](https://evil.example)",
        "[еvil.example](https://evil.example)",
        "[evil．example](https://evil.example)",
        "[here](https://evil.example)",
        "[ ](https://evil.example)",
        "![evil.example](https://evil.example)",
        "[**example.org**](https://evil.example)",
    ],
)
def test_a_link_whose_text_is_not_just_its_own_address_says_where_it_leads(text: str) -> None:
    [link] = [node for node in nodes_of(read(text)) if node["tag"] == "a"]
    assert link.get("host") == "evil.example"


def test_other_letters_in_a_host_are_seen_as_what_they_are() -> None:
    [link] = nodes_of(read("<https://еxample.org>")[0]["children"])
    assert link.get("host", "").startswith("xn--")


def test_a_picture_is_never_more_than_its_words_and_a_link() -> None:
    assert read("![A chart](https://example.org/chart.png)")[0]["children"] == [
        {"tag": "a", "children": ["Image: A chart"], "href": "https://example.org/chart.png", "host": "example.org"}
    ]
    assert words_of(read("![](https://example.org/pixel.gif)")) == "Image"
    assert words_of(read(r"![a \* &amp; *b* `c` ![d](https://e.f)](https://g.h)")) == "Image: a * & b c Image: d"


# ---------------------------------------------------------------- limits

N = markdown.LONGEST
ATTACKS = {
    "brackets": "[" * N,
    "pictures": "![" * N,
    "links": "[a](" * N,
    "nested links": "[" * (N // 6) + "a" + "](b)" * (N // 6),
    "a thousand quotes": (">" * 1000 + " a\n") * N,
    "quotes, deeper and deeper": "\n".join(">" * depth + " a" for depth in range(1000)),
    "lists, deeper and deeper": "\n".join("  " * depth + "- a" for depth in range(1000)),
    "quotes that others might go on": (">" * 15 + "```\n_\n") * N,
    "a thousand times strong": "*" * 5000 + "a" + "*" * 5000,
    "stars and underscores": "*a_ " * N,
    "backticks": "".join("`" * count + " " for count in range(1000)),
    "a wide table of short rows": "|" * 100 + "\n" + "-|" * 100 + "\n" + "a\n" * N,
    "many tables": "a|\n-|\n" * N,
    "many items": "- -\n" * N,
    "many paragraphs": "a\n\n" * N,
    "entities": "&#" * N,
    "a host": "<https://" + "ä" * N + ">",
    "a megabyte": "**a** [b](https://c.example) `d`\n\n" * 40_000,
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_hostile_text_takes_a_moment_and_stays_small(attack: str) -> None:
    started = time.process_time()
    tree = read(attack)
    # 0.12 s for the worst that was found.
    assert time.process_time() - started < 3
    assert len(json.dumps(tree)) < 20 * N
    assert depth_of(tree) <= 45
    assert "a" not in attack[:N] or "a" in words_of(tree)


def test_what_nests_too_deep_is_shown_as_it_was_written() -> None:
    text = ">" * 30 + " hidden"
    assert read(text) == [{"tag": "p", "children": [text]}]


def test_a_text_that_is_too_long_is_cut_and_says_so() -> None:
    tree = read("word " * 10_000)
    assert len(words_of(tree[:-1])) <= N
    assert tree[-1] == {"tag": "p", "children": [f"… ({50_000 - N} more characters)"]}


# ---------------------------------------------------------------- where descriptions are shown


def test_the_description_of_a_card_is_read() -> None:
    def ask(state: graphs.Order) -> graphs.Order:
        return {"address": hitl.ask("Where to?", description="Think **twice**.")}

    session = hitl.run(graphs.chain(graphs.Order, {"ask": ask}), {})
    with pytest.raises(hitl.UnansweredError):
        session.wait(60)
    assert describe(session.requests[0]).description == "Think **twice**."
    [card] = session._display.widget.cards  # type: ignore[union-attr]
    assert card["description"] == read("Think **twice**.")


LONG = """# Release 2.4

It changes **two** things:

- numbers
- jobs"""


@pytest.mark.parametrize(
    ("question", "heading", "under"),
    [
        ("Ship it?", "Ship it?", ""),
        ("Ship it\nto **Ada**?", "Ship it\nto **Ada**?", ""),
        (LONG, "# Release 2.4", "It changes **two** things:\n\n- numbers\n- jobs"),
        ("# Ship it?", "# Ship it?", ""),
        ("Ship it?\n\nIt is late.\n\nToo late.", "Ship it?", "It is late.\n\nToo late."),
        ("Ship these?\n- one\n- two", "Ship these?", "- one\n- two"),
        ("Run this?\n  ```sh\nls\n  ```", "Run this?", "  ```sh\nls\n  ```"),
        ("Which?\n| a |\n| - |\n| 1 |", "Which?", "| a |\n| - |\n| 1 |"),
        ("Which?\n1. tea\n2. milk", "Which?", "1. tea\n2. milk"),
        ("It costs 3\n-5 is nothing", "It costs 3\n-5 is nothing", ""),
        ("- one\n- two\n\nShip them?", "- one\n- two\n\nShip them?", ""),
        ("\n\nShip it?\n \n", "\n\nShip it?\n \n", ""),
        ("", "", ""),
    ],
)
def test_a_question_of_several_paragraphs_has_a_heading_and_a_description(
    question: str, heading: str, under: str
) -> None:
    assert headed(question) == (heading, under)


@pytest.mark.parametrize(
    "text", ["\n" * 20_000, "\n \t" * 7_000, "#" * 20_000, "# " * 10_000, "x\n" + "9" * 20_000, "x\n> " * 5_000]
)
def test_the_heading_of_any_question_is_found_at_once(text: str) -> None:
    def seconds() -> float:
        begun = time.thread_time()
        headed(text)
        return time.thread_time() - begun

    assert min(seconds() for _ in range(3)) < 0.1  # garbage may be collected in one of them


@pytest.mark.parametrize(
    "under",
    [
        "src/__init__.py and *.log",
        "$ rm -rf a*b*c",
        "- 500 EUR",
        "1600. Penn Ave",
        r"\d+\.\* &amp; &lt;b&gt;",
        "~~old~~",
    ],
)
def test_of_a_question_every_character_is_shown(under: str) -> None:
    """People approve of what they read there; nobody has said that it is Markdown."""
    heading, rest = headed(f"Do it?\n\n{under}")
    assert (heading, plain(rest)) == ("Do it?", [{"tag": "p", "children": [under]}])


def test_a_long_question_is_read_and_remembered_as_it_was_asked() -> None:
    def ask(state: graphs.Order) -> graphs.Order:
        return {"address": hitl.ask(LONG, description="Think *twice*.")}

    session = hitl.run(graphs.chain(graphs.Order, {"ask": ask}), {})
    with pytest.raises(hitl.UnansweredError):
        session.wait(60)
    [card] = session._display.widget.cards  # type: ignore[union-attr]
    assert card["question"] == "# Release 2.4"
    assert card["description"] == [*plain("It changes **two** things:\n\n- numbers\n- jobs"), *read("Think *twice*.")]
    session.answer("12 Main St")
    session.wait(60)
    assert session.decisions[0].question == LONG


def test_the_description_of_an_item_is_read() -> None:
    choice = Choice(plain_choice("approve", "Approve"), {"type": "object"}, "Approved")
    control = deciding([Item("a", (choice,), "*Careful*."), Item("b", (choice,))], question="Well?")
    view = control.view
    assert view["kind"] == "decide"
    assert [item["description"] for item in view["items"]] == [read("*Careful*."), None]


def test_the_docstring_of_a_langchain_tool_has_its_lists_and_its_arguments_by_line() -> None:
    """Langchain 1.4 leaves it indented as the code is, which in CommonMark is code."""

    @tool
    def search(query: str) -> str:
        """Search the web.

        - news
        - weather

        Args:
            query: what to look for.
        """
        return query

    assert read(search.description) == [
        {"tag": "p", "children": ["Search the web."]},
        {"tag": "ul", "children": [{"tag": "li", "children": ["news"]}, {"tag": "li", "children": ["weather"]}]},
        {"tag": "p", "children": ["Args:\n    query: what to look for."]},
    ]
