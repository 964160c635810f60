"""The picture without a browser: a laid out graph and its decisions as static, self-contained markup.

It is what GitHub, nbviewer and nbconvert show in place of the live widget, so it leans on nothing that they remove
(style sheets, scripts, ids and references to them), it brings its own light background, and the same run always gives
the same text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from ..protocol import DecisionView, GraphView, NodeView
from ..texts.clipped import clipped
from ..texts.table import NO_MATH
from .marks import FONT, INK, MUTED, PAPER, RULE, escaped, number
from .svg import status_of, stops_in_words, svg

_LONGEST_TEXT: Final = 600
"""Characters of a question, an answer or a reason. The whole one is in `session.decisions`."""

_IDLE: Final[NodeView] = {"status": "idle", "runs": 0}


def picture(
    view: GraphView,
    nodes: Mapping[str, NodeView] | None = None,
    decisions: Sequence[DecisionView] = (),
    *,
    taken: Collection[str] = (),
    title: str = "Graph",
) -> str:
    """The graph and, below it, what was decided: an HTML fragment for a notebook's output.

    Args:
        view: the laid out graph.
        nodes: what each node is doing, by its id; those that are not in it are idle.
        decisions: oldest first. Their times are left out, so the text is the same each time.
        taken: the ids of the edges that the run came along.
        title: what a screen reader says of the drawing.
    """
    parts = [_image(view, nodes or {}, taken, title)]
    if decisions:
        parts.append(_decisions(decisions))
    style = (
        f"display:inline-block;max-width:100%;box-sizing:border-box;padding:12px;border:1px solid {RULE};"
        f"border-radius:10px;background:{PAPER};color:{INK};font:13px/1.45 {FONT}"
    )
    return f'<div{NO_MATH} style="{style}">{"".join(parts)}</div>'


def _image(view: GraphView, nodes: Mapping[str, NodeView], taken: Collection[str], title: str) -> str:
    """The drawing as an image of its own: of inline SVG, what shows notebooks that it does not trust (JupyterLab 4.6
    is one) takes the shapes away and leaves the labels.
    """
    data = b64encode(svg(view, nodes, taken=taken, title=title).encode()).decode("ascii")
    drawn = ", ".join(
        " ".join((box["label"], status_of(box, nodes), *stops_in_words(nodes.get(box["id"], _IDLE))))
        for box in view["nodes"]
        if box["kind"] == "node"
    )
    return (
        f'<img src="data:image/svg+xml;base64,{data}" alt="{escaped(f"{title}: {drawn}")}" '
        f'width="{number(view["width"])}" height="{number(view["height"])}" style="max-width:100%;height:auto"/>'
    )


# ---------------------------------------------------------------- decisions


def _decisions(decisions: Sequence[DecisionView]) -> str:
    rows = "".join(f"<tr>{''.join(_cells(decision))}</tr>" for decision in decisions)
    style = f"border-collapse:collapse;margin:12px 0 0;width:100%;font:13px/1.45 {FONT};color:{INK}"
    return f'<table style="{style}"><tbody>{rows}</tbody></table>'


def _cells(decision: DecisionView) -> Iterator[str]:
    yield _cell(_shortened(decision["question"]), MUTED, extra="max-width:26em;")
    mark = {True: "✓ ", False: "✗ ", None: ""}[decision["approved"]]
    answer = f"{mark}{_shortened(decision['answer'])}"
    if decision["reason"]:
        answer = f"{answer}: {_shortened(decision['reason'])}"
    yield _cell(answer, INK, extra="font-weight:600;white-space:pre-wrap;")
    yield _cell(f"{' › '.join(decision['asker'])}, {_who(decision)}", MUTED)


def _who(decision: DecisionView) -> str:
    policy = decision.get("policy")
    if decision["by"] == "policy":
        return f"policy: {policy}"
    return f"by {decision['by']}{f', policy: {policy}' if policy else ''}"


def _cell(text: str, colour: str, *, extra: str = "") -> str:
    style = (
        f"padding:6px 16px 6px 0;border:0;border-top:1px solid {RULE};background:{PAPER};color:{colour};"
        f"text-align:left;vertical-align:top;overflow-wrap:anywhere;{extra}"
    )
    return f'<td style="{style}">{escaped(text)}</td>'


def _shortened(text: str) -> str:
    return clipped(text, _LONGEST_TEXT)
