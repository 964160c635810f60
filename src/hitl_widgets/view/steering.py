"""What people do to a run beside answering it: go back and try another answer, begin again, go on with another input."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any

from ..decisions import Decision
from ..errors import HitlError, InvalidAnswerError
from ..inside.history import history_in
from ..inside.reading import know_secrets
from ..protocol import ComparisonView, ForkIntent
from ..running.following.records import Namespace, node_names
from ..running.forks.fork import fork_of, restart_of, step_of
from ..running.forks.forked import Fork
from ..running.forks.place import place_of, why_not_inside
from ..running.run import Run
from ..running.secrets import Secrets
from ..running.steps import ASK_INPUT
from ..texts.clipped import clipped
from ..texts.raised import line_of
from ..thread.comparing import Comparison, compare
from ..thread.history import History, Step, history_of
from ..thread.secret_keys import secret_keys_of

if TYPE_CHECKING:
    from .widget import SessionWidget

_BEFORE = 3
"""Steps that are the same and shown before the runs part."""
_LONGEST = 20_000
"""Characters of a value in a comparison."""
_SHOWN = 60
"""Steps in a comparison; the whole is `session.compare(...)`."""


class Steering:
    """Does to a run what a view asks for; what cannot be done is said as a notice.

    Args:
        run: the run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    async def fork(self, intent: ForkIntent) -> None:
        """Start another run from a decision, or from a step."""
        await self._told(self._fork(intent))

    async def restart(self) -> None:
        """Start another run with the same input."""
        await self._told(self._restart())

    async def follow_up(self) -> None:
        """Ask for another input on a thread that has finished."""
        await self._told(self._follow_up())

    async def _fork(self, intent: ForkIntent) -> None:
        run = self._run
        at: Decision | Step
        if "decision" in intent:
            at = _decision(run, intent["decision"])
        elif "task" in intent:
            at = await _step_inside(run, intent["task"])
        else:
            at = step_of(await _outermost(run), intent.get("step", -1))
        # Who wants to answer differently than a policy does is not answered for by it.
        fork_of(run, place_of(run, at), pause=intent["pause"], by_hand="decision" in intent)

    async def _restart(self) -> None:
        restart_of(self._run)

    async def _follow_up(self) -> None:
        self._run.follow_up(ASK_INPUT)

    async def _told(self, work: Awaitable[None]) -> None:
        try:
            await work
        except (HitlError, LookupError) as error:
            self._run.notice(str(error))
        except Exception as error:  # noqa: BLE001  (nobody would see it: the checkpointer's)
            self._run.notice(f"That could not be done. {line_of(error)}")


def _decision(run: Run, index: int) -> Decision:
    decisions = list(run.decisions)
    if not 0 <= index < len(decisions):
        raise IndexError(f"There is no decision {index}: there are {len(decisions)}.")
    return decisions[index]


async def _step_inside(run: Run, task: str) -> Step:
    """The step of a nested graph that has a task.

    Raises:
        HitlError: nothing can be started from it, or the thread does not have it any more.
    """
    await run.past.read()
    ns, checkpoint = _place_of_task(run, task)
    if not ns or checkpoint is None or run.driver.is_served:
        raise HitlError(why_not_inside(run.driver, node_names(ns)))
    other: Run | None = run
    while other is not None:
        for step in await history(other):
            for nested in step.inside:
                if nested.config.get("configurable", {}).get("checkpoint_id") == checkpoint:
                    return nested
        # A fork's thread has the nested graphs of the step that it starts from alone.
        other = other.origin.copied_from
    raise HitlError("The thread has no such step any more.")


def _place_of_task(run: Run, task: str) -> tuple[Namespace, str | None]:
    """The namespace and the checkpoint of a task's step.

    Raises:
        LookupError: there is no such task.
    """
    with run.lock:
        for step in reversed(run.state.steps):
            if any(one.id == task for one in step.tasks):
                return step.ns, step.checkpoint
        for _, step, one in run.past.tasks():
            if one.id == task:
                return step.ns, step.checkpoint
    raise LookupError("There is no such step any more.")


def open_fork(run: Run, name: str) -> None:
    """Give a fork a view, if it has none yet; it is named in the run's own view."""
    # A view has forks that have views: each is made when somebody looks at it.
    from .display import Display

    fork = _fork(run, name)
    if fork is None:
        return
    if fork.display is None:
        fork.display = Display(fork.run)
    fork.display.shown_by(run)
    run.changed()


def shown_in(fork: Fork) -> SessionWidget | None:
    """A fork's view, once somebody has looked at it."""
    return vars(fork.display).get("widget") if fork.display is not None else None


async def comparison(run: Run, name: str) -> ComparisonView:
    """Where a fork parts from its run, for the browser.

    Raises:
        InvalidAnswerError: there is no such fork.
    """
    fork = _fork(run, name)
    if fork is None:
        raise InvalidAnswerError("There is no such fork of this run.")
    ours, theirs = await history(run), await history(fork.run)
    states = (await run.driver.snapshot()).values, (await fork.run.driver.snapshot()).values
    known = Secrets()
    known.learn(run.secrets)
    known.learn(fork.run.secrets)
    # The states of long runs take long to compare, and the loop may be the kernel's.
    return await run.driver.call(_compared, ours, theirs, states, secret_keys_of(run.driver.graph), known)


def _compared(
    ours: History, theirs: History, states: tuple[Any, Any], secrets: frozenset[str], known: Secrets
) -> ComparisonView:
    return comparison_view(compare(ours, theirs, *states, secrets, known))


def comparison_view(found: Comparison) -> ComparisonView:
    first = max((found.parts_at if found.parts_at is not None else len(found.pairs)) - _BEFORE, 0)
    pairs = found.pairs[first : first + _SHOWN]
    return {
        "words": found.words,
        "before": first,
        "pairs": [
            {
                "step": (pair.ours or pair.theirs).index,  # type: ignore[union-attr]
                "ours": ours or None,
                "theirs": theirs or None,
                "same": pair.is_same,
            }
            for pair in pairs
            for ours, theirs in [pair.words]
        ],
        "after": len(found.pairs) - first - len(pairs),
        "parts_at": None if found.parts_at is None else found.parts_at - first,
        "keys": [
            {"key": key, "ours": clipped(ours, _LONGEST), "theirs": clipped(theirs, _LONGEST)}
            for key, (ours, theirs) in found.differing.items()
        ],
        "same": list(found.same),
    }


async def _outermost(run: Run) -> History:
    """The steps of a run's thread, without those of nested graphs, which take longer to read."""
    await know_secrets(run.driver, run.secrets)
    return history_of(await run.driver.history(), run.decisions, secret_keys_of(run.driver.graph), known=run.secrets)


async def history(run: Run) -> History:
    """The steps of a run's thread, with those of nested graphs."""
    await know_secrets(run.driver, run.secrets)
    return await history_in(run)


def _fork(run: Run, name: str) -> Fork | None:
    with run.lock:
        return next((one for one in run.forks if one.name == name), None)
