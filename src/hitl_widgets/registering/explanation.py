"""Explanation: why a request gets its control, as a table to read."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from ..control import Control
from ..control.deciding import Deciding
from ..controls import Matcher, Tier
from ..requests import Request
from ..texts.odd import spelled
from ..texts.raised import line_of, message_of
from ..texts.table import NO_MATH
from .registration import NotAControlError, without_addresses

NOT_MINE = "did not match"


@dataclass(frozen=True)
class Skipped:
    """A matcher that was asked before the one that decided, and why it did not decide."""

    matcher: Matcher
    why: str


@dataclass(frozen=True)
class Part:
    """A part of the control that something else than its matcher made: a field of a form, a call in a card of several.

    Attributes:
        where: the path of the field, or the call.
        matcher: the name of what made it.
        what: what it is.
    """

    where: str
    matcher: str
    what: str


@dataclass(frozen=True)
class _Row:
    mark: str
    matcher: str
    tier: str
    said: str


@dataclass(frozen=True)
class Explanation:
    """Why a request gets the control it gets. Prints as a table, with the row that decided marked.

    Attributes:
        request: the request.
        tier: the tier that decided.
        matcher: the name of the matcher that decided.
        control: the control.
        skipped: who was asked before, and why they did not decide.
        parts: the parts of the control that were registered for a format or a tool.
    """

    request: Request
    tier: Tier
    matcher: str
    control: Control
    skipped: tuple[Skipped, ...]
    parts: tuple[Part, ...] = ()

    @property
    def _rows(self) -> list[_Row]:
        asked = [_Row("", one.matcher.name, one.matcher.tier.value, one.why) for one in self.skipped]
        decided = _Row("→", self.matcher, self.tier.value, f"decided: {described(self.control)}")
        parts = [_Row("+", one.matcher, Tier.REGISTERED.value, f"{one.where}: {one.what}") for one in self.parts]
        return [*asked, decided, *parts]

    @property
    def _head(self) -> str:
        asker = " › ".join(self.request.asked_by) or self.request.node
        return f"{self.request.key!r}, asked by {asker}, gets {described(self.control)}"

    def __str__(self) -> str:
        titles = _Row("", *_TITLES)
        wide = [
            max(map(len, column))
            for column in zip(*([row.matcher, row.tier] for row in (titles, *self._rows)), strict=True)
        ]
        lines = [
            f"{row.mark:1} {row.matcher:<{wide[0]}}  {row.tier:<{wide[1]}}  {row.said}".rstrip()
            for row in (titles, *self._rows)
        ]
        return spelled("\n".join([f"{self._head}.", "", *lines]))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(map(_html, self._rows))
        head = "".join(f"<th{_LEFT}>{title}</th>" for title in ("", *_TITLES))
        return (
            f'<table{NO_MATH}><caption style="text-align: left">{escape(spelled(self._head))}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


_TITLES = ("Asked", "Because of", "What came of it")
_LEFT = ' style="text-align: left"'


def _html(row: _Row) -> str:
    cells = [escape(spelled(cell)) for cell in (row.mark, row.matcher, row.tier, row.said)]
    if row.mark:
        cells = [f"<strong>{cell}</strong>" for cell in cells]
    return f"<tr>{''.join(f'<td{_LEFT}>{cell}</td>' for cell in cells)}</tr>"


def described(control: Control) -> str:
    """A control in a few words."""
    view = control.view
    match view["kind"]:
        case "form" if view["field"]["type"] == "object":
            names = [named["name"] for named in view["field"]["fields"]]
            return f"a form ({', '.join(names[:4])}{', …' if len(names) > 4 else ''})"
        case "form":
            return f"a form ({view['field']['type']})"
        case "approval":
            return f"two buttons ({view['approve']}, {view['reject']})"
        case "widget":
            return f"a widget ({type(control.widget).__name__})"
        case "decide":
            titles = [item.title for item in control.items] if isinstance(control, Deciding) else []
            return f"a decision about {', '.join(titles)}"
        case _:
            return "the state, to continue or stop"


def reason_of(error: BaseException) -> str:
    """Why a matcher was skipped that raised."""
    if isinstance(error, NotAControlError):
        return without_addresses(message_of(error))
    return f"raised {without_addresses(line_of(error))}"
