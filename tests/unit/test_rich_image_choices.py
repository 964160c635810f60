"""Choices and rankings of pictures: a person clicks a picture, the node gets it, everything else has its label."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
import PIL.Image
import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command

import hitl_widgets as hitl

from ..waiting import card, until
from .forked import REPO
from .rich_pictures import PNG
from .test_rich import State, asked, graph_of
from .test_rich_images import figure, photo

CAT, DOG = photo(30, 20), photo(20, 30)


def choosing(**options: Any) -> tuple[hitl.Session, list[Any]]:
    """A session that asks for one of the choices, and what its node gets."""
    got: list[Any] = []
    type_ = options.pop("type", str)

    def ask() -> str:
        answer = hitl.ask("Which?", type_, **options)
        got.append(answer)
        return "taken"

    return hitl.run(graph_of(ask), {}), got


def field(session: hitl.Session) -> Any:
    return card(session)["control"]["field"]


@pytest.mark.parametrize("answer", ["dog", DOG])
def test_a_picture_is_chosen_by_its_label_or_itself_and_the_node_gets_it(answer: Any) -> None:
    session, got = choosing(choices={"cat": CAT, "dog": DOG})
    asked(session)
    assets = session._display.widget.assets
    options = field(session)["options"]
    assert [(option["label"], option["value"]) for option in options] == [("cat", "cat"), ("dog", "dog")]
    assert [assets[option["image"]][:22] for option in options] == ["data:image/png;base64,"] * 2
    session.answer(answer)
    session.wait(60)
    assert len(got) == 1
    assert got[0] is DOG
    assert [(one.value, one.text) for one in session.decisions] == [("dog", "dog")]


def test_pictures_in_a_list_go_by_their_place() -> None:
    session, got = choosing(choices=[CAT, PNG, np.zeros((2, 2), "uint8")])
    asked(session)
    assert [option["label"] for option in field(session)["options"]] == ["1", "2", "3"]
    session.answer("2")
    session.wait(60)
    assert got == [PNG]


def test_files_go_by_their_names(tmp_path: Path) -> None:
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        photo().save(path)
    session, got = choosing(choices=paths)
    asked(session)
    assert [option["label"] for option in field(session)["options"]] == ["a.png", "b.png"]
    session.answer(tmp_path / "b.png")
    session.wait(60)
    assert got == [paths[1]]


def test_files_of_the_same_name_go_by_their_paths(tmp_path: Path) -> None:
    paths = [tmp_path / folder / "a.png" for folder in ("one", "two")]
    for path in paths:
        path.parent.mkdir()
        photo().save(path)
    session, _ = choosing(choices=paths)
    asked(session)
    assert [option["label"] for option in field(session)["options"]] == list(map(str, paths))


def test_texts_among_pictures_stand_for_themselves() -> None:
    session, got = choosing(choices=[CAT, DOG, "neither"])
    asked(session)
    assert [("image" in option, option["label"]) for option in field(session)["options"]] == [
        (True, "1"),
        (True, "2"),
        (False, "neither"),
    ]
    session.answer("neither")
    session.wait(60)
    assert got == ["neither"]


def test_a_label_among_pictures_may_stand_for_anything() -> None:
    session, got = choosing(choices={"cat": CAT, "none of them": None})
    asked(session)
    session.answer("none of them")
    session.wait(60)
    assert got == [None]
    session, got = choosing(choices=[{"value": CAT, "label": "A cat"}, {"value": DOG}])
    asked(session)
    session.answer("A cat")
    session.wait(60)
    assert got[0] is CAT


@pytest.mark.parametrize("answer", [["dog", "bird"], [DOG, "bird"]])
def test_several_pictures_are_chosen(answer: Any) -> None:
    session, got = choosing(type=list, choices={"cat": CAT, "dog": DOG, "bird": PNG}, min_length=2)
    asked(session)
    assert field(session)["type"] == "choices"
    with pytest.raises(hitl.InvalidAnswerError, match="at least 2"):
        session.answer([CAT])
    session.answer(answer)
    session.wait(60)
    assert got[0][0] is DOG
    assert got[0][1:] == [PNG]
    assert session.decisions[0].value == ["dog", "bird"]


def test_pictures_are_put_in_order() -> None:
    session, got = choosing(rank={"cat": CAT, "dog": DOG})
    asked(session)
    assert field(session)["type"] == "rank"
    assert all(option["image"] in session._display.widget.assets for option in field(session)["options"])
    session.answer(["dog", CAT])
    session.wait(60)
    assert got[0][0] is DOG
    assert got[0][1] is CAT


def test_figures_are_choices() -> None:
    left, right = figure(), figure()
    session, got = choosing(choices={"left": left, "right": right}, default=right)
    asked(session)
    assert field(session)["default"] == "right"
    session.answer(left)
    session.wait(60)
    assert got == [left]


@pytest.mark.parametrize("answer", ["bird", photo(30, 20), 3, None])
def test_what_is_no_choice_is_refused_and_the_choices_are_named(answer: Any) -> None:
    session, _ = choosing(choices={"cat": CAT, "dog": DOG})
    asked(session)
    with pytest.raises(hitl.InvalidAnswerError, match=r"none of the choices: 'cat', 'dog'\."):
        session.answer(answer)
    assert session.requests


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"choices": [CAT, "1"]}, "choices= has '1' twice"),
        ({"choices": {"cat": CAT}, "default": "dog"}, "default='dog' is no answer to this question"),
        ({"choices": {"cat": CAT}, "ge": 1}, "ge= does not go with choices="),
    ],
)
def test_what_cannot_be_chosen_is_said_where_it_is_written(options: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        hitl.ask("Which?", **options)
    with pytest.raises(TypeError, match=said):
        hitl.ask_node("answer", "Which?", **options)


@pytest.mark.parametrize("how", ["label", "recording", "defaults", "picture"])
def test_nobody_there_chooses_by_label(tmp_path: Path, how: str) -> None:
    got: list[Any] = []

    def ask() -> str:
        got.append(hitl.ask("Which?", choices={"cat": CAT, "dog": DOG}, default="dog"))
        return "taken"

    unattended: Any = {"label": {"node": "dog"}, "picture": {"node": DOG}, "defaults": hitl.defaults}.get(how)
    if how == "recording":
        session = hitl.run(graph_of(ask), {})
        asked(session)
        session.answer(DOG)
        session.wait(60)
        unattended = tmp_path / "answers.json"
        session.decisions.to_json(unattended)
        assert json.loads(unattended.read_text())["answers"]["node"][0]["value"] == "dog"
    hitl.run(graph_of(ask), {}, unattended=unattended).wait(60)
    assert got[-1] is DOG


def test_a_node_that_writes_a_state_key_writes_the_label() -> None:
    saver = InMemorySaver()
    node = hitl.ask_node("answer", "Which?", choices={"cat": CAT, "dog": DOG})
    graph = StateGraph(State).add_node("node", node).add_edge(START, "node").compile(checkpointer=saver)
    session = hitl.run(graph, {})
    asked(session)
    assert "image" in field(session)["options"][0]
    session.answer(CAT)
    assert session.wait(60)["answer"] == "cat"


@pytest.mark.parametrize("inside", [False, True])
def test_after_a_restart_the_pictures_are_back(inside: bool) -> None:
    saver = InMemorySaver()
    got: list[Any] = []

    def ask() -> str:
        got.append(hitl.ask("Which?", choices={"cat": CAT, "dog": DOG}))
        return "taken"

    graph = graph_of(ask, saver=saver, inside=inside)
    asked(hitl.run(graph, {}, thread_id="t"))
    attached = hitl.attach(graph, "t")
    asked(attached)
    assert not card(attached)["missing"]
    assert len(attached._display.widget.assets) == 2
    attached.answer(DOG)
    attached.wait(60)
    assert got[0] is DOG


def test_pictures_that_another_session_holds_are_chosen_by_label_all_the_same() -> None:
    got: list[Any] = []

    def ask() -> str:
        hitl.ask("Ready?", key="ready")
        got.append(hitl.ask("Which?", key="which", choices={"cat": CAT, "dog": DOG}))
        return "taken"

    graph = graph_of(ask)
    session = hitl.run(graph, {}, thread_id="t")
    asked(session)
    other = hitl.attach(graph, "t")
    asked(other)
    other.answer("yes")
    until(lambda: other.requests and other.requests[0].key == "which", "the next was not asked")
    with pytest.raises(hitl.StaleAnswerError):
        session.answer("yes")
    until(lambda: session.requests and session.requests[0].key == "which", "the session did not catch up")
    assert card(session)["missing"]
    assert [option for option in field(session)["options"] if "image" in option] == []
    session.answer("dog")
    session.wait(60)
    assert got[0] is DOG


def test_without_a_session_the_label_is_the_answer() -> None:
    got: list[Any] = []

    def ask() -> str:
        got.append(hitl.ask("Which?", choices={"cat": CAT, "dog": DOG}))
        return "taken"

    graph = graph_of(ask)
    config: Any = {"configurable": {"thread_id": "1"}}
    [interrupt] = graph.invoke({}, config)["__interrupt__"]
    assert interrupt.response_schema == {"enum": ["cat", "dog"]}
    graph.invoke(Command(resume={interrupt.id: "dog"}), config)
    assert got[0] is DOG


def test_choices_that_are_texts_stay_as_they_were() -> None:
    session, got = choosing(type=Literal["a.png", "b.png"])
    asked(session)
    assert field(session)["options"] == [{"label": name, "value": name} for name in ("a.png", "b.png")]
    session.answer("a.png")
    session.wait(60)
    session, got = choosing(choices=["a.png", PIL.Image.__name__, Path("notes.txt"), Path("to/be/written.png")])
    assert asked(session).payload == {"type": "hitl.ask", "question": "Which?"}
    session.answer(Path("to/be/written.png"))
    session.wait(60)
    assert got == [Path("to/be/written.png")]


ANOTHER_KERNEL = """
import sys
from typing import Any, TypedDict
import PIL.Image
from langgraph.graph import START, StateGraph
import hitl_widgets as hitl
from tests.waiting import card

class State(TypedDict, total=False):
    size: Any

def node(state):
    pictures = {"cat": PIL.Image.new("RGB", (3, 2)), "dog": PIL.Image.new("RGB", (2, 3))}
    return {"size": hitl.ask("Which?", choices=pictures, images=pictures).size[1]}

graph = StateGraph(State).add_node("node", node).add_edge(START, "node").compile()
session = hitl.run(graph, {}, thread_id="t", save=sys.argv[1]) if sys.argv[2] == "run" else hitl.attach(graph, "t", save=sys.argv[1])
try:
    session.wait(60)
except hitl.UnansweredError:
    shown = card(session)
    print(len(session._display.widget.assets), shown["missing"])
if sys.argv[2] == "attach":
    session.answer("dog")
    print(session.wait(60))
"""


def test_in_another_kernel_the_pictures_are_back(tmp_path: Path) -> None:
    def kernel(what: str) -> str:
        script = [sys.executable, "-c", ANOTHER_KERNEL, str(tmp_path / "runs.sqlite"), what]
        return subprocess.run(script, cwd=REPO, capture_output=True, text=True, check=True, timeout=120).stdout

    assert kernel("run") == "2 False\n"
    assert b"PNG" not in b"".join(path.read_bytes() for path in tmp_path.glob("runs.sqlite*"))
    assert kernel("attach") == "2 False\n{'size': 3}\n"


def test_a_fork_starts_from_the_answer_and_has_the_pictures() -> None:
    session, _ = choosing(choices={"cat": CAT, "dog": DOG})
    session.answer("dog")
    session.wait(60)
    fork = session.fork(0)
    assert fork._run.at_rest.wait(60)
    view: Any = fork._run.pending[0].control.view
    assert view["field"]["default"] == "dog"
    assert all("image" in option for option in view["field"]["options"])
    fork.stop()
