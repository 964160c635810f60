"""Many sessions in one kernel, each shown, answered and closed: none of them is left, nor what it was shown with."""

from __future__ import annotations

from ast import literal_eval

from .client import Kernel

BEGIN = """
import gc, comm
import hitl_widgets as hitl
from tests.unit import graphs
from tests.waiting import ends, threads

def one():
    session = hitl.run(graphs.three_questions(), {})
    display(session)
    for answer in (True, "1 Side St", 5.0):
        session._run.at_rest.wait()
        session.answer(answer)
    session.wait()
    session.close()

def left():
    assert ends(lambda: threads() == [])
    return len(comm.get_comm_manager().comms), len(gc.get_objects())
"""
ROUNDS = 10
"""Those before the first count fill what is kept for the next time."""
OBJECTS = 300
"""A round may leave these for ten seconds, then ipykernel lets go of what a thread printed through. A session is thousands."""


def test_sessions_that_were_shown_and_closed_leave_nothing_in_a_kernel(kernel: Kernel) -> None:
    kernel.run(BEGIN)

    def after(rounds: int) -> tuple[int, int]:
        for _ in range(rounds):
            kernel.run("one()")
        return literal_eval(kernel.run("print(left())"))

    before, _ = after(0)  # what tests before this one have shown may be there still
    comms, objects = after(ROUNDS)
    assert comms <= before
    comms, later = after(ROUNDS)
    assert comms <= before
    assert later - objects < OBJECTS * ROUNDS
