"""What every policy is: a name, which requests it is for, when it is asked, and its answer."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from ..control import Control
from ..control.at_once import said_at_once
from ..controls.question import Question
from ..requests import Request
from ..texts.odd import spelled
from .answers import NO_ANSWER, Answer

Given: TypeAlias = Answer | Mapping[int, Answer] | Any
"""An answer to a whole request; or answers by the places of its calls; or `NO_ANSWER`."""

Ask: TypeAlias = Callable[..., Awaitable[Any]]
"""Calls a function of the user's, sync or async, without standing in the graph's way: a driver's `call`."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Policy(ABC):
    """Answers for a person. Made by `hitl.policy`, given to `hitl.run(..., policies=[...])`.

    Attributes:
        name: what decisions, the timeline and the cards call it.
        nodes: the nodes or request keys that it is for; empty for all.
        when: a test of the request (of the call, for a policy about a tool).
        timeout: seconds that it leaves to a person first; `None`: it answers at once.
    """

    name: str
    nodes: frozenset[str] = frozenset()
    when: Callable[[Any], Any] | None = None
    timeout: float | None = None

    @property
    def takes_time(self) -> bool:
        """Whether its answer may be a while in coming, so that a card says that it is asked."""
        return False

    @property
    def tells_others(self) -> bool:
        """Whether what is asked leaves this process with what it calls: no secret that the run was given is in that."""
        return False

    def told(self, args: tuple[Any, ...], masked: Callable[[Any], Any]) -> tuple[Any, ...]:
        """What is told to others of what it asks with.

        Args:
            args: what it asks with.
            masked: what has dots where a secret stood.
        """
        return masked(args)

    @abstractmethod
    async def decide(self, request: Request, control: Control, question: Question, ask: Ask) -> Given:
        """Its answer.

        Args:
            request: what is asked.
            control: how.
            question: what the card says.
            ask: how to call a function of the user's.
        """

    def applies(self, request: Request, control: Control) -> bool:
        """Whether it is for this request."""
        return self.is_for(request) and (self.when is None or holds(self.when, request))

    def is_for(self, request: Request) -> bool:
        """Whether it is for this request's node."""
        return not self.nodes or not self.nodes.isdisjoint({request.key, request.node, "/".join(request.path)})

    def promise(self, control: Control) -> tuple[str, str]:
        """With a `timeout`: what the card says before its time has come, and after that if it had no answer."""
        return f"Policy “{self.name}” answers in", f"Policy “{self.name}” had no answer. It waits for you."

    def __repr__(self) -> str:
        return spelled(f"<Policy: {self.name}>")


def holds(when: Callable[[Any], Any], thing: Any) -> bool:
    """What a predicate says.

    Raises:
        TypeError: it is a coroutine function, and a coroutine is true whatever it would have said.
    """
    return bool(said_at_once("when=", when, thing))


def as_answer(given: Any) -> Answer | Any:
    """What a function of the user's returned, as an `Answer`, or `NO_ANSWER`.

    Raises:
        TypeError: it is a generator, which has answered nothing.
    """
    if inspect.isgenerator(given) or inspect.isasyncgen(given):
        raise TypeError("answer= takes a function that returns the answer, not a generator")
    return given if given is NO_ANSWER or isinstance(given, Answer) else Answer(given)


def checked(policies: Any) -> tuple[Policy, ...]:
    """What `policies=` was given.

    Raises:
        TypeError: something of it is no policy.
    """
    if isinstance(policies, Policy):
        raise TypeError(f"policies= takes a list: policies=[{policies!r}].")
    given = tuple(cast("Any", policies or ()))
    for one in given:
        if not isinstance(one, Policy):
            way_out = " hitl.policy(answer=that_function) makes one of a function." if callable(one) else ""
            raise TypeError(f"policies= takes what hitl.policy(...) makes, not {one!r}.{way_out}")
    return given
