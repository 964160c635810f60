"""A session in real kernels: answered as the browser answers, while cells wait, block, print and are interrupted."""

from __future__ import annotations

from typing import Any

import pytest

from .client import Kernel, Sent

GRAPH = """
import asyncio, operator, time
from typing import Annotated, Any, TypedDict
from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt
import hitl_widgets as hitl

class State(TypedDict, total=False):
    log: Annotated[list[Any], operator.add]

def chain(**nodes):
    builder = StateGraph(State)
    before = START
    for name, node in nodes.items():
        builder.add_node(name, node)
        builder.add_edge(before, name)
        before = name
    builder.add_edge(before, END)
    return builder.compile()

def ask(state):
    answer = interrupt("Go on?")
    print("asked and got", answer)
    return {"log": [answer]}

async def ask_async(state):
    answer = interrupt("Go on?")
    await asyncio.sleep(0)
    print("asked and got", answer)
    return {"log": [answer]}
"""
START_SYNC = "session = hitl.run(chain(ask=ask), {'log': []}); session"
START_ASYNC = "session = hitl.run(chain(ask=ask_async), {'log': []}); session"
WAIT = "print('waiting'); print('values', session.wait())"
AWAIT = "print('waiting'); print('values', await session)"


class View:
    """A session's view, as a browser holds it: the traits of its comm, and messages to it."""

    def __init__(self, kernel: Kernel, cell: Sent) -> None:
        self.kernel = kernel
        kernel.until(self._found, "a session's view")
        self.cell = cell

    def _found(self) -> bool:
        found = [(comm, state) for comm, state in self.kernel.comms.items() if "cards" in state]
        if not found:
            return False
        self.comm, self.traits = found[-1]
        return True

    @property
    def cards(self) -> list[dict[str, Any]]:
        return [card for card in self.traits["cards"] if card["status"] == "open"]

    def open_card(self, question: str = "Go on?") -> dict[str, Any]:
        self.kernel.until(lambda: any(card["question"] == question for card in self.cards), f"the card {question!r}")
        return next(card for card in self.cards if card["question"] == question)

    def answer(self, value: Any, question: str = "Go on?", *, subshell: str | None = None) -> None:
        request = self.open_card(question)["request"]
        content = {"type": "answer", "client": "test", "request": request, "value": value}
        self.kernel.click(self.comm, content, subshell=subshell)

    def until_status(self, status: str) -> None:
        self.kernel.until(lambda: self.traits["run"].get("status") == status, f"the status {status}")


def raised(cell: Sent) -> str:
    """The exception that ended a cell, as `Type: message`."""
    assert cell.reply is not None
    return f"{cell.reply['ename']}: {cell.reply['evalue']}"


def start(kernel: Kernel, code: str = START_SYNC) -> View:
    kernel.run(GRAPH)
    cell = kernel.execute(code)
    return View(kernel, cell)


@pytest.mark.parametrize("code", [START_SYNC, START_ASYNC], ids=["sync", "async"])
def test_an_answer_from_the_browser_resumes_the_graph(kernel: Kernel, code: str) -> None:
    view = start(kernel, code)
    view.answer("yes")
    view.until_status("finished")
    assert kernel.evaluate("session.values['log']") == ["yes"]
    assert kernel.evaluate("[d.by for d in session.decisions]") == ["person"]


@pytest.mark.parametrize(("code", "waiting"), [(START_SYNC, WAIT), (START_SYNC, AWAIT), (START_ASYNC, AWAIT)],
                         ids=["sync-wait", "sync-await", "async-await"])  # fmt: skip
def test_run_all_waits_for_the_answer_and_then_goes_on(kernel: Kernel, code: str, waiting: str) -> None:
    view = start(kernel, code)
    waits = kernel.execute(waiting)
    after = kernel.execute("print('after', session.status)")
    kernel.until_prints(waits, "waiting")
    assert not after.is_done
    view.answer("yes")
    kernel.until(lambda: after.is_done, "the cell after")
    assert "values {'log': ['yes']}" in waits.stdout
    assert after.stdout.strip() == "after finished"


def test_a_nodes_prints_stay_in_the_cell_that_started_the_run(kernel: Kernel) -> None:
    view = start(kernel)
    waits = kernel.execute(WAIT)
    kernel.until_prints(waits, "waiting")
    view.answer("printed")
    kernel.until(lambda: waits.is_done, "the waiting cell")
    kernel.settle()
    assert view.cell.stdout == "asked and got printed\n"
    assert waits.stdout == "waiting\nvalues {'log': ['printed']}\n"


def test_an_answer_from_code_in_a_later_cell(kernel: Kernel) -> None:
    start(kernel)
    later = kernel.execute("session.answer('from code'); print(session.wait())", wait=True)
    assert later.status == "ok", later
    assert later.stdout == "{'log': ['from code']}\n"


def test_an_async_graph_is_answered_from_code_with_aanswer(kernel: Kernel) -> None:
    start(kernel, START_ASYNC)
    later = kernel.execute("await session.aanswer('from code'); print(await session)", wait=True)
    assert later.status == "ok", later
    assert later.stdout == "{'log': ['from code']}\n"


def test_waiting_without_await_for_a_graph_on_the_kernels_loop_says_what_to_write(kernel: Kernel) -> None:
    start(kernel, START_ASYNC)
    waits = kernel.execute("session.wait()", wait=True)
    assert waits.status == "error"
    assert "CannotWaitError" in raised(waits)
    assert "await session" in raised(waits)


@pytest.mark.parametrize("waiting", [WAIT, AWAIT], ids=["wait", "await"])
def test_interrupting_a_waiting_cell_loses_nothing(kernel: Kernel, waiting: str) -> None:
    view = start(kernel)
    waits = kernel.execute(waiting)
    kernel.until_waiting(waits)
    kernel.interrupt()
    kernel.until(lambda: waits.is_done, "the interrupted cell")
    assert "KeyboardInterrupt" in raised(waits)
    view.answer("still")
    view.until_status("finished")
    assert kernel.evaluate("session.values['log']") == ["still"]


def test_a_click_reaches_the_session_while_another_cell_blocks(kernel: Kernel) -> None:
    if kernel.ipykernel.startswith("6."):
        pytest.skip("ipykernel 6 has no subshells: a cell that blocks without waiting keeps clicks out")
    view = start(kernel)
    view.open_card()
    subshell = kernel.create_subshell()
    # Blocks the main shell, without a pump, until the session has changed.
    blocks = kernel.execute("print('blocking')\nwhile session.status != 'finished': time.sleep(0.01)\nprint('seen')")
    kernel.until_prints(blocks, "blocking")
    view.answer("through", subshell=subshell)
    kernel.until_prints(blocks, "seen")
    assert kernel.evaluate("session.values['log']") == ["through"]


def test_a_wrong_value_is_refused_on_its_card_while_a_cell_waits(kernel: Kernel) -> None:
    kernel.run(GRAPH)
    cell = kernel.execute(
        "def how_many(state):\n    return {'log': [hitl.ask('How many?', int, ge=1)]}\n"
        "session = hitl.run(chain(how_many=how_many), {'log': []}); session"
    )
    view = View(kernel, cell)
    waits = kernel.execute(WAIT)
    kernel.until_prints(waits, "waiting")
    view.answer("zero", "How many?")
    kernel.until(lambda: view.open_card("How many?")["refusals"] == 1, "a refusal")
    assert "Not a whole number." in str(view.open_card("How many?"))
    view.answer(3, "How many?")
    kernel.until(lambda: waits.is_done, "the waiting cell")
    assert "values {'log': [3]}" in waits.stdout


def test_a_node_that_raises_raises_in_the_cell_that_waits(kernel: Kernel) -> None:
    view = start(kernel, "def bad(state):\n    raise ValueError('on fire')\n"
                         "session = hitl.run(chain(ask=ask, bad=bad), {'log': []}); session")  # fmt: skip
    waits = kernel.execute(WAIT)
    kernel.until_prints(waits, "waiting")
    view.answer("yes")
    kernel.until(lambda: waits.is_done, "the waiting cell")
    assert "ValueError" in raised(waits)
    assert "on fire" in raised(waits)
    view.until_status("failed")


def test_nobody_there_and_no_answer_raises_with_the_questions(kernel: Kernel) -> None:
    kernel.run(GRAPH)
    kernel.execute(START_SYNC, allow_stdin=False, wait=True)
    waits = kernel.execute(WAIT, allow_stdin=False, wait=True)
    assert "UnansweredError" in raised(waits)
    assert "Go on?" in raised(waits)


@pytest.mark.parametrize(("code", "waiting"), [(START_SYNC, WAIT), (START_ASYNC, AWAIT)], ids=["sync", "async"])
def test_unattended_answers_are_used_when_nobody_can_click(kernel: Kernel, code: str, waiting: str) -> None:
    kernel.run(GRAPH)
    code = code.replace("{'log': []}", "{'log': []}, unattended={'ask': 'for you'}")
    started = kernel.execute(code, allow_stdin=False, wait=True)
    assert started.status == "ok", started
    waits = kernel.execute(waiting, allow_stdin=False, wait=True)
    assert "values {'log': ['for you']}" in waits.stdout, waits


def test_ten_thousand_events_are_at_most_twenty_updates_a_second(kernel: Kernel) -> None:
    kernel.run(GRAPH)
    cell = kernel.execute(
        "def work(state): return {'log': ['.']} if len(state['log']) < 2 else {}\n"
        "builder = StateGraph(TypedDict('Count', {'count': int}))\n"
        "builder.add_node('work', lambda state: {'count': state['count'] + 1})\n"
        "builder.add_edge(START, 'work')\n"
        "builder.add_conditional_edges('work', lambda s: 'work' if s['count'] < 1000 else END, ['work', END])\n"
        "began = time.monotonic()\n"
        "session = hitl.run(builder.compile(), {'count': 0}, config={'recursion_limit': 2000}); session"
    )
    view = View(kernel, cell)
    view.until_status("finished")
    seconds = kernel.evaluate("time.monotonic() - began")
    assert view.traits["nodes"]["work"]["runs"] == 1000
    assert view.traits["run"]["seq"] <= 20 * seconds + 10


def test_a_second_display_is_the_same_view(kernel: Kernel) -> None:
    view = start(kernel)
    before = len([1 for state in kernel.comms.values() if "cards" in state])
    kernel.execute("session", wait=True)
    assert len([1 for state in kernel.comms.values() if "cards" in state]) == before
    view.answer("yes")
    view.until_status("finished")
