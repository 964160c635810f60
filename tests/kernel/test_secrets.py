"""After a restart no message of the kernel has the secret that a question quotes: whatever a browser could ever see of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .client import Kernel, Message
from .environments import Environment
from .test_session import GRAPH, View

SECRET = "hunter2-hunter2"
KEEPS = """
import sqlite3
from langgraph.checkpoint.sqlite import SqliteSaver
class Own(SqliteSaver):
    def list(self, *args, **options):
        yield from super().list(*args, **options)
def key(state):
    return {{"log": [hitl.ask("Key?", secret=True)]}}
def quotes(state):
    key = state["log"][0]
    return {{"log": [hitl.ask(f"Is {{key}} right?", description=f"It is `{{key}}`.")]}}
graph = chain(key=key, quotes=quotes)
graph.checkpointer = {saver}(sqlite3.connect({path!r}, check_same_thread=False))
"""


@pytest.mark.parametrize("saver", ["SqliteSaver", "Own"])
def test_a_question_that_quotes_an_earlier_kernels_secret_has_dots_in_every_message(
    kernel: Kernel, ipykernel: Environment, tmp_path: Path, saver: str
) -> None:
    code = GRAPH + KEEPS.format(saver=saver, path=str(tmp_path / "runs.sqlite"))
    with Kernel(ipykernel.python) as earlier:
        earlier.run(code)
        earlier.run("session = hitl.run(graph, {'log': []}, thread_id='t'); assert session._run.at_rest.wait(60)")
        earlier.run(f"session.answer({SECRET!r}); assert session._run.at_rest.wait(60)")
    messages = heard(kernel)
    kernel.run(code)
    view = View(kernel, kernel.execute("session = hitl.attach(graph, 't'); session"))
    card = view.open_card("Is •••••• right?")
    assert card["unkept"] is True
    view.answer("yes", "Is •••••• right?")
    view.until_status("finished")
    kernel.until(lambda: view.traits["timeline"]["decisions"] == 2, "both answers in the timeline")
    kernel.settle()
    text = json.dumps(messages, default=str, ensure_ascii=False)
    assert "Is •••••• right?" in text
    assert SECRET not in text
    # And the graph got what it was.
    assert kernel.evaluate("session.values['log'][1]") == "yes"
    assert kernel.evaluate("len(session.values['log'][0])") == len(SECRET)


def heard(kernel: Kernel) -> list[Message]:
    """What the kernel publishes from now on."""
    messages: list[Message] = []
    handle: Any = kernel._on_iopub

    def hear(message: Message) -> None:
        messages.append({"type": message["header"]["msg_type"], "content": message["content"]})
        handle(message)

    kernel._on_iopub = hear  # type: ignore[method-assign]
    return messages
