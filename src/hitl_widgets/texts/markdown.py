"""Markdown: a description as the tree of elements that the browser draws. Pure; no HTML is read, and none is made.

It is CommonMark with tables and strikethrough, less what would lose a part of a text that was never meant as Markdown,
as most descriptions of tools are:

- Line breaks and indentation stay. Indented text is no code: a docstring is indented as its code is.
- `[Warning]: cannot be undone` stays text. In CommonMark it defines a link, and is not shown.
- A link that leads elsewhere than to the web stays as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from textwrap import dedent
from typing import TYPE_CHECKING, Any, Literal, cast

from ..protocol import MarkdownNode, MarkdownTag
from .across import mark_across

# It takes 20 ms to import, and is only needed once a description is shown.
if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.ruler import StateBase
    from markdown_it.token import Token

    Rule = Callable[..., bool]

LONGEST = 20_000
"""Characters that are read, and shown."""
_DEEPEST = 20
"""Quotes and lists inside each other; the parser drops what is deeper."""
_MOST_NODES = 3_000
_MOST_STEPS = 100_000
"""Rules that are tried on a text; one that a person wrote needs a few thousand."""
_MOST_CELLS = 10_000
"""Where there may be more, tables are not looked for: the parser fills up short rows, to 65 536 cells (4.3)."""

# No userinfo, no backslash, no escape in the host: nothing that browsers read otherwise than we do.
_WEB = re.compile(
    r"https?://(?P<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:[/?#][!-~]*)?",
    re.IGNORECASE | re.ASCII,
)
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")
_MARKER = re.compile(r"\s*(?:[-+*>]|\d+[.)])\s")
_TAGS: dict[str, MarkdownTag] = {
    "paragraph_open": "p",
    "heading_open": "p",
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "list_item_open": "li",
    "blockquote_open": "blockquote",
    "fence": "pre",
    "hr": "hr",
    "table_open": "table",
    "thead_open": "thead",
    "tbody_open": "tbody",
    "tr_open": "tr",
    "th_open": "th",
    "td_open": "td",
    "strong_open": "strong",
    "em_open": "em",
    "s_open": "s",
    "code_inline": "code",
    "link_open": "a",
}


_TEXTS = frozenset({"text", "text_special"})
_BREAKS = frozenset({"hardbreak", "softbreak"})
_ALIGNMENTS = frozenset({"left", "center", "right"})


class _TooMuchError(Exception):
    """More than is drawn of a text: it is shown as it is."""


def read(text: str) -> list[MarkdownNode]:
    """The tree of a text, its outermost elements in order.

    What is longer than `LONGEST` is cut, and says so. What nests too deep or has too many parts is one paragraph.

    >>> read("Refunds **twice**.")
    [{'tag': 'p', 'children': ['Refunds ', {'tag': 'strong', 'children': ['twice']}, '.']}]
    """
    nodes = list(_read(text[:LONGEST]))
    if (more := len(text) - LONGEST) > 0:
        nodes.append({"tag": "p", "children": [f"… ({more} more characters)"]})
    return nodes


def plain(text: str) -> list[MarkdownNode]:
    r"""A text that nobody has called Markdown: a paragraph for each part of it, in which every character is shown.

    >>> plain("src/__init__.py\n*.log\n\n- 500 EUR")
    [{'tag': 'p', 'children': ['src/__init__.py\n*.log']}, {'tag': 'p', 'children': ['- 500 EUR']}]
    """
    return [{"tag": "p", "children": [part]} for part in _EMPTY_LINES.split(text) if part.strip()]


@lru_cache(maxsize=64)
def _read(text: str) -> tuple[MarkdownNode, ...]:
    """Tools are called again and again, and a card is projected many times: each with the same description."""
    plain = _dedented(re.sub(r"\r\n?", "\n", text))
    try:
        tokens = _parser(tables=_cells(plain) <= _MOST_CELLS).parse(plain, {"steps": _MOST_STEPS})
        nodes = _Tree(plain.split("\n")).of(tokens)
        mark_across(nodes)
        return tuple(nodes)
    except _TooMuchError:
        return ({"tag": "p", "children": [plain]},)


def _dedented(text: str) -> str:
    """A text without the indentation that all of it has; in a docstring, all but its first line."""
    first, _, rest = dedent(text).partition("\n")
    if rest.partition("\n")[0].strip() or _MARKER.match(f"{first} "):
        return f"{first}\n{rest}" if rest else first
    return f"{first}\n{dedent(rest)}" if rest else first


def _cells(text: str) -> int:
    """How many cells the tables of a text may have, at most."""
    lines = text.split("\n")
    return max(line.count("|") for line in lines) * len(lines)


@cache
def _parser(*, tables: bool) -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": _DEEPEST})
    # Without `newline` a line break is a character like any other.
    parser.enable("strikethrough").disable(["code", "reference", "newline", "html_block", "html_inline"])
    if tables:
        parser.enable("table")
    parser.validateLink = lambda url, *_: _WEB.fullmatch(url) is not None
    for ruler in cast("tuple[Any, ...]", (parser.block.ruler, parser.inline.ruler)):
        ruler.getRules = _counted(ruler.getRules)
    return parser


def _counted(rules_of: Callable[[str], list[Rule]]) -> Callable[[str], list[Rule]]:
    """The parser's rules, which give up when they were tried too often.

    Lines that go on after a quote are read again by each quote before them: 8 s for 20 000 characters (4.3).
    """

    def counted(rule: Rule) -> Rule:
        def step(state: StateBase, *at: Any) -> bool:
            state.env["steps"] -= 1
            if state.env["steps"] < 0:
                raise _TooMuchError
            return rule(state, *at)

        return step

    return cache(lambda chain="": [counted(rule) for rule in rules_of(chain)])


class _Tree:
    """A tree in the making.

    Args:
        lines: the text's.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._root: MarkdownNode = {"tag": "blockquote", "children": []}
        self._open = [self._root]
        self._nodes = 0

    def of(self, tokens: Sequence[Token]) -> list[MarkdownNode]:
        """The elements of the whole text."""
        before = ""
        for token in tokens:
            if token.type == "inline":
                self._inline(token, heading=before == "heading_open")
            else:
                self._add(token)
            before = token.type
        # Each text is in one of them.
        return cast("list[MarkdownNode]", self._root["children"])

    def _inline(self, token: Token, *, heading: bool) -> None:
        if heading:
            # One look for all levels: the page has an outline, and this is a part of a card in it.
            self._push({"tag": "strong", "children": []})
        elif token.level == 1 and token.map is not None:
            # The parser keeps the indentation of a paragraph's lines, but for the first.
            line = self._lines[token.map[0]]
            self._text(line[: len(line) - len(line.lstrip())])
        for child in token.children or ():
            self._add(child)
        if heading:
            self._open.pop()

    def _add(self, token: Token) -> None:
        if token.hidden:  # the paragraphs of a list without empty lines
            return
        if token.nesting == -1:
            self._close()
        elif token.type in _BREAKS:
            self._text("\n")
        elif token.type in _TEXTS:
            self._text(token.content)
        elif token.type == "image":
            self._image(token)
        elif token.type == "link_open" and not token.attrs["href"]:
            self._open.append(self._open[-1])  # its text, and that is all
        else:
            if token.nesting == 1 and token.level >= _DEEPEST - 1:
                raise _TooMuchError
            self._push(_node(token))
            if token.nesting == 0:
                self._text(token.content.removesuffix("\n"))
                self._close()

    def _push(self, node: MarkdownNode) -> None:
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise _TooMuchError
        self._open[-1]["children"].append(node)
        self._open.append(node)

    def _close(self) -> None:
        node = self._open.pop()
        if "href" in node and (host := _host_unless_said(node["href"], _words(node["children"]))) is not None:
            node["host"] = host

    def _text(self, text: str) -> None:
        children = self._open[-1]["children"]
        if children and isinstance(children[-1], str):
            children[-1] += text
        elif text:
            children.append(text)

    def _image(self, token: Token) -> None:
        """Its words and the way to it. It is not fetched, which would tell its server who has seen the question."""
        alt = _Tree(()).of(token.children or ())
        words = f"Image: {said}" if (said := _words(alt)) else "Image"
        address = str(token.attrs["src"])
        if not address or any(node["tag"] == "a" for node in self._open):
            self._text(words)
            return
        self._push({"tag": "a", "children": [words], "href": address})
        self._close()


def _node(token: Token) -> MarkdownNode:
    node: MarkdownNode = {"tag": _TAGS[token.type], "children": []}
    if token.type == "link_open":
        node["href"] = str(token.attrs["href"])
    if "start" in token.attrs:
        node["start"] = int(token.attrs["start"])
    align = str(token.attrs.get("style", "")).removeprefix("text-align:")
    if align in _ALIGNMENTS:
        node["align"] = cast("Literal['left', 'center', 'right']", align)
    return node


def _words(nodes: Sequence[str | MarkdownNode]) -> str:
    """What is read of nodes, without their looks."""
    return "".join(node if isinstance(node, str) else _words(node["children"]) for node in nodes)


def _host_unless_said(href: str, words: str) -> str | None:
    """Where a link leads, unless that is just what its text says.

    >>> _host_unless_said("https://example.org/a", "https://example.org/a")
    >>> _host_unless_said("https://evil.example/a", "https://example.org/a")
    'evil.example'
    """
    web = _WEB.fullmatch(href)
    assert web is not None, "the parser asks before it makes a link"
    host = web["host"].lower()
    # Nothing but ASCII: other letters look alike, turn a text around or are not seen.
    said = re.compile(rf"(?:https?://)?{re.escape(host)}(?::\d+)?(?:[/?#][!-~]*)?", re.IGNORECASE | re.ASCII)
    return None if said.fullmatch(words.strip()) else host
