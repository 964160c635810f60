"""The projection: what the browser is told of a run, in the shapes of `protocol/`. Plain data, no Jupyter."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Protocol, cast

from ..calls import calls_decided
from ..controls.question import headed
from ..decisions import Decision, Decisions
from ..policies import Always
from ..policies.deadlines import deadline_view
from ..protocol import CardView, ControlView, DecisionsView, DecisionView, ErrorView, ForkView, RunView
from ..running.forks.forked import Fork
from ..running.pending import Pending
from ..running.picked_up import FailedEarlierError
from ..running.run import Run
from ..running.secrets import Secrets
from ..running.withheld import shown_of
from ..texts import markdown
from ..texts.moments import stamp
from ..texts.raised import message_of
from .conversation import said_last
from .drawn import Drawn
from .steering import shown_in

if TYPE_CHECKING:
    from .timeline import Timeline

LATEST = 50
"""How many decisions the static story has."""
LONGEST_ANSWER = 20_000
"""Characters of an answer in the timeline; the whole is in `session.decisions`."""
TRACEBACK_LIMIT = 20_000
"""How much of a traceback is sent, in characters; the whole is in `session.error`."""

KEPT = "Answered. Retry goes on with this answer; “Answer differently” in the timeline gives another."
"""What the card says of an answer that a run has failed beside."""

_NAMES = frozenset({"tag", "type", "name", "asset"})
"""What of a card the browser reads rather than a person."""
_WORDS = frozenset(
    {"title", "label", "help", "example", "text", "submit", "approve", "reject", "reason_label", "rest_label"}
)
"""What of a control is only read by people."""
_SENT = frozenset({"default", "compare", "constants", "link"})
"""What of it an answer starts from or is made of, and where a link leads: that stays as it is."""


def project(run: Run, drawn: Drawn, seq: int, timeline: Timeline, offered: Pending | None = None) -> dict[str, Any]:
    """The traits of the view, by name, all from one moment.

    Args:
        run: the run.
        drawn: its graph as it is drawn.
        seq: how many projections were sent before.
        timeline: its rows.
        offered: what nobody asks, and can be answered.
    """
    with run.lock:
        state = run.state if run.others.seen is None else run.others.seen
        shown = [*shown_of(run), *([] if offered is None else [offered])]
        # Before the edges: it sees what of them was taken before.
        rows = timeline.view()
        return {
            "run": run_view(run, seq, drawn),
            "graph": drawn.view,
            "nodes": drawn.nodes(state, run.stands_before, run.runs_next, run.breakpoints.paths, mask=run.secrets.line),
            "edges": drawn.edges(state),
            "cards": _at_rest(run, cards_view(drawn, shown, run.secrets)),
            "assets": {name: url for one in shown for name, url in one.assets.items()},
            "timeline": rows,
            "forks": [fork_view(fork) for fork in run.forks],
        }


def run_view(run: Run, seq: int, drawn: Drawn) -> RunView:
    view: RunView = {
        "seq": seq,
        "status": run.status,
        "thread_id": run.driver.config["configurable"]["thread_id"],  # type: ignore[typeddict-item]
        "notices": [run.secrets.mask(notice) for notice in run.told],
        "error": error_view(run, run.error) if run.error is not None else None,
        "can_retry": run.status in {"failed", "stopped"},
        "attach": attach_view(run),
    }
    if run.name is not None:
        view["name"] = run.name
    if tools := [policy.tool for policy in run.policies if isinstance(policy, Always)]:
        view["always"] = tools
    if said := said_last(run):
        view["said"] = said
    if run.stopping and run.status == "running":
        view["stopping"] = True
    drawn_nodes = (box["id"] for box in drawn.view["nodes"] if box["kind"] == "node")
    if never := [id for id in drawn_nodes if not run.breakpoints.can_stop_at(tuple(id.split(":")))]:
        view["never_stops"] = never
    return view


def attach_view(run: Run) -> str | None:
    """The code that goes on with the thread, and stops where the run stops now."""
    return run.attach and f"{run.attach[:-1]}{run.breakpoints.as_arguments()})"


def error_view(run: Run, error: BaseException) -> ErrorView:
    node, secrets = run.failed_node, run.secrets
    if not secrets.are_all:
        return {"type": type(error).__name__, "message": "…", "node": node, "traceback": ""}
    if isinstance(error, FailedEarlierError):
        from ..inside.exceptions import error_view as read  # few runs are picked up that have failed

        said = read(str(error), secrets)
        return {"type": said["type"], "message": said["message"][:TRACEBACK_LIMIT], "node": node, "traceback": ""}
    # As it was raised in the graph: each cell that has waited for it has put frames of its own before those.
    passed = "".join(traceback.format_exception(type(error), error, run.error_traceback))
    return {
        "type": type(error).__name__,
        "message": secrets.mask(message_of(error))[:TRACEBACK_LIMIT],
        "node": node,
        "traceback": secrets.mask(passed)[-TRACEBACK_LIMIT:],
    }


class Locates(Protocol):
    """Knows where a node is drawn."""

    def locate(self, path: tuple[str, ...], /) -> str | None:
        """The id of the drawn node, if it is drawn."""
        ...


def cards_view(drawn: Locates, shown: Sequence[Pending], secrets: Secrets) -> list[CardView]:
    """The cards. What was said to call for several of them stands on the first."""
    cards = [card_view(drawn, one, secrets) for one in shown]
    for (above, _), (one, card) in pairwise(zip(shown, cards, strict=True)):
        if one.said == above.said and one.request.path == above.request.path:
            card.pop("said", None)
    return cards


def _at_rest(run: Run, cards: list[CardView]) -> list[CardView]:
    """The cards of a run that has failed: nothing is done with an answer there until somebody retries."""
    for card in cards if run.status == "failed" else ():
        if card["status"] == "answered":
            card.setdefault("closed", KEPT)
    return cards


def card_view(drawn: Locates, pending: Pending, secrets: Secrets | None = None) -> CardView:
    """A card. Where its question quotes a secret that was given before there are dots; what is sent stays.

    As long as there may be others (`are_all`) there is none (`running/withheld.py`).
    """
    secrets = secrets or Secrets()
    view = _card_view(drawn, pending, secrets)
    if not secrets:
        return view
    if _quotes(pending, view, secrets):
        view["unkept"] = True
    for place in ("question", "description", "context", "images", "error"):
        view[place] = _masked(view[place], secrets)
    if "said" in view:
        view["said"] = _masked(view["said"], secrets)
    view["field_errors"] = {path: secrets.mask(text) for path, text in view["field_errors"].items()}
    if view["control"]["kind"] != "table":
        view["control"] = cast("ControlView", _worded(view["control"], secrets))
    if "always" in view and secrets.mask(view["always"]) != view["always"]:
        del view["always"]
    return view


def _quotes(pending: Pending, view: CardView, secrets: Secrets) -> bool:
    """Whether a secret stands on a card as it was asked, or may: what is typed there is an answer to it."""
    if view["control"]["kind"] == "table":
        return True  # its cells are in no view, and to go through those of a large frame would take too long
    asked, formatted = pending.question, [view["description"], view.get("said")]
    texts = [pending.said, asked.question, asked.description, formatted, asked.context]
    return secrets.are_in([*texts, view["images"], view["control"]])


def _masked(shown: Any, secrets: Secrets) -> Any:
    if isinstance(shown, str):
        return secrets.mask(shown)
    if isinstance(shown, list):
        return [_masked(one, secrets) for one in cast("list[Any]", shown)]
    if isinstance(shown, dict):
        return {
            key: inner if key in _NAMES else _masked(inner, secrets)
            for key, inner in cast("dict[str, Any]", shown).items()
        }
    return shown


def _worded(part: Any, secrets: Secrets) -> Any:
    """A part of a control with dots in its words; what is sent from there stays as it is."""
    if isinstance(part, list):
        return [_worded(one, secrets) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    field = cast("dict[str, Any]", part)
    shown: dict[str, Any] = {}
    for key, inner in field.items():
        if key == "always" and secrets.mask(inner) != inner:
            continue  # the tool could not be named
        if key in {"description", "arguments"}:
            shown[key] = _masked(inner, secrets)
        elif key in _WORDS and isinstance(inner, str):
            shown[key] = secrets.mask(inner)
        elif key == "definitions":
            shown[key] = {name: _worded(one, secrets) for name, one in inner.items()}
        elif key in _SENT or (key == "value" and field.get("type") != "map"):
            shown[key] = inner
        else:
            shown[key] = _worded(inner, secrets)
    return shown


def _asker(words: Sequence[str], path: Sequence[str], masked: Callable[[str], str]) -> list[str]:
    """Who asks. The names of nodes are their author's; that of a tool is as a model has called it, which may have heard a secret."""
    return [word if word in path else masked(word) for word in words]


def _card_view(drawn: Locates, pending: Pending, secrets: Secrets) -> CardView:
    request, question = pending.request, pending.question
    # Before it is read, too: Markdown may format a part of a secret, which is then in no text as a whole.
    heading, under = headed(secrets.mask(question.question))
    about = markdown.read(secrets.mask(question.description)) if question.description else []
    view: CardView = {
        "request": pending.card,
        "key": request.key,
        "node": drawn.locate(request.path) or request.node,
        "asker": _asker(request.asked_by, request.path, secrets.mask),
        "question": heading,
        "description": [*markdown.plain(under), *about] or None,
        "context": question.context,
        "images": question.image_views,
        "missing": pending.is_missing,
        "control": pending.control.view,
        # While it is being written it is neither open nor safe; the browser shows "submitting" by itself until then.
        "status": "answered" if pending.status == "answered" or pending.closed is not None else "open",
        "error": pending.field_errors.get(""),
        "field_errors": {path: text for path, text in pending.field_errors.items() if path},
        "refusals": pending.refusals,
        "again": pending.again,
        "why": pending.why,
    }
    if said := markdown.read(secrets.mask(pending.said)):
        view["said"] = said
    if pending.closed is not None:
        view["closed"] = pending.closed
    if (deadline := deadline_view(pending)) is not None:
        view["deadline"] = deadline
    if pending.asking is not None:
        view["asking"] = pending.asking
    if pending.control.secret:
        view["secret"] = True
    if (tool := _approved_always(pending)) is not None:
        view["always"] = tool
    return view


def offered_always(pending: Pending) -> frozenset[str]:
    """The tools that a card offers to approve from now on."""
    view, whole = pending.control.view, _approved_always(pending)
    items = [item.get("always") for item in view["items"]] if view["kind"] == "decide" else []
    return frozenset(tool for tool in (whole, *items) if tool is not None)


def _approved_always(pending: Pending) -> str | None:
    """The tool that an approval's card can approve once and for all; the items of other cards say so themselves."""
    view = pending.control.view
    if view["kind"] != "approval" or view["reason"] == "required":
        return None
    calls = calls_decided(pending.request, pending.control)
    return calls[0].name if calls else None


def decisions_view(decisions: Decisions, secrets: Secrets) -> DecisionsView:
    total = len(decisions)
    first = max(total - LATEST, 0)
    latest = [decision_view(first + at, decision, secrets) for at, decision in enumerate(decisions[first:])]
    return {"total": total, "latest": latest}


def decision_view(index: int, decision: Decision, secrets: Secrets) -> DecisionView:
    """A decision as it is shown, with dots where it quotes a secret. What replays it has it as it was given.

    As long as there may be others than those that are known its texts are not shown.
    """
    view: DecisionView = {
        "index": index,
        "key": decision.key,
        "node": decision.node,
        "path": list(decision.path),
        "asker": _asker(decision.asker or decision.path, decision.path, secrets.mask),
        "question": secrets.quoted(decision.question)[:LONGEST_ANSWER],
        "answer": secrets.quoted(decision.text)[:LONGEST_ANSWER],
        "approved": decision.approved,
        "reason": decision.reason and secrets.quoted(decision.reason),
        "by": decision.by,
        "at": stamp(decision.at),
    }
    if decision.policy is not None:
        view["policy"] = decision.policy
    return view


def fork_view(fork: Fork) -> ForkView:
    other = fork.run
    view: ForkView = {
        "name": fork.name,
        "kind": fork.kind,
        "label": fork.label,
        "status": other.status,
        "waits_for": [one.request.key for one in tuple(other.pending) if one.status == "open"],
    }
    # Looked at once: it may be closed at any moment.
    if (comm := getattr(shown_in(fork), "comm", None)) is not None:
        view["view"] = f"anywidget:{comm.comm_id}"
    return view
