"""Looking into a session as its view does."""

from __future__ import annotations

import json
from typing import Any

from pydantic import TypeAdapter

import hitl_widgets as hitl
from hitl_widgets import protocol
from hitl_widgets.graph.topology import topology_of
from hitl_widgets.inside import look
from hitl_widgets.view.drawn import Drawn

_TASK: TypeAdapter[Any] = TypeAdapter(protocol.InsideView)


def drawn(session: hitl.Session) -> Drawn:
    return Drawn(topology_of(session._run.driver.graph))


def inside(session: hitl.Session, name: str, at: int = -1) -> Any:
    """What the panel shows of a node's task."""
    tasks = [one.id for step in session._run.state.steps for one in step.tasks if one.node[-1] == name]
    view = session._run.driver.run(look.at_task(session._run, tasks[at]))
    _TASK.validate_python(json.loads(json.dumps(view)), extra="forbid")
    return view


def at_node(session: hitl.Session, node: str) -> Any:
    return session._run.driver.run(look.at_node(session._run, drawn(session).locate, node))
