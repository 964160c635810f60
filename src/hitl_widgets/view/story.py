"""The story of a run without a browser: a picture and a text that are the same every time.

What a cell shows of a session that it has just started says nothing of how far the run is: a person who answers and
nbval that does not wait would see different things. Shown again later, the story has the statuses and decisions. The
pictures that a question is about are not in it: they would stay in the notebook, megabytes of them, once it is answered.
"""

from __future__ import annotations

from ..graph.html import picture
from ..running.run import Run
from ..texts.odd import spelled
from .drawn import Drawn
from .project import decisions_view


def text_story(run: Run, *, neutral: bool) -> str:
    """The session as text, without ids and times."""
    name = getattr(run.driver.graph, "name", None) or "graph"
    if neutral:
        return spelled(f"<hitl.Session of {name}>")
    with run.lock:
        waiting = [pending.request.key for pending in run.pending if pending.status == "open"]
        decided = run.decisions.as_lines(run.secrets.quoted)
        status = run.status
    first = f"<hitl.Session of {name}: {status}{' for ' + ', '.join(waiting) if waiting else ''}>"
    return spelled(f"{first}\n{decided}" if decided else first)


def html_story(run: Run, drawn: Drawn, *, neutral: bool) -> str:
    """The session as a static picture, for GitHub, nbviewer and nbconvert."""
    with run.lock:
        if not neutral and drawn.notice(run.state):
            drawn.picture = drawn.picture_anew()
        nodes = (
            {}
            if neutral
            else drawn.nodes(run.state, run.stands_before, run.runs_next, run.breakpoints.paths, mask=run.secrets.line)
        )
        taken = () if neutral else drawn.edges(run.state)
        decisions = [] if neutral else decisions_view(run.decisions, run.secrets)["latest"]
    return picture(drawn.view, nodes=nodes, decisions=decisions, taken=taken)
