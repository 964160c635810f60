"""A static breakpoint (`interrupt_before`, `interrupt_after`): go on, go on with a changed state, or stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from typing_extensions import override

from ..control import Control
from ..decisions import Told
from ..errors import InvalidAnswerError
from ..fields import is_object
from ..requests import Request
from ..texts.jsonable import as_text, jsonable
from ..texts.messages import is_message
from ..thread.breakpoints import Breakpoint
from .question import views

if TYPE_CHECKING:
    from .state_form import StateForm


def static_breakpoint(request: Request) -> Control | None:
    """The state as a form, and three buttons.

    `True` goes on, `False` stops the run, `{"update": {...}}` goes on with other values for some keys.
    """
    if request.kind != "breakpoint":
        return None
    if not isinstance(request.payload, Breakpoint):
        # A request that was made by hand, in a test of somebody's registry.
        return Control.approval(
            approve="Continue",
            reject="Stop",
            reason="none",
            title=f"Continue with {request.node}?",
            default=True,
        )
    from .state_form import state_form  # few graphs stop at a breakpoint

    form = state_form(request.payload)
    return _BreakpointControl(
        {"kind": "breakpoint", "field": form.field},
        parse=lambda answer: _parse(form, answer),
        question=_question(request.payload),
        description=_beside(request.payload),
        context=tuple(views({key: _told(value) for key, value in form.read_only.items()})),
        default=True,
        decided=lambda answer: (jsonable(answer), None),
    )


class _BreakpointControl(Control):
    """Three buttons, whose answer is told by what they say."""

    @override
    def told(self, answer: Any) -> Told | None:
        return Told("Continued" if answer else "Stopped", answer) if isinstance(answer, bool) else None


def _told(value: Any) -> Any:
    """Messages as who says what, a paragraph each; any other value as it is."""
    plain = jsonable(value)
    several = cast("list[Any]", plain) if isinstance(plain, list) else [plain]
    return "\n\n".join(as_text(one, None) for one in several) if several and all(map(is_message, several)) else value


def _question(stop: Breakpoint) -> str:
    nodes = " and ".join(stop.nodes) or "this step"
    return f"{stop.when.capitalize()} {nodes}: continue?"


def _beside(stop: Breakpoint) -> str | None:
    if not stop.beside:
        return None
    more = "one more graph stands" if stop.beside == 1 else f"{stop.beside} more graphs stand"
    return (
        f"Beside this one {more} at a breakpoint. LangGraph goes on with all of them at once; what is changed here is "
        "changed in this one alone."
    )


def _parse(form: StateForm, answer: Any) -> Any:
    if isinstance(answer, bool):
        return answer
    update = answer.get("update") if is_object(answer) and answer.keys() == {"update"} else None
    if not isinstance(update, Mapping):
        raise InvalidAnswerError(
            'A breakpoint takes True to continue, False to stop, or {"update": {...}} with new values by state key.'
        )
    changes = form.changes(cast("Mapping[str, Any]", update))
    return {"update": changes} if changes else True
