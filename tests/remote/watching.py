"""What the tests wait for and look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hitl_widgets as hitl
from hitl_widgets.graph.topology import topology_of
from hitl_widgets.view.drawn import Drawn
from hitl_widgets.view.project import project
from hitl_widgets.view.timeline import Timeline

from .. import waiting


def rested(session: hitl.Session) -> hitl.Session:
    """The session once nothing runs."""
    return waiting.at_rest(session)


def until(session: hitl.Session, condition: Callable[[], bool]) -> None:
    """Wait until something is so of a session."""
    waiting.until(condition, lambda: f"it never is so of {session}: {session.notices} {session.error!r}")


def at_work(session: hitl.Session, node: str) -> None:
    """Wait until a node is at work."""
    until(session, lambda: (found := session._run.state.nodes.get((node,))) is not None and found.status == "running")


def picture(session: hitl.Session) -> dict[str, Any]:
    """What the view draws of the graph, without what differs from run to run: how long things took."""
    drawn = Drawn(topology_of(session._run.driver.graph))
    shown = project(session._run, drawn, 0, Timeline(session._run, drawn))
    timeless = {id: {name: view[name] for name in ("status", "runs")} for id, view in shown["nodes"].items()}
    # How an agent's call is entered shows in its tool's schema here, and in its values where the tool is on a server.
    cards = [
        (
            card["node"],
            card["key"],
            card["question"],
            card["control"] if card["control"]["kind"] != "decide" else "decide",
        )
        for card in shown["cards"]
    ]
    return {"graph": drawn.view, "nodes": timeless, "edges": shown["edges"], "cards": cards}
