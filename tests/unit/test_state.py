"""What the graph looks like while it runs: statuses, counts, edges taken."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send, interrupt

import hitl_widgets as hitl
from hitl_widgets.running.following.records import StepRecord, TaskRecord
from hitl_widgets.running.following.state import RunState
from hitl_widgets.running.following.tally import one_line

from . import graphs


def nodes(session: hitl.Session) -> dict[str, Any]:
    return session._display.drawn.nodes(session._run.state)


def edges(session: hitl.Session) -> dict[str, int]:
    return session._display.drawn.edges(session._run.state)


def statuses(session: hitl.Session) -> dict[str, str]:
    return {node: view["status"] for node, view in nodes(session).items()}


def settled(session: hitl.Session) -> hitl.Session:
    assert session._run.at_rest.wait(60)
    return session


def test_a_waiting_node_waits_and_those_before_it_are_done() -> None:
    session = hitl.run(graphs.three_questions(), {})
    session.answer(True)
    settled(session)
    assert statuses(session) == {"__start__": "done", "ask_approval": "done", "ask_address": "waiting"}
    assert edges(session) == {"__start__->ask_approval": 1, "ask_approval->ask_address": 1}


def test_a_finished_run_has_taken_its_edges_to_the_end() -> None:
    session = hitl.run(graphs.three_questions(), {}, unattended={"approved": True, "address": "", "budget": 0})
    session.wait(60)
    assert set(statuses(session).values()) == {"done"}
    assert edges(session)["ask_budget->__end__"] == 1


def test_the_frame_around_a_nested_graph_waits_with_the_node_inside() -> None:
    session = settled(hitl.run(graphs.nested(), {"log": []}))
    assert statuses(session) == {
        "__start__": "done",
        "outer": "waiting",
        "outer:inner": "waiting",
        "outer:inner:ask": "waiting",
    }
    session.answer("x")
    session.wait(60)
    assert set(statuses(session).values()) == {"done"}
    assert nodes(session)["outer:inner:ask"]["runs"] == 1


def test_siblings_that_are_started_again_are_not_counted_again() -> None:
    session = settled(hitl.run(graphs.parallel(), {"log": []}))
    session.answer("x", to="once")
    settled(session)
    session.answer({"value": 1}, to="typed")
    settled(session)
    views = nodes(session)
    assert views["once"] == {"status": "done", "runs": 1, "took": views["once"]["took"]}
    assert views["twice"] == {"status": "waiting", "runs": 0}
    assert edges(session)["__start__->once"] == 1


def test_a_loop_counts_its_edges_and_runs() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("work", lambda state: {"log": ["."]})
    builder.add_edge(START, "work")
    builder.add_conditional_edges(
        "work", lambda state: "more" if len(state["log"]) < 4 else "enough", {"more": "work", "enough": END}
    )
    session = hitl.run(builder.compile(), {"log": []})
    session.wait(60)
    assert nodes(session)["work"]["runs"] == 4
    taken = edges(session)
    assert taken["work->work"] == 3
    assert taken["work->__end__"] == 1


def test_a_fan_out_by_send_runs_its_node_many_times() -> None:
    class Subjects(TypedDict, total=False):
        subjects: list[str]
        log: list[str]

    builder = StateGraph(graphs.Log)
    builder.add_node("tell", lambda state: {"log": [state["subject"]]})
    builder.add_conditional_edges(START, lambda state: [Send("tell", {"subject": str(n)}) for n in range(5)], ["tell"])
    builder.add_edge("tell", END)
    session = hitl.run(builder.compile(), {"log": []})
    assert len(session.wait(60)["log"]) == 5
    view = nodes(session)["tell"]
    counts = {"started": 5, "running": 0, "waiting": 0, "failed": 0, "done": 5}
    assert view == {"status": "done", "runs": 5, "tasks": counts, "took": view["took"]}


def test_all_of_the_nodes_that_run_side_by_side_come_from_the_one_before() -> None:
    builder = StateGraph(graphs.Log)
    builder.add_node("plan", lambda state: {"log": ["plan"]})
    builder.add_node("left", lambda state: {"log": ["left"]})
    builder.add_node("right", lambda state: {"log": ["right"]})
    builder.add_node("tell", lambda state: {"log": ["tell"]})
    builder.add_edge(START, "plan")
    builder.add_edge("plan", "left")
    builder.add_edge("plan", "right")
    builder.add_conditional_edges("plan", lambda state: [Send("tell", state) for _ in range(5)], ["tell"])
    session = hitl.run(builder.compile(), {"log": []})
    session.wait(60)
    taken = {edge: count for edge, count in edges(session).items() if "plan" in edge}
    assert taken == {"__start__->plan": 1, "plan->left": 1, "plan->right": 1, "plan->tell": 5}


def test_a_failed_node_is_red_and_says_why() -> None:
    session = hitl.run(graphs.fails_once(), {"log": []})
    session.answer("go")
    settled(session)
    view = nodes(session)["work"]
    assert view.pop("took") >= 0
    assert view == {"status": "failed", "runs": 0, "error": "ValueError: the printer is on fire"}
    session.retry()
    session.wait(60)
    view = nodes(session)["work"]
    assert view == {"status": "done", "runs": 1, "took": view["took"]}


def test_a_failure_is_of_its_node_though_another_task_of_it_asks() -> None:
    state = RunState()
    for id in ("asks", "fails"):
        data = {"id": id, "name": "read", "triggers": ("__pregel_push",), "input": {}}
        state.apply({"type": "tasks", "ns": (), "data": data})
    for id, ends in (("asks", {"interrupts": [{}]}), ("fails", {"error": ValueError("no"), "interrupts": []})):
        state.apply({"type": "tasks", "ns": (), "data": {"id": id, "name": "read", **ends}})
    assert (state.nodes["read",].status, state.failed_node()) == ("waiting", ("read",))


# LangGraph's own pool may be shut down before the sibling's result is saved, and says so on a thread (1.2.22).
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_node_that_finished_as_its_sibling_failed_is_done() -> None:
    def fails(state: Any) -> None:
        raise ValueError("no")

    session = hitl.run(graphs.fan_out(graphs.Log, {"bad": fails, "good": lambda s: {"log": [1]}}, lambda s: {}), {})
    settled(session)
    assert statuses(session)["bad"] == "failed"
    # The failure may have come before it even began.
    assert statuses(session).get("good", "idle") in {"done", "idle"}
    assert "running" not in statuses(session).values()


def test_a_long_run_keeps_only_the_tasks_of_the_current_step() -> None:
    state = RunState()
    for step in range(1000):
        state.apply({"type": "tasks", "ns": (), "data": {"id": f"t{step}", "name": "ask_budget", "triggers": ()}})
        state.apply(
            {
                "type": "tasks",
                "ns": (),
                "data": {"id": f"t{step}", "name": "ask_budget", "error": None, "interrupts": []},
            }
        )
    assert (state.nodes["ask_budget",].status, state.nodes["ask_budget",].runs) == ("done", 1000)
    assert sum(len(step.tasks) for step in state._steps.values()) == 1


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("a\nb"), "ValueError: a"),
        (KeyError(), "KeyError"),
        ("ValueError('x')", "ValueError('x')"),
        ("", "failed"),
    ],
)
def test_an_exception_is_one_line(error: Any, line: str) -> None:
    assert one_line(error) == line


def test_parts_of_other_stream_modes_change_nothing() -> None:
    state = RunState()
    assert state.apply({"type": "custom", "ns": (), "data": {"progress": 0.5}}) is False
    assert state.nodes == {}


def test_a_fork_says_of_a_node_what_the_task_that_was_last_to_end_took() -> None:
    # The step began them in this order; the second one was the last to end.
    tasks = [
        TaskRecord(id=one, node=("write",), step=0, status="done", began=100.0, took=took)
        for one, took in (("a", 1.0), ("b", 9.0), ("c", 5.0))
    ]
    state = RunState()
    state.repeat(StepRecord(index=0, ns=(), tasks=tasks, ended=True))
    assert state.nodes["write",].took == 9.0
    assert state.nodes["write",].runs == 3
    assert [task.id for task in state.steps[0].tasks] == ["a", "b", "c"]


def test_of_a_node_that_failed_in_another_kernel_it_is_not_said_how_long_it_took() -> None:
    def fail(state: Any) -> Any:
        raise ValueError("no")

    saver = InMemorySaver()
    graph = StateGraph(graphs.Log).add_node("fail", fail).add_edge(START, "fail").compile(saver)
    failed = settled(hitl.run(graph, {"log": []}, thread_id="t"))
    assert "took" in nodes(failed)["fail"]

    view = nodes(settled(hitl.attach(graph, "t")))["fail"]
    assert view == {"status": "failed", "runs": 0, "error": "ValueError('no')"}


class Counted(list[TaskRecord]):
    """The tasks of a step, which say how many of them were looked at."""

    looked_at = 0

    def __iter__(self) -> Iterator[TaskRecord]:
        for task in super().__iter__():
            self.looked_at += 1
            yield task


def _began(*tasks: tuple[str, str, Any]) -> tuple[RunState, Counted]:
    state = RunState()
    for id, name, given in tasks:
        triggers = ("__pregel_push",) if id != "main" else ("__start__",)
        state.apply(_part({"id": id, "name": name, "triggers": triggers, "input": given}))
    (step,) = state.steps
    step.tasks = Counted(step.tasks)
    return state, step.tasks


def _part(data: dict[str, Any]) -> dict[str, Any]:
    return {"type": "tasks", "ns": (), "data": data}


def test_an_entrypoint_may_call_thousands_of_tasks_one_after_the_other() -> None:
    state, tasks = _began(("main", "main", {}))
    for number in range(300):
        id = f"call-{number}"
        state.apply(_part({"id": id, "name": "call", "triggers": ("__pregel_push",), "input": ((number,), {})}))
        state.apply(_part({"id": id, "name": "call", "result": {}}))
    assert len(tasks) == 301
    assert tasks.looked_at < 3 * 300, "each call goes through all those before it"
    assert state.nodes["main", "call"].runs == 300


def test_thousands_that_were_sent_may_ask_at_once() -> None:
    state, tasks = _began(*((f"task-{number}", "ask", {"number": number}) for number in range(300)))
    for number in range(300):
        state.apply(_part({"id": f"task-{number}", "name": "ask", "result": {}, "interrupts": [number]}))
    assert tasks.looked_at < 3 * 300, "each that asks goes through all others"
    assert state.nodes["ask",].waiting == 300


def test_what_a_node_has_called_waits_with_it() -> None:
    state, _ = _began(("main", "main", {}), ("call", "call", ((1,), {})))
    state.apply(_part({"id": "main", "name": "main", "result": {}, "interrupts": [1]}))
    state.rest((), ("main",))
    assert (state.nodes["main",].status, state.nodes["main", "call"].status) == ("waiting", "waiting")


def test_what_a_node_has_called_works_on_beside_what_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr(time, "time", lambda: float(next(clock)))
    state, tasks = _began(("main", "main", {}), ("ask", "ask", ((1,), {})), ("slow", "slow", ((1,), {})))
    state.apply(_part({"id": "main", "name": "main", "result": {}, "interrupts": [1]}))
    assert state.nodes["main", "slow"].status == "running"
    assert state.progress("slow", 0.5)
    asked = state.task("main").took
    for _ in range(10):
        time.time()
    state.apply(_part({"id": "slow", "name": "slow", "result": {}}))
    state.rest((), ("main",))
    took = {task.id: task.took for task in tasks}
    assert {path[-1]: record.status for path, record in state.nodes.items() if len(path) == 2} == {
        "ask": "waiting",
        "slow": "done",
    }
    assert took["slow"] > 10, "it is said to have ended when another one asked"
    assert took["ask"] <= asked, "it is said to have worked until the other one was done"


def test_the_start_and_the_end_of_a_nested_graph_are_done_once_they_were_passed() -> None:
    inner = StateGraph(graphs.Log).add_node("ask", lambda state: {"log": [interrupt("Is it good?")]})
    inner.add_node("tell", lambda state: {}).add_edge(START, "ask").add_edge("tell", "ask")
    inner.add_conditional_edges("ask", lambda state: END, ["tell", END])
    builder = StateGraph(graphs.Log).add_node("sub", inner.compile()).add_edge(START, "sub")
    session = settled(hitl.run(builder.compile(), {"log": []}))
    assert {"sub": "waiting", "sub:__start__": "done", "sub:ask": "waiting"}.items() <= statuses(session).items()
    assert "sub:__end__" not in statuses(session)
    session.answer("yes")
    session.wait(60)
    assert {"sub": "done", "sub:__start__": "done", "sub:__end__": "done"}.items() <= statuses(session).items()
    session._display.drawn.fold("sub", is_folded=True)
    session._display.drawn.picture = session._display.drawn.picture_anew()
    assert statuses(session) == {"__start__": "done", "sub": "done", "__end__": "done"}
