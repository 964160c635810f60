"""A Markdown text as the elements that are drawn."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

MarkdownTag = Literal[
    "p", "ul", "ol", "li", "blockquote", "pre", "hr", "table", "thead", "tbody", "tr", "th", "td",
    "strong", "em", "s", "code", "a", "odd",
]  # fmt: skip


class MarkdownNode(TypedDict):
    """A part of a Markdown text, read in the kernel: the element that the browser draws, and nothing else ever."""

    tag: MarkdownTag
    children: list[str | MarkdownNode]
    """Texts are shown as they are, with their line breaks and spaces."""
    href: NotRequired[str]
    """Of `a`: an `http:` or `https:` address."""
    host: NotRequired[str]
    """Of `a`: where it leads, unless its text says so already."""
    start: NotRequired[int]
    """Of `ol`: its first number, if that is not 1."""
    codes: NotRequired[str]
    """Of `odd`, letters that look like others, which the texts beside them tell: what they are."""
    align: NotRequired[Literal["left", "center", "right"]]
    """Of `th` and `td`."""
