"""Controls of the user's own for the calls of tools, one alone or several in a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property

from ..calls import Call, calls_in
from ..control import Control
from ..control.deciding import Deciding, deciding
from ..control.items import Item
from ..controls.agent_inbox import agent_inbox
from ..controls.approve import approve_call
from ..controls.hitl_request import hitl_request
from ..controls.tool_approval import tool_approval
from ..requests import Request
from ..texts.raised import ANYBODYS
from .explanation import Part, Skipped, described, reason_of
from .registration import Registration, as_control

_FAMILIES: tuple[Callable[[Request], Control | None], ...] = (approve_call, tool_approval, hitl_request, agent_inbox)


class Calls:
    """The registrations for tools, at work on the calls that a request asks about.

    Attributes:
        parts: the calls of a card of several that are shown by one of them.
        skipped: what failed for one of these calls.
    """

    def __init__(self, registered: Sequence[Registration], request: Request) -> None:
        self._registered = [one for one in registered if one.tool is not None]
        self._request = request
        self.parts: list[Part] = []
        self.skipped: list[Skipped] = []
        self._tried = False

    @cached_property
    def _found(self) -> tuple[Control, tuple[Call, ...]] | None:
        """The family's own control for the calls, and these, in its order."""
        if not (calls := calls_in(self._request)):
            return None
        control = next((made for family in _FAMILIES if (made := family(self._request)) is not None), None)
        return None if control is None else (control, calls)

    def control(self, registration: Registration, _request: Request) -> Control | None:
        """What a registration makes of the request: of its only call, or of a card of several, each by its own."""
        if self._found is None:
            return None
        from .call_control import for_only_call  # few register for a tool

        family, calls = self._found
        family = family.checked_by(self._request.response_schema)
        if len(calls) == 1:
            own = _own(registration, calls[0])
            return None if own is None else for_only_call(family, calls[0], own)
        concerned = any(call.name == registration.tool for call in calls)
        return self._card(family, calls) if concerned and isinstance(family, Deciding) else None

    def _card(self, family: Deciding, calls: Sequence[Call]) -> Control | None:
        """The card of several calls; `None` if nobody has anything to say about any of them."""
        if len(calls) != len(family.items) or self._tried:
            return None
        self._tried = True
        from .call_control import holds_secret

        items = [self._item(family, index, call) for index, call in enumerate(calls)]
        if not self.parts:
            return None
        made = deciding(items, question=family.question or "", shape=family.shape, approve=_rest_word(family))
        return replace(made.held_to(family.schema), for_secret=family.secret or holds_secret(family))

    def _item(self, family: Deciding, index: int, call: Call) -> Item:
        from .call_control import for_item

        for registration in self._registered:
            try:
                own = _own(registration, call)
                if own is None:
                    continue
                item = for_item(family, index, call, own)
            except ANYBODYS as error:  # the next one is asked
                self.skipped.append(Skipped(registration.matcher(), f"{family.items[index].title}: {reason_of(error)}"))
                continue
            self.parts.append(Part(family.items[index].title, registration.name, described(own)))
            return item
        return family.items[index]


def _own(registration: Registration, call: Call) -> Control | None:
    """The control that a registration has for one call."""
    request = registration.concerns(call.alone)
    answer = None if request is None else registration.made(request)
    return None if answer is None else as_control(answer)


def _rest_word(family: Deciding) -> str | None:
    view = family.view
    rest = view["rest_label"] if view["kind"] == "decide" and view["rest"] is not None else None
    return None if rest is None else rest.removesuffix(" the rest")
