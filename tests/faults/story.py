"""One run through as many kernels as are killed, answered as the browser answers, and what must be so at its end."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .graph import QUESTIONS
from .nursery import ForkedKernel, Nursery

PATIENCE = 120.0
"""Seconds that a run gets in one kernel, on a machine that may be busy."""


@dataclass
class Death:
    """How a kernel ends: at a moment that it counts, or after a time that the browser measures."""

    moment: int | None = None
    after: float | None = None

    def __str__(self) -> str:
        return f"at moment {self.moment}" if self.after is None else f"after {self.after * 1000:.0f} ms"


@dataclass
class Story:
    """What the browser has seen of a run.

    Attributes:
        cell: the module with the notebook's cell.
        is_served: whether nodes work elsewhere than in the kernel, so that none is ever cut off.
        acknowledged: the answers that it was told are taken, by question.
        tries: how often it has answered each question.
        wrong: what must not be.
    """

    folder: Path
    where: str
    thread: str
    rng: random.Random
    cell: str = "tests.faults.graph"
    is_served: bool = False
    acknowledged: dict[str, str] = field(default_factory=dict[str, str])
    tries: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    deaths: list[str] = field(default_factory=list[str])
    moments: list[str] = field(default_factory=list[str])
    log: list[str] = field(default_factory=list[str])
    decisions: list[Any] = field(default_factory=list[Any])
    modules: list[str] = field(default_factory=list[str])
    took: float = 0.0
    kills: int = 0
    lost: int = 0
    """Answers that were acknowledged, and that the graph did not get."""
    twice: int = 0
    """Answers that the graph got, or that were decided, once too often."""

    def live(self, nursery: Nursery, deaths: list[Death]) -> None:
        """Run it to its end, through a kernel for each death and one that survives."""
        for number in range(len(deaths) + 1):
            death = deaths[number] if number < len(deaths) else Death()
            kernel = nursery.kernel()
            try:
                # A thread that has finished would take the input of the cell as another one.
                has_ended = QUESTIONS[-1] in self.tries
                attaches = has_ended or (number > 0 and self.rng.random() < 0.5)
                if _Sitting(self, kernel, death, attaches=attaches).is_over():
                    break
            finally:
                kernel.close()
            self.deaths.append(str(death))
        self._judge()

    def _judge(self) -> None:
        self.kills = kills = len(self.deaths)
        journal = (self.folder / "journal").read_text().splitlines()
        for line in journal:
            if line.startswith("died "):
                self.deaths.append(line)
        given = dict(entry.rsplit("=", 1) for entry in self.log if "=" in entry)
        for question, value in self.acknowledged.items():
            if f"{question}={given.get(question)}" != value:
                self.lost += 1
                self.wrong.append(f"{value!r} was acknowledged, and the graph got {given.get(question)!r}")
        decided = Counter(question for question, _ in self.decisions)
        used = Counter(entry.rsplit("=", 1)[0] for entry in self.log if "=" in entry)
        self.twice = sum(max(0, times - 1) for counted in (decided, used) for times in counted.values())
        if decided != Counter(QUESTIONS):
            self.wrong.append(f"the decisions are {self.decisions}")
        if sorted(value for _, value in self.decisions) != sorted(entry for entry in self.log if "=" in entry):
            self.wrong.append(f"the decisions {self.decisions} are not what the graph got: {self.log}")
        # A node that is cut off at its work does it again; one that is not, never. (In parentheses: before its next
        # question, where LangGraph runs it again in any case.)
        most = 1 if self.is_served else 1 + kills
        did = Counter(line for line in journal if line.startswith("did ") and "(" not in line)
        for line, times in did.items():
            if times > most:
                self.wrong.append(f"{line} {times} times, with {kills} kills")


class _Sitting:
    """A browser before one kernel."""

    def __init__(self, story: Story, kernel: ForkedKernel, death: Death, *, attaches: bool) -> None:
        self._story = story
        self._kernel = kernel
        self._death = death
        self._sent: dict[str, str] = {}
        self._retried = 0
        self._attaches = attaches
        self._execute()

    def _execute(self) -> None:
        story = self._story
        self._cell = self._kernel.execute(
            f"from {story.cell} import cell, clock\n"
            f"session = cell({str(story.folder)!r}, {story.where!r}, {story.thread!r}, "
            f"dies_at={self._death.moment}, attaches={self._attaches})\nsession"
        )

    def is_over(self) -> bool:
        """Answer until the run has finished, or the kernel has died; returns whether it has finished."""
        began = time.monotonic()
        while True:
            if self._death.after is not None and time.monotonic() - began > self._death.after:
                self._kernel.kill()
            alive = self._kernel.is_alive
            self._kernel.receive(0.02)
            traits = next((state for state in reversed(self._kernel.comms.values()) if state.get("run")), None)
            if traits is not None:
                self._look(traits)
            if not alive:
                return False
            if self._cell.status == "error":
                self._story.wrong.append(f"the cell raised {self._cell.reply}")
                return True
            if traits is not None and traits["run"]["status"] == "finished":
                return self._end(began)
            if traits is not None and traits["run"]["status"] == "idle" and self._attaches and not self._story.tries:
                # The kernel died before the thread was begun: there is nothing to attach.
                self._attaches = False
                self._kernel.comms.clear()
                self._execute()
                continue
            if traits is not None and traits["run"]["status"] in {"idle", "stopped"}:
                self._story.wrong.append(f"the run is {traits['run']['status']}")
                return True
            if time.monotonic() - began > PATIENCE:
                self._story.wrong.append(f"nothing more came of it in {PATIENCE} s: {traits and traits['run']}")
                return True

    def _look(self, traits: dict[str, Any]) -> None:
        story, cards = self._story, {card["question"]: card for card in traits["cards"]}
        for question in [one for one in self._sent if "closed" in cards.get(one, ())]:
            del self._sent[question]  # an answer that an earlier kernel had sent came first, and the card says so
        for question, value in self._sent.items():
            if question not in cards or cards[question]["status"] == "answered":
                story.acknowledged[question] = value
        for question, card in cards.items():
            if card["status"] == "open" and question in story.acknowledged and question not in self._sent:
                story.wrong.append(f"{story.acknowledged[question]!r} was acknowledged, and it is asked again")
            if card["refusals"]:
                story.wrong.append(f"{question!r} was refused: {card}")
        unanswered = [
            card for question, card in cards.items() if card["status"] == "open" and question not in self._sent
        ]
        story.rng.shuffle(unanswered)
        for card in unanswered:
            self._answer(card)
            if story.rng.random() < 0.3:
                break
        status = traits["run"]
        if status["status"] == "failed" and self._retried != status["seq"] and not unanswered:
            self._retried = status["seq"]
            self._click({"type": "retry", "client": "test"})

    def _answer(self, card: dict[str, Any]) -> None:
        question = card["question"]
        self._story.tries[question] += 1
        self._sent[question] = value = f"{question}={self._story.tries[question]}"
        intent = {"type": "answer", "client": "test", "request": card["request"], "value": value}
        self._click(intent)
        if self._story.rng.random() < 0.2:
            self._click(intent)  # a double click

    def _click(self, intent: dict[str, Any]) -> None:
        comm = next(comm for comm, state in reversed(self._kernel.comms.items()) if state.get("run"))
        self._kernel.click(comm, intent)

    def _end(self, began: float) -> bool:
        story, kernel = self._story, self._kernel
        story.took = time.monotonic() - began
        try:
            kernel.run("clock.dies_at = None")
            story.log = kernel.evaluate("session.values['log']")
            story.decisions = kernel.evaluate("[[one.question, one.value] for one in session.decisions]")
            story.moments = kernel.evaluate("clock.passed")
            if not story.deaths:
                names = "[n for n, m in list(__import__('sys').modules.items()) if getattr(m, '__spec__', None)]"
                story.modules = kernel.evaluate(names)
        except AssertionError:
            if kernel.is_alive:
                raise
            return False  # it died after all
        return True
