"""Messages of any shape: what is none of ours is counted and dropped, and no handler ever fails."""

from __future__ import annotations

from typing import Any, TypedDict

from hypothesis import HealthCheck, given, settings, strategies as st

import hitl_widgets as hitl
from hitl_widgets.protocol import messages as shapes
from hitl_widgets.watching import watched

from ..figures.recorded import Figure
from . import graphs


class State(TypedDict, total=False):
    name: str


KEYS = ["type", "client", "request", "id", "what", "value", "reason", "at", "kind", "seq", "node", "fork", "__proto__"]
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["hello", "answer", "look", "rows"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=12,
)
known = ["hello", "answer", "fetch", "touched", "ask_again", "why", "look", "need", "fold", "breakpoint", "open_fork"]
"""Those that start no other run, which a thousand times would."""
intents = [
    shapes.HelloIntent, shapes.TouchedIntent, shapes.AskAgainIntent, shapes.WhyIntent, shapes.LookIntent,
    shapes.NeedIntent, shapes.FoldIntent, shapes.BreakpointIntent, shapes.OpenForkIntent,
]  # fmt: skip
ours = st.one_of([st.from_type(shape) for shape in intents])  # with names and numbers that stand for nothing
messages = (
    ours
    | values
    | st.fixed_dictionaries(
        {"type": st.sampled_from([*known, "nonsense"]), "client": st.text(max_size=4) | values},
        optional=dict.fromkeys(KEYS[2:], values),
    )
)


def test_whatever_is_sent_is_taken_or_counted_and_no_handler_fails(figure: Figure) -> None:
    with watched():
        session = hitl.run(graphs.chain(State, {"ask": lambda _: {"name": hitl.ask("Who?")}}), {})
        assert session._run.at_rest.wait(60)
        display: Any = session._display
        widget = display.widget
        widget._spawn = session._run.driver.run
        widget._tell = lambda message: None
        request = session.requests[0].id
        sent = handled = dropped = 0

        @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
        @given(messages)
        def send(message: Any) -> None:
            nonlocal sent, handled, dropped
            if isinstance(message, dict) and message.get("request") == request:
                return
            before = widget.dropped
            sent += 1
            widget._received(None, message, [])
            handled += 1
            assert widget.dropped - before in {0, 1}
            dropped += widget.dropped - before

        send()
        assert min(dropped, sent - dropped) > 50
        assert [one.id for one in session.requests] == [request]
        assert session.status == "waiting"
        session.answer("Ada")
        assert session.wait(60) == {"name": "Ada"}
    figure(
        "Messages of any shape from a browser",
        {"messages": sent},
        {
            "had one of our shapes": handled - dropped,
            "counted and dropped": dropped,
            "handlers failed": sent - handled,
        },
    )
