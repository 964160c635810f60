"""What the card says: the question, the text under it, and the rest of the payload that must be seen to answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from ..control import Control
from ..fields import MISSING, as_read_json_text
from ..protocol import ContextView, ImageView
from ..requests import Request
from ..texts.apart import told_apart
from ..texts.jsonable import jsonable
from .expires_at import EXPIRES_KEYS, moment
from .payload import ASK_TAGS, as_dict, choice_key, question_key, readable
from .records import as_table

if TYPE_CHECKING:
    from ..rich.images import Image

_LONGEST_TEXT = 20_000
"""Characters of one part; a card is read, and its traits travel with every update."""
_MOST_PARTS = 50
_LONGEST_OF_ALL = 100_000
"""Characters of all parts."""
_LONGEST_LABEL = 300
_BLOCK = r"[ \t]*(?:[-+*>][ \t]|\d{1,9}[.)][ \t]|```|~~~|\|)"
"""How what is no plain paragraph begins in Markdown: a list, a quote, code, a table."""
_STARTS_WITH_BLOCK = re.compile(_BLOCK)
_NEXT_BLOCK = re.compile(rf"\n(?=[ \t]*\n|[ \t]*#{{1,6}}[ \t]|{_BLOCK})")


@dataclass(frozen=True)
class Question:
    """What a card says above its control, and the pictures that it shows there."""

    question: str
    description: str | None
    context: list[ContextView]
    images: tuple[Image, ...] = ()

    @property
    def image_views(self) -> list[ImageView]:
        """The pictures as the card names them."""
        return [
            {
                "asset": image.asset,
                "alt": image.alt,
                "caption": image.caption,
                "width": image.size[0] if image.size is not None else None,
                "height": image.size[1] if image.size is not None else None,
            }
            for image in self.images
        ]


def describe(request: Request, control: Control | None = None) -> Question:
    """What the card of a request says.

    Args:
        request: what is asked.
        control: how it is asked; its own words win over the payload's, and what it shows is not said twice.

    >>> request = Request("1", "send", "send", ("send",), {"question": "Send it?", "draft": "Dear Ada"})
    >>> describe(request).question, describe(request).context
    ('Send it?', [{'label': 'Draft', 'text': 'Dear Ada', 'mono': False}])
    """
    question, description, rest = read(request, control)
    images = cast("tuple[Image, ...]", tuple(request.live.get("images", ())))
    if control is None:
        return Question(cut(question), description, views(rest), images)
    return Question(
        question=cut(control.question or question),
        # An empty one says that the payload's own is shown elsewhere.
        description=description if control.description is None else control.description or None,
        context=views(rest) if control.context is None else list(control.context),
        images=images,
    )


def question_of(request: Request) -> str:
    """The question alone, where many are listed: reading the rest of a payload takes ten times as long.

    >>> question_of(Request("1", "send", "send", ("send",), {"question": "Send it?", "draft": "Dear Ada"}))
    'Send it?'
    """
    return read(request, None)[0]


def read(request: Request, control: Control | None) -> tuple[str, str | None, dict[str, Any]]:
    """A payload's question, the text under it, and its other parts, none of them cut."""
    payload = request.payload
    fallback = readable(request.node)
    if isinstance(payload, str):
        return (payload, None, {}) if payload.strip() else (fallback, None, {})
    if payload is None or request.kind != "interrupt":
        return fallback, None, {}
    said = as_dict(payload)
    if said is None:
        # A model or dataclass may carry its question like a dict; anything else is shown as it is.
        plain = jsonable(payload)
        said = as_dict(plain) if not isinstance(payload, dict) else None
        if said is None:
            return fallback, None, {"payload": payload}
    key = question_key(said)
    description = said.get("description")
    shown = {key, "control", *(name for name in EXPIRES_KEYS if moment(said.get(name)) is not None)}
    if isinstance(description, str):
        shown.add("description")
    if control is not None and _chooses(control):
        shown.update({choice_key(said), "multiple"})
    if control is not None and (control.default is not MISSING or control.secret):
        shown.add("default")  # the control starts from it
    own = said.get("type") in ASK_TAGS
    rest = {} if own else {name: value for name, value in said.items() if name not in shown}
    return (
        said[key] if key else fallback,
        description if isinstance(description, str) and description.strip() else None,
        rest,
    )


def headed(text: str) -> tuple[str, str]:
    r"""A question as the heading of its card, and what is under it: all but its first paragraph.

    >>> headed("Delete these?\n\nsrc/__init__.py and *.log")
    ('Delete these?', 'src/__init__.py and *.log')
    >>> headed("Send this\nto Ada?")
    ('Send this\nto Ada?', '')
    """
    begun = text.strip()
    if _STARTS_WITH_BLOCK.match(begun):
        return text, ""
    first, *rest = _NEXT_BLOCK.split(begun, maxsplit=1)
    under = "".join(rest).strip("\n")
    return (first, under) if under.strip() else (text, "")


def cut(text: str, longest: int = _LONGEST_TEXT) -> str:
    """A text that is not too large to show, or its beginning, which says so.

    >>> cut("x" * 12, 10)
    'xxxxxxxxxx… (2 more characters)'
    """
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text) - longest} more characters)"


def _chooses(control: Control) -> bool:
    return control.view["kind"] == "form" and control.view["field"]["type"] in {"choice", "choices"}


def views(rest: dict[str, Any]) -> list[ContextView]:
    """The parts of a payload as a card shows them."""
    parts = list(rest.items())
    shown: list[ContextView] = []
    left = _LONGEST_OF_ALL
    labels = told_apart({name: readable(name) for name, _ in parts[:_MOST_PARTS]})
    for name, label in labels.items():
        shown.append(_view(label, rest[name], min(left, _LONGEST_TEXT)))
        left = max(left - len(shown[-1]["text"]), 200)
    if len(parts) > _MOST_PARTS:
        shown.append({"label": "…", "text": f"{len(parts) - _MOST_PARTS} more", "mono": False})
    return shown


def _view(label: str, value: Any, longest: int) -> ContextView:
    plain = jsonable(value)
    is_text = isinstance(plain, str)
    text = cut(plain if is_text else as_table(plain) or as_read_json_text(plain), longest)
    # What an object says of itself on several lines is a table: a data frame's columns stand below each other.
    is_table = is_text and not isinstance(value, str) and "\n" in text
    return {"label": cut(label, _LONGEST_LABEL), "text": text, "mono": isinstance(plain, dict | list) or is_table}
