"""Whatever people do in whatever order, a session does what a simple model of it says."""

from __future__ import annotations

import operator
import os
from typing import Annotated, Any, TypedDict

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph

import hitl_widgets as hitl

from ..figures.recorded import Figure, more_than
from ..waiting import at_rest

STAGES = (("first",), ("left", "right"), ("last",))
"""The keys that are asked for, side by side where there are several; a plain node works between the stages."""


class Log(TypedDict, total=False):
    log: Annotated[list[tuple[str, int]], operator.add]


class Model:
    """What a thread has to say: nothing but what was answered, and where it stands."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}
        self.worked = 0
        """How many stages have had their plain node."""
        self.breaks = False
        """Whether the plain node of the stage fails."""
        self.runs: dict[str, int] = {}
        """How often each plain node has done its work."""

    def copy(self) -> Model:
        copy = Model()
        copy.answers, copy.worked, copy.runs = dict(self.answers), self.worked, dict(self.runs)
        return copy

    @property
    def asked(self) -> list[str]:
        if self.worked == len(STAGES):
            return []
        return [key for key in STAGES[self.worked] if key not in self.answers]

    def settle(self) -> None:
        """Everything that can go on has gone on."""
        while self.worked < len(STAGES) and not self.asked and not self.breaks:
            self.worked += 1

    @property
    def status(self) -> str:
        if self.worked == len(STAGES):
            return "finished"
        return "waiting" if self.asked else "failed"


class Thread:
    """A real session, and the model of it."""

    def __init__(self, session: hitl.Session, model: Model) -> None:
        self.session = session
        self.model = model
        self.stopped = False


class Sessions(RuleBasedStateMachine):
    """Threads of one graph and one checkpointer, and all that one can do to them."""

    begun = steps = agreed = 0
    """How often sessions were begun with, looked at, at the beginning and after each step, and were as the model says."""

    @initialize()
    def build(self) -> None:
        self.broken: set[str] = set()
        """The threads whose plain nodes fail now."""
        Sessions.begun += 1
        self.graph = self.compile()
        self.threads: list[Thread] = []

    def compile(self) -> Any:
        builder = StateGraph(Log)

        def asks(key: str) -> Any:
            return lambda state: {"log": [(key, hitl.ask("How many?", int, key=key))]}

        def works(state: Any, config: RunnableConfig) -> dict[str, Any]:
            if config["configurable"]["thread_id"] in self.broken:
                raise RuntimeError("no power")
            return {}

        before: list[str] = [START]
        for number, stage in enumerate(STAGES):
            for key in stage:
                builder.add_node(key, asks(key))
                for one in before:
                    builder.add_edge(one, key)
            builder.add_node(f"work{number}", works)
            builder.add_edge(list(stage), f"work{number}")
            before = [f"work{number}"]
        builder.add_edge(before[0], END)
        return builder.compile(checkpointer=InMemorySaver())

    # ---------------------------------------------------------------- what people do

    @precondition(lambda self: len(self.threads) < 4)
    @rule()
    def start(self) -> None:
        session = hitl.run(self.graph, {"log": []})
        self.threads.append(Thread(at_rest(session), Model()))

    def one(self, at: int) -> Thread:
        return self.threads[at % len(self.threads)]

    has_threads = precondition(lambda self: bool(self.threads))

    @has_threads
    @rule(at=st.integers(0, 3), which=st.integers(0, 1), value=st.integers(-5, 5))
    def answer(self, at: int, which: int, value: int) -> None:
        thread = self.one(at)
        asked = thread.model.asked
        if thread.stopped or not asked:
            with pytest.raises(hitl.StaleAnswerError):
                thread.session.answer(value)
            return
        key = asked[which % len(asked)]
        thread.session.answer(value, to=key)
        self.answered(thread, key, value)

    def answered(self, thread: Thread, key: str, value: int) -> None:
        thread.model.answers[key] = value
        thread.model.breaks = thread.session.thread_id in self.broken
        thread.model.settle()
        at_rest(thread.session)

    @has_threads
    @rule(at=st.integers(0, 3), value=st.one_of(st.text(alphabet="abc"), st.none(), st.floats(0.1, 0.9), st.just([1])))
    def answer_wrongly(self, at: int, value: object) -> None:
        thread = self.one(at)
        if thread.stopped or not thread.model.asked:
            return
        with pytest.raises(hitl.InvalidAnswerError):
            thread.session.answer(value, to=thread.model.asked[0])

    @has_threads
    @rule(at=st.integers(0, 3), value=st.integers(6, 9))
    def answer_twice(self, at: int, value: int) -> None:
        """What was answered once keeps that, by its key, by its id, and from the browser's side."""
        thread = self.one(at)
        decided = thread.session.decisions
        if not decided:
            return
        last = decided[-1]
        for to in (last.key, last.interrupt_id):
            with pytest.raises(hitl.StaleAnswerError):
                thread.session.answer(value, to=to)

    @has_threads
    @rule(at=st.integers(0, 3))
    def answer_what_was_never_asked(self, at: int) -> None:
        thread = self.one(at)
        with pytest.raises((hitl.UnknownRequestError, hitl.StaleAnswerError)):
            thread.session.answer(1, to="nobody asked")

    @has_threads
    @rule(at=st.integers(0, 3))
    def stop(self, at: int) -> None:
        thread = self.one(at)
        thread.session.stop()
        thread.stopped = thread.stopped or thread.model.status == "waiting"

    @has_threads
    @rule(at=st.integers(0, 3))
    def retry(self, at: int) -> None:
        thread = self.one(at)
        if not thread.stopped and thread.model.status != "failed":
            with pytest.raises(hitl.AnswerError):
                thread.session.retry()
            return
        thread.session.retry()
        thread.stopped = False
        self.goes_on(thread)

    def goes_on(self, thread: Thread) -> None:
        thread.model.breaks = thread.session.thread_id in self.broken
        thread.model.settle()
        at_rest(thread.session)

    @has_threads
    @rule(at=st.integers(0, 3))
    def break_or_mend(self, at: int) -> None:
        """From now on the thread's plain nodes fail, or do so no more."""
        self.broken ^= {self.one(at).session.thread_id}

    @has_threads
    @rule(at=st.integers(0, 3))
    def attach(self, at: int) -> None:
        """As after a restart: the session is gone, and the thread is picked up by its name."""
        thread = self.one(at)
        has_failed = not thread.stopped and thread.model.status == "failed"
        thread.session = at_rest(hitl.attach(self.graph, thread.session.thread_id))
        thread.stopped = False
        if not has_failed:  # what has failed waits for `retry`
            self.goes_on(thread)
        decided = {one.key: one.value for one in thread.session.decisions}
        assert decided == thread.model.answers, "an earlier decision is not remembered"

    @precondition(lambda self: 0 < len(self.threads) < 4)
    @rule(at=st.integers(0, 3), which=st.integers(0, 9), value=st.integers(20, 29))
    def fork(self, at: int, which: int, value: int) -> None:
        """Another answer to what was decided: all that came before it is kept, all that came after is asked again."""
        thread = self.one(at)
        decided = list(thread.session.decisions)
        if not decided:
            return
        place = which % len(decided)
        fork = at_rest(thread.session.fork(decided[place], answer=value))
        model = Model()
        later = {one.key for one in decided[place:]}
        model.answers = {key: given for key, given in thread.model.answers.items() if key not in later}
        model.settle()
        model.answers[decided[place].key] = value
        model.settle()
        self.threads.append(Thread(fork, model))

    # ---------------------------------------------------------------- what holds

    @invariant()
    def sessions_are_as_the_model_says(self) -> None:
        Sessions.steps += 1
        for thread in getattr(self, "threads", []):
            session, model = thread.session, thread.model
            assert session.status == ("stopped" if thread.stopped else model.status)
            assert sorted(request.key for request in session.requests) == (
                [] if thread.stopped else sorted(model.asked)
            )
            logged = [tuple(entry) for entry in session.values.get("log", [])]
            assert sorted(logged) == sorted(model.answers.items()), "an answer was lost, changed, or taken twice"
        Sessions.agreed += 1


steps = 50 if "CI" in os.environ else 20
examples = 350 if "CI" in os.environ else 20
"""Many end before their fifty steps."""


@pytest.mark.timeout(900)  # a minute and a half on a machine that does two other things
def test_whatever_people_do_a_session_is_as_the_model_says(figure: Figure) -> None:
    Sessions.begun = Sessions.steps = Sessions.agreed = 0
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # To explain it would follow each line of every run (hypothesis 6.170), which is ten times as slow.
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(Sessions, settings=chosen)
    taken = Sessions.steps - Sessions.begun
    assert "CI" not in os.environ or taken >= 10_000
    figure(
        "Start, answer rightly, wrongly and twice, stop, retry, fork, attach, in any order, beside a simple model",
        {"steps": more_than(taken)},
        {"steps after which a session was not as the model says": Sessions.steps - Sessions.agreed},
    )
