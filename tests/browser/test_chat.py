"""A chat in one cell: what is said, what comes back, and what is said next."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from .axe import assert_accessible
from .conftest import shoot
from .page import NotebookPage

Open = Callable[..., NotebookPage]

CHAT = """
from langchain_core.messages import AIMessage
from langgraph.graph import START, MessagesState, StateGraph
import hitl_widgets as hitl

def answer(state):
    return {"messages": [AIMessage(f"You said **{state['messages'][-1].content}**.")]}

builder = StateGraph(MessagesState).add_node("model", answer)
builder.add_edge(START, "model")
session = hitl.run(builder.compile())
session
"""


def test_a_message_is_answered_in_the_cell_and_the_next_one_is_typed_below_it(notebook: Open, theme: str) -> None:
    opened = notebook(
        cells=[CHAT, "print(session.status, len(session.values['messages']), session.requests)"], theme=theme
    )
    page, view = opened.page, opened.view
    opened.run_cell(0)
    card = opened.card("What do you want to say?")
    card.get_by_role("textbox", name="Message").fill("hello", timeout=60_000)
    card.get_by_role("button", name="Send").click()
    expect(view).to_contain_text("Finished")
    said = view.locator(".hitl-spoken")
    expect(said).to_have_text("You said hello.")
    box = said.bounding_box()
    assert box is not None
    assert box["width"] > 200  # seen, not only heard
    expect(view.get_by_role("region", name="Timeline")).to_contain_text("startWhat do you want to say?hello")
    # Whoever has just said something, and has gone nowhere else, types the next thing at once.
    message = card.get_by_role("textbox", name="Message")
    expect(message).to_be_focused()
    expect(message).to_have_value("")
    expect(view.get_by_role("button", name="Follow up")).to_have_count(0)
    shoot(page, f"chat-1-answered-{theme}", of=view)
    assert_accessible(view)
    message.fill("bye")
    page.keyboard.press("Control+Enter")
    expect(said).to_have_text("You said bye.")
    expect(message).to_be_focused()
    page.set_viewport_size({"width": 700, "height": 900})
    shoot(page, f"chat-2-narrow-{theme}", of=view)
    opened.run_cell(1)
    expect(opened.cell(1)).to_contain_text("finished 4 ()")


def test_the_box_of_a_chat_takes_no_focus_when_it_comes(notebook: Open) -> None:
    begins = CHAT.replace("builder.compile())", "builder.compile(), {'messages': [('user', 'hi')]})")
    opened = notebook(cells=[begins])
    opened.run_cell(0)
    box = opened.card("What do you want to say?").get_by_role("textbox", name="Message")
    expect(box).to_be_visible(timeout=60_000)
    expect(box).not_to_be_focused()
    expect(opened.view).to_contain_text("You said hi.")


STREAMS = """
import threading
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

go = threading.Event()

class Model(GenericFakeChatModel):
    def _stream(self, *args, **options):
        for text in ("Ferns like **shade**", ", and rain."):
            yield ChatGenerationChunk(message=AIMessageChunk(content=text, id="said"))
            go.wait(60)

def answer(state):
    return {"messages": [Model(messages=iter([])).invoke("What do ferns like?")]}
"""


def test_what_the_model_says_is_read_while_it_says_it(notebook: Open, theme: str) -> None:
    before, after = CHAT.split("def answer", maxsplit=1)
    streams = before + STREAMS + after[after.index("builder") :]
    opened = notebook(cells=[streams.replace("session = ", "go.clear()\nsession = "), "go.set()"], theme=theme)
    opened.run_cell(0)
    card = opened.card("What do you want to say?")
    card.get_by_role("textbox", name="Message").fill("What do ferns like?", timeout=60_000)
    card.get_by_role("button", name="Send").click()
    said = opened.view.locator(".hitl-spoken")
    expect(said).to_have_text("Ferns like shade")
    expect(opened.view).to_contain_text("Running")
    shoot(opened.page, f"chat-3-says-{theme}", of=opened.view)
    assert_accessible(opened.view)
    opened.run_cell(1)
    expect(said).to_have_text("Ferns like shade, and rain.")
    expect(opened.view).to_contain_text("Finished")


def test_after_the_last_answer_the_focus_stays_in_the_view(notebook: Open) -> None:
    ask = CHAT.split("def answer", maxsplit=1)[0] + (
        "from typing import TypedDict\n"
        "class State(TypedDict, total=False):\n    name: str\n"
        "builder = StateGraph(State).add_node('ask', hitl.ask_node('name', 'What is your name?'))\n"
        "builder.add_edge(START, 'ask')\n"
        "session = hitl.run(builder.compile(), {})\nsession"
    )
    opened = notebook(cells=[ask])
    opened.run_cell(0)
    opened.card("What is your name?").get_by_role("textbox").fill("Ada", timeout=60_000)
    opened.page.keyboard.press("Enter")
    expect(opened.view).to_contain_text("Finished")
    expect(opened.view.get_by_role("region", name="Questions")).to_be_focused()
    opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.closest('.hitl-timeline') !== null")


ASKS = (
    CHAT.split("builder =", maxsplit=1)[0]
    + """
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

builder = StateGraph(MessagesState).add_node("model", answer).add_edge(START, "model").add_edge("model", "check")
builder.add_node("check", lambda state: {"messages": [AIMessage(interrupt("Go on?"))]})
graph = builder.compile(checkpointer=InMemorySaver())
session = hitl.run(graph, {"messages": "hi"})
session
"""
)
GOES_ON = """
session._display.widget._noticing.close()  # it may look whether others go on at any moment: not before something is said
place = {"configurable": {"thread_id": session.thread_id}}
graph.invoke({"messages": [("user", "mine")]}, place)["__interrupt__"]
"""


def test_a_message_that_comes_too_late_is_in_the_next_box(notebook: Open) -> None:
    opened = notebook(cells=[ASKS, GOES_ON])
    opened.run_cell(0)
    answer = opened.card("Go on?").get_by_role("textbox")
    answer.fill("yes", timeout=60_000)
    opened.page.keyboard.press("Enter")
    message = opened.card("What do you want to say?").get_by_role("textbox", name="Message")
    message.fill("yours")
    opened.run_cell(1)  # somebody else goes on with the thread
    expect(opened.prompt(1)).to_have_text("[2]:")
    message.press("Control+Enter")
    expect(opened.view).to_contain_text("it is in the message box again once this has finished")
    shoot(opened.page, "chat-4-too-late", of=opened.view)
    answer.fill("yes")
    opened.page.keyboard.press("Enter")
    expect(message).to_have_value("yours")
    shoot(opened.page, "chat-5-again", of=opened.view)
    # A key pressed sooner would be taken for one that was meant for the question before.
    box = message.locator("xpath=ancestor::form").element_handle()
    opened.page.wait_for_function("form => Date.now() >= Number(form.dataset.unread)", arg=box)
    message.press("Control+Enter")
    expect(answer).to_be_visible()
    expect(opened.view.get_by_role("region", name="Timeline")).to_contain_text("startWhat do you want to say?yours")
