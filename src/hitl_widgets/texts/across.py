"""Look-alike letters that the formatting of a Markdown text keeps apart from the word they stand in: `p**а**ypal`.

The browser marks what is odd in each text by itself; what it takes the texts around it to see is marked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..protocol import MarkdownNode
from .odd import alike_in, codes_of

_INLINE = frozenset({"strong", "em", "s", "code", "a"})


class _Leaf(NamedTuple):
    """A text, and where it stands."""

    among: list[str | MarkdownNode]
    at: int
    text: str


def mark_across(nodes: Sequence[MarkdownNode]) -> None:
    r"""Put look-alike letters apart that only the texts around theirs tell from letters as they should be.

    >>> nodes = [{"tag": "p", "children": ["p", {"tag": "em", "children": ["\u0430"]}, "ypal"]}]
    >>> mark_across(nodes)
    >>> nodes[0]["children"][1]
    {'tag': 'em', 'children': [{'tag': 'odd', 'children': ['а'], 'codes': 'U+0430'}]}
    """
    for line in _lines(nodes):
        if len(line) > 1:
            _mark(line)


def _lines(nodes: Sequence[MarkdownNode]) -> list[list[_Leaf]]:
    """The texts that are read as one, each with those before and after it in the same paragraph, cell or item."""
    lines: list[list[_Leaf]] = [[]]

    def walk(children: list[str | MarkdownNode]) -> None:
        for at, child in enumerate(children):
            if isinstance(child, str):
                lines[-1].append(_Leaf(children, at, child))
            elif child["tag"] in _INLINE:
                walk(child["children"])
            else:
                lines.append([])
                walk(child["children"])
                lines.append([])

    for node in nodes:
        lines.append([])
        walk(node["children"])
    return lines


def _mark(line: list[_Leaf]) -> None:
    whole = "".join(leaf.text for leaf in line)
    found = alike_in(whole)
    if not found:
        return
    end = len(whole)
    # From the last to the first, so that the places of those before stay what they are.
    for leaf in reversed(line):
        begin = end - len(leaf.text)
        there = [(max(a, begin) - begin, min(b, end) - begin) for a, b in found if a < end and b > begin]
        known = alike_in(leaf.text)
        new = [(a, b) for a, b in there if not any(c <= a and b <= d for c, d in known)]
        if new:
            leaf.among[leaf.at : leaf.at + 1] = _parts(leaf.text, new)
        end = begin


def _parts(text: str, places: list[tuple[int, int]]) -> Iterator[str | MarkdownNode]:
    end = 0
    for start, stop in places:
        if start > end:
            yield text[end:start]
        yield {"tag": "odd", "children": [text[start:stop]], "codes": codes_of(text[start:stop])}
        end = stop
    if end < len(text):
        yield text[end:]
