"""A pending request as the session keeps it: its control, and what came of the replies so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from ..asking.live import is_missing
from ..control import Control
from ..control.at_once import said_at_once
from ..control.unquoted import REFUSED
from ..controls.question import Question
from ..decisions import By, Decision, now
from ..driver.answers.address import Written
from ..errors import InvalidAnswerError
from ..fields import as_json_text
from ..policies.deadlines import Due
from ..protocol import Again, WhyView
from ..requests import Request
from ..rich.in_view import needs_rich
from ..texts.jsonable import jsonable
from ..texts.raised import ANYBODYS, line_of
from ..thread.asked import Asked

if TYPE_CHECKING:
    from ..files.field import FieldFiles
NOTHING_TO_SHOW = "There is nothing to show: this question is no longer open."
INSTEAD = "The control of this question is broken. Answer in JSON: the graph gets that as it is."


class BrokenControlError(InvalidAnswerError):
    """A control's own code has failed over a reply in a way that says nothing of the reply."""


def request_of(card: str) -> str:
    """The id of the request that a card is of (`Pending.card`)."""
    return card.partition("~")[0]


@dataclass(eq=False)
class Pending:
    """A request from the moment it is asked until the graph has gone on.

    Attributes:
        asked: the request and where its answer goes.
        control: how it is asked.
        question: what the card says.
        as_asked: the payload as it was asked, whatever its control has changed in it since.
        said: what the model has said that calls for what is asked about.
        status: `answered` from the moment the answer is durable; `taking` while it is being made so.
        field_errors: why the last reply was refused, by field.
        refusals: how many replies were refused.
        answer: what the graph gets.
        written: with `answered`: what was written into the thread; `None` if the answer goes by id instead.
        breaks: how often its control's own code has failed over a reply. Twice, and the JSON editor takes its place.
        broken: the control whose place that has taken.
        passes: with `answered`: how often the graph had been streamed by then.
        overtaken: the graph was at work while it was written, and may have written over it, or that has failed.
        is_gone: it is not pending any more.
        since: when this session first saw it, UTC.
        expires: its own deadline.
        due: the policies that answer it later, and when.
        asked_of: the policies that were asked about it; none is asked twice.
        unsaved: what it was given beforehand, and by what, while that is being saved.
        asking: the name of the policy that is being asked.
        was_shown: a browser has its card.
        held: no person has been asked so far: the policies that answer at once come first.
        touched: when somebody was last at its card.
        again: whether its node has asked before.
        why: what was found in its node's source, once somebody wanted to know.
        closed: why it is not asked any more, where that was not done here; a sentence.
        nth: how often its node had asked something else under the same id before.
        newer: what its node asks by now, while an answer to this is looked at.
    """

    asked: Asked
    control: Control
    question: Question
    as_asked: Any = None
    said: str = ""
    status: Literal["open", "taking", "answered"] = "open"
    field_errors: dict[str, str] = field(default_factory=dict)
    refusals: int = 0
    answer: Any = None
    written: Written | None = None
    breaks: int = 0
    broken: Control | None = None
    passes: int | None = None
    overtaken: bool = False
    is_gone: bool = False
    since: datetime = field(default_factory=now)
    expires: datetime | None = None
    due: list[Due] = field(default_factory=list[Due])
    asked_of: list[object] = field(default_factory=list[object])
    unsaved: tuple[object, Any] | None = None
    asking: str | None = None
    held: bool = False
    was_shown: bool = False
    touched: datetime | None = None
    again: Again | None = None
    why: WhyView | None = None
    closed: str | None = None
    nth: int = 0
    newer: Pending | None = None

    @property
    def request(self) -> Request:
        return self.asked.request

    @property
    def card(self) -> str:
        """The id of its card: what was entered for other words, or is sent for them, is not for this one."""
        return f"{self.request.id}~{self.nth}" if self.nth else self.request.id

    @cached_property
    def is_missing(self) -> bool:
        """Whether it is about something that is not here."""
        return is_missing(self.request.payload, self.request.live)

    @cached_property
    def needs_rich(self) -> bool:
        """Whether its card has something that few cards need, and whose code is therefore sent apart."""
        return needs_rich(self.control.view) or bool(self.question.images)

    @cached_property
    def files(self) -> FieldFiles:
        """The folders that its fields look into, and what is uploaded there."""
        from ..files.field import FieldFiles  # few questions ask for a file

        files = FieldFiles(self.control.view)
        if self.is_gone:
            files.close()
        return files

    def close(self) -> None:
        """It is not pending any more: nothing is looked for or uploaded for it."""
        self.is_gone = True
        if "files" in self.__dict__:
            self.files.close()

    def fetch(self, what: Mapping[str, Any]) -> Any:
        """A part of what its card shows, for the browser.

        A card that is `closed` goes on showing what it did, and nothing more is done for an answer to it.

        Raises:
            InvalidAnswerError: there is no such part, or it may not be seen; a sentence.
        """
        if self.closed is not None and ("in_json" in what or self.control.fetch is None):
            raise InvalidAnswerError(NOTHING_TO_SHOW)
        if "in_json" in what:
            return self._in_json(what["in_json"])
        if self.control.fetch is not None:
            return self.control.fetch(what)
        return self.files.fetch(what)

    def _in_json(self, reply: Any) -> str:
        """The answer so far as JSON, for who goes on with it there."""
        control = self.broken or self.control
        if control.secret:
            raise InvalidAnswerError("This is a secret, so it is not written as JSON.")
        return as_json_text(jsonable(control.half_answered(reply)))

    @cached_property
    def assets(self) -> dict[str, str]:
        """The pictures that its card names, as `data:` URLs by name."""
        return {image.asset: image.url for image in self.question.images} | dict(self.control.assets)

    def refuse(self, error: InvalidAnswerError) -> None:
        """Open it again, with the reason where it can be mended."""
        self.status = "open"
        self.answer = None
        self.written = None
        self.field_errors = dict(error.fields)
        self.refusals += 1
        if not isinstance(error, BrokenControlError):
            return
        self.breaks += 1
        if self.breaks > 1 and not self.control.secret:
            self.field_errors = {"": f"{error}. {INSTEAD}"}
            self.broken = self.control
            self.control = Control.json().checked_by(self.request.response_schema)
            for made_of_it in ("assets", "needs_rich"):
                self.__dict__.pop(made_of_it, None)

    def about(self, masked: Callable[[str], str]) -> str:
        """What it is about, the same for the same (`policies/about.py`).

        Args:
            masked: what may be told of a text.
        """
        from ..policies.about import about  # the calls that a request asks about are known further up

        return about(self.request, self.control, masked)

    def _decided(self) -> tuple[Any, str | None]:
        """What of the answer is remembered as the decision, and the reason in it."""
        if self.control.decided is None:
            return self.answer, self.control.reason_in(self.answer)
        try:
            value, said = said_at_once("decided=", self.control.decided, self.answer)
            if not isinstance(said, str | None):
                raise TypeError(f"decided= gives the decision and its reason, a text, not {type(said).__name__}")
        except ANYBODYS as error:
            if self.control.secret:  # what it says may quote it
                raise BrokenControlError(REFUSED) from None
            raise BrokenControlError(line_of(error)) from error
        return value, said

    def decision(
        self,
        by: By,
        reason: str | None,
        policy: str | None = None,
        at: str | None = None,
        masked: Callable[[str], str] = str,
    ) -> Decision:
        """The answer as it is remembered; of a secret only that there was one.

        Args:
            by: who answered.
            reason: what was said beside it.
            policy: the name of the policy that answered.
            at: the id of the checkpoint that the thread stands at.
            masked: what may be told of a text that it was given to.

        Raises:
            BrokenControlError: the control's own code has failed over it.
        """
        from ..policies.about import approves

        secret = self.control.secret
        value, said = self._decided()
        return Decision(
            key=self.request.key,
            node=self.request.node,
            path=self.request.path,
            question=self.question.question,
            value=None if secret else value,
            by=by,
            at=now(),
            reason=jsonable(reason or said),  # half of an emoji could be neither shown nor recorded
            interrupt_id=self.request.id,
            secret=secret,
            told=self.control.told(self.answer),
            policy=", ".join(self.control.policies_in(self.answer)) or policy,
            checkpoint=at,
            about=self.about(masked) if self.request.kind == "interrupt" else None,
            approves=approves(self.request, self.control),
            asker=self.request.asker,
        )
