"""Questions for a file: asked in a node, answered from a card or from code, checked where the file is."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt
from pydantic import BaseModel, DirectoryPath, Field, FilePath, NewPath
from typing_extensions import TypedDict

import hitl_widgets as hitl

from ..waiting import at_rest, until
from .test_rich import asked, graph_of
from .test_widget import Browser


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with some files."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    for name in ("data/a.csv", "data/b.txt", "data/raw/c.csv", "report.pdf"):
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Callable[[hitl.Session], Browser]:
    return lambda session: Browser(session, monkeypatch)


def async_graph_of(ask: Callable[[], Any]) -> Any:
    async def node(_state: Any) -> Any:
        return {"answer": ask()}

    builder = StateGraph(TypedDict("State", {"answer": Any}, total=False)).add_node("node", node)
    return builder.add_edge(START, "node").compile(checkpointer=InMemorySaver())


def answered(session: hitl.Session) -> Any:
    until(lambda: session.status == "finished", "the answer of the browser did not arrive")
    return session.values["answer"]


class Asking:
    """The card of the one question of a session, and what its browser asks the kernel."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.card = until(lambda: next(iter(browser.widget.cards), None), "nothing was asked")
        self.asked = 0

    @property
    def field(self) -> Any:
        return self.card["control"]["field"]

    def fetch(self, field: Any, **what: Any) -> Any:
        self.asked += 1
        number = self.asked
        what = {"source": field["source"], **what}
        self.browser.send({"type": "fetch", "client": "c", "request": self.card["request"], "id": number, "what": what})
        said = until(lambda: next((one for one in self.browser.told if one.get("id") == number), None), "no answer")
        return said.get("data", said.get("error"))

    def names(self, field: Any, folder: str = "", typed: str = "") -> Any:
        said = self.fetch(field, folder=folder, typed=typed)
        return said if isinstance(said, str) else [entry["name"] for entry in said["entries"]]


@pytest.mark.parametrize("build", [graph_of, async_graph_of])
def test_a_file_is_looked_for_uploaded_and_answered_with_a_path(browse: Any, place: Path, build: Any) -> None:
    def ask() -> Path:
        return hitl.ask("Which file?", Path, folder="data", suffixes=[".csv"], upload="1 kB")

    session = hitl.run(build(ask), {})
    asking = Asking(browse(session))
    field = asking.field
    assert (field["type"], field["kind"], field["folder"], field["upload"]) == ("file", "file", "data", 1000)
    assert asking.names(field) == ["raw", "a.csv"]
    assert asking.names(field, "raw") == ["c.csv"]
    assert asking.names(field, "..") == "Not in data."
    assert asking.names(field, "raw", "x") == []
    part = {"upload": "u", "name": "new.csv", "offset": 0, "data": base64.b64encode(b"1,2").decode()}
    assert "at most 1 kB" in asking.fetch(field, **part, size=1001)
    done = asking.fetch(field, **part, size=3)
    assert done == {"received": 3, "path": "data/uploads/new.csv"}
    asking.browser.answer(asking.card["request"], done["path"])
    assert answered(session) == Path("data/uploads/new.csv")
    assert (place / "data/uploads/new.csv").read_text() == "1,2"
    assert session.decisions[0].value == "data/uploads/new.csv"


def test_what_was_not_uploaded_to_its_end_goes_with_the_question(browse: Any, place: Path) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which file?", Path, upload="1 kB")), {})
    asking = Asking(browse(session))
    part = {"upload": "u", "name": "new.csv", "size": 9, "offset": 0, "data": base64.b64encode(b"1,2").decode()}
    assert asking.fetch(asking.field, **part) == {"received": 3, "path": None}
    assert (place / "uploads").is_dir()
    session.answer("report.pdf")
    session.wait(60)
    until(lambda: not (place / "uploads").exists(), "the part of a file stayed")
    assert "no longer open" in asking.fetch(asking.field, **part)


def test_nothing_of_an_upload_is_in_a_trait_or_in_the_checkpoint(browse: Any) -> None:
    saver = InMemorySaver()
    session = hitl.run(graph_of(lambda: hitl.ask("Which file?", Path, upload="1 kB"), saver=saver), {})
    asking = Asking(browse(session))
    data = base64.b64encode(b"very secret").decode()
    asking.fetch(asking.field, upload="u", name="new.csv", size=11, offset=0, data=data)
    session.answer("uploads/new.csv")
    session.wait(60)
    kept = repr(list(saver.list({"configurable": {"thread_id": session.thread_id}}))) + repr(saver.blobs)
    shown = json.dumps([asking.browser.widget.cards, asking.browser.widget.run, asking.browser.widget.timeline])
    assert all(text not in part for text in (data, "very secret") for part in (kept, shown))


def test_where_no_upload_is_asked_for_none_is_taken(browse: Any, place: Path) -> None:
    asking = Asking(browse(hitl.run(graph_of(lambda: hitl.ask("Which file?", Path)), {})))
    said = asking.fetch(asking.field, upload="u", name="new.csv", size=0, offset=0, data="")
    assert said == "Nothing can be uploaded here."
    assert not (place / "uploads").exists()


def test_the_browser_is_refused_what_the_folder_does_not_have(browse: Any) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which file?", Path, folder="data")), {})
    asking = Asking(browse(session))
    for refused, reply in enumerate(("../report.pdf", "report.pdf", "data/gone.csv", "data/raw"), 1):
        asking.browser.answer(asking.card["request"], reply)
        until(lambda refused=refused: asking.browser.widget.cards[0]["refusals"] == refused, f"{reply} was not refused")
    assert asking.browser.widget.cards[0]["error"] == "This is a folder: pick a file in it."
    asking.browser.answer(asking.card["request"], "./data/a.csv")
    assert answered(session) == Path("data/a.csv")


def test_after_a_restart_the_picker_works_on(browse: Any) -> None:
    graph = graph_of(lambda: hitl.ask("Which file?", Path, folder="data", upload="1 kB"))
    asked(hitl.run(graph, {}, thread_id="t"))
    hitl.ask.__globals__["_asked"].clear()  # as in another process
    session = hitl.attach(graph, "t")
    asking = Asking(browse(session))
    assert asking.card["missing"] is False
    assert asking.names(asking.field) == ["raw", "a.csv", "b.txt"]
    with pytest.raises(hitl.InvalidAnswerError, match="There is no file data/x"):
        session.answer(Path("data/x.csv"))
    session.answer(Path.cwd() / "data" / "a.csv")
    assert session.wait(60)["answer"] == Path("data/a.csv")
    assert session.decisions[0].value == "data/a.csv"


def test_code_answers_with_a_path_or_a_text_and_is_held_to_the_folder() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which file?", Path, folder="data", suffixes=[".csv"])), {})
    asked(session)
    for wrong, said in (
        ("data/b.txt", "Must end with .csv."),
        (Path("../x.csv"), "Not in data."),
        ("report.pdf", "Not in data."),
        (3, "Not a text."),
    ):
        with pytest.raises(hitl.InvalidAnswerError, match=said):
            session.answer(wrong)
    session.answer(Path("data") / "raw" / "c.csv")
    assert session.wait(60)["answer"] == Path("data/raw/c.csv")
    assert session.decisions[0].value == "data/raw/c.csv"


def test_a_recording_answers_in_another_place_where_the_folder_is(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = graph_of(lambda: hitl.ask("Which file?", Path, folder="data", key="file"))
    session = hitl.run(graph, {})
    asked(session)
    session.answer(place / "data" / "a.csv")
    session.wait(60)
    session.decisions.to_json("answers.json")
    elsewhere = place / "elsewhere"
    (elsewhere / "data").mkdir(parents=True)
    (elsewhere / "data" / "a.csv").touch()
    monkeypatch.chdir(elsewhere)
    again = hitl.run(graph, {}, unattended=str(place / "answers.json"))
    assert again.wait(60)["answer"] == Path("data/a.csv")


def test_nobody_there_takes_the_default_if_there_is_one_and_it_is_there() -> None:
    def run(**options: Any) -> hitl.Session:
        return hitl.run(graph_of(lambda: hitl.ask("Which?", Path, **options)), {}, unattended=hitl.defaults)

    assert run(default=Path("data/a.csv")).wait(60)["answer"] == Path("data/a.csv")
    with pytest.raises(hitl.UnansweredError):
        run().wait(60)
    with pytest.raises(hitl.UnansweredError):
        run(default="gone.csv").wait(60)


def test_without_a_session_the_node_holds_the_answer_to_the_folder() -> None:
    graph = graph_of(lambda: hitl.ask("Which file?", Path, folder="data"))
    config: Any = {"configurable": {"thread_id": "1"}}
    [interrupt] = graph.invoke({}, config)["__interrupt__"]
    json.dumps(interrupt.value)
    with pytest.raises(ValueError, match="Not in data"):
        graph.invoke(Command(resume={interrupt.id: "report.pdf"}), config)
    assert graph.invoke(Command(resume={interrupt.id: "data//a.csv"}), config)["answer"] == Path("data/a.csv")


@pytest.mark.parametrize(
    ("type_", "kind", "answer", "got", "wrong"),
    [
        (FilePath, "file", "data/a.csv", Path("data/a.csv"), "data"),
        (DirectoryPath, "folder", "data/raw/", Path("data/raw"), "report.pdf"),
        (Annotated[DirectoryPath, Field(description="Where.")], "folder", "data", Path("data"), "report.pdf"),
        (Path | None, "file", None, None, "data"),
    ],
)
def test_the_type_says_whether_it_is_a_file_or_a_folder(
    type_: Any, kind: str, answer: Any, got: Any, wrong: str
) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which?", type_)), {})
    asked(session)
    assert session._display.widget.cards[0]["control"]["field"]["kind"] == kind
    with pytest.raises(hitl.InvalidAnswerError):
        session.answer(wrong)
    session.answer(answer)
    assert session.wait(60)["answer"] == got


def test_several_files_are_a_list_of_pickers(browse: Any) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which?", list[Path], folder="data", min_length=2)), {})
    asking = Asking(browse(session))
    assert (asking.field["type"], asking.field["min_items"]) == ("list", 2)
    assert asking.names(asking.field["item"], "raw") == ["c.csv"]
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(["data/a.csv", "report.pdf"])
    assert refused.value.fields == {"1": "Not in data."}
    session.answer([Path("data/a.csv"), "./data/b.txt"])
    assert session.wait(60)["answer"] == [Path("data/a.csv"), Path("data/b.txt")]


def test_a_new_file_is_written_as_text_since_it_is_nowhere_to_be_picked() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Save as?", NewPath)), {})
    asked(session)
    with pytest.raises(hitl.InvalidAnswerError, match="something of this name already"):
        session.answer("report.pdf")
    session.answer("data/new.csv")
    assert session.wait(60)["answer"] == Path("data/new.csv")


class Import(BaseModel):
    """What is imported."""

    table: FilePath
    target: DirectoryPath
    log: Path = Path("log.txt")
    format: Literal["csv", "json"] = "csv"


def test_a_path_in_a_form_is_picked_from_the_working_folder(browse: Any) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("What?", Import)), {})
    asking = Asking(browse(session))
    fields = {named["name"]: named["field"] for named in asking.field["fields"]}
    assert {name: field.get("kind") for name, field in fields.items()} == {
        "table": "file", "target": "folder", "log": "any", "format": None,
    }  # fmt: skip
    assert asking.names(fields["table"]) == ["data", "report.pdf"]
    assert asking.names(fields["target"]) == ["data"]
    assert asking.names(fields["log"], "../") == "Not in the working folder."
    value = {"table": "gone.csv", "target": "data", "log": "new.txt", "format": "csv"}
    asking.browser.answer(asking.card["request"], value)
    until(lambda: asking.browser.widget.cards[0]["field_errors"].keys() == {"table"}, "not said at its field")
    assert asking.browser.widget.cards[0]["field_errors"]["table"] == "There is no such file."
    asking.browser.answer(asking.card["request"], {**value, "table": "report.pdf"})
    assert answered(session) == Import(table=Path("report.pdf"), target=Path("data"), log=Path("new.txt"))


def test_a_node_that_writes_a_state_key_of_a_path_picks_one_too(browse: Any) -> None:
    class State(TypedDict, total=False):
        file: Path
        other: Any

    builder = StateGraph(State).add_node("a", hitl.ask_node("file", "Which file?"))
    builder.add_node("b", hitl.ask_node("other", "Which other?", folder="data", default="data/later.csv"))
    session = hitl.run(builder.add_edge(START, "a").add_edge("a", "b").compile(), {})
    asking = Asking(browse(session))
    assert asking.names(asking.field) == ["data", "report.pdf"]
    with pytest.raises(hitl.InvalidAnswerError, match="There is no file x"):
        session.answer("x")
    session.answer("data/a.csv")
    session.decisions.to_json("answers.json")
    assert json.loads(Path("answers.json").read_text())["answers"]["file"][0]["value"] == "data/a.csv"
    until(lambda: session.requests and session.requests[0].key == "other", "the next was not asked")
    Path("data/later.csv").touch()
    session.answer("data/later.csv")
    assert session.wait(60) == {"file": Path("data/a.csv"), "other": Path("data/later.csv")}


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((int,), {"folder": "data"}, "folder= does not go with int: ask for a Path"),
        ((NewPath,), {"upload": "1 MB"}, "ask for a Path"),
        ((), {"choices": ["a"], "suffixes": [".a"]}, "suffixes= does not go with choices="),
        ((), {"rank": ["a"], "folder": "data"}, "folder= does not go with rank="),
        ((), {"compare": "a", "folder": "data"}, "compare= does not go with Path"),
        (({"type": "string"},), {"folder": "data"}, "folder="),
        ((Path,), {"pattern": "a"}, "pattern= does not go with Path"),
        ((Path,), {"upload": "much"}, "is no size"),
        ((Path,), {"default": 3}, "default=3 is no path"),
    ],
)
def test_what_does_not_go_together_is_said_where_it_is_written(arguments: Any, options: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        hitl.ask("Which?", *arguments, **options)


def test_the_second_bundle_is_sent_for_a_picker() -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which?", Import)), {})
    asked(session)
    assert session._display.widget.rich != ""


@pytest.mark.parametrize(
    ("type_", "answer"), [(Path, "data/a.csv"), (list[Path], ["data/a.csv"])], ids=["a file", "several"]
)
def test_a_fork_looks_into_the_same_folder_and_no_other(browse: Any, type_: Any, answer: Any) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which?", type_, folder="data", suffixes=[".csv"], upload="1 kB")), {})
    session.answer(answer)
    session.wait(60)
    fork = session.fork(0)
    asking = Asking(browse(fork))
    assert asking.field["default"] == answer
    field = asking.field if type_ is Path else asking.field["item"]
    assert (field["folder"], field["suffixes"], field["upload"]) == ("data", [".csv"], 1000)
    assert asking.names(field) == ["raw", "a.csv"]
    fork.stop()


def test_stopping_takes_a_part_of_an_upload_with_it(browse: Any, place: Path) -> None:
    session = hitl.run(graph_of(lambda: hitl.ask("Which file?", Path, upload="1 kB")), {})
    asking = Asking(browse(session))
    [pending] = session._run.pending  # held, as a message on its way holds it
    part = {"upload": "u", "name": "new.csv", "size": 9, "offset": 0, "data": base64.b64encode(b"1,2").decode()}
    assert asking.fetch(asking.field, **part) == {"received": 3, "path": None}
    at_rest(session).stop()  # its card may be there before
    assert not (place / "uploads").exists()
    with pytest.raises(hitl.InvalidAnswerError, match="no longer open"):
        pending.fetch({"source": asking.field["source"], **part})


def test_a_slow_folder_does_not_keep_an_async_graph_waiting(browse: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    listed_on: list[str] = []
    scandir = os.scandir

    def watched(path: Any) -> Any:
        listed_on.append(threading.current_thread().name)
        return scandir(path)

    async def main() -> None:
        session = hitl.run(async_graph_of(lambda: hitl.ask("Which file?", Path, folder="data")), {})
        await asyncio.to_thread(session._run.at_rest.wait, 60)
        browser = browse(session)
        [card] = browser.widget.cards
        monkeypatch.setattr(os, "scandir", watched)
        what = {"source": card["control"]["field"]["source"], "folder": "", "typed": ""}
        browser.send({"type": "fetch", "client": "c", "request": card["request"], "id": 1, "what": what})
        await asyncio.to_thread(until, lambda: browser.told, "nothing was told")
        assert [entry["name"] for entry in browser.told[0]["data"]["entries"]] == ["raw", "a.csv", "b.txt"]
        session.stop()

    asyncio.run(main())
    assert listed_on
    assert threading.current_thread().name not in listed_on


def test_a_payload_that_somebody_else_wrote_opens_no_other_folder(browse: Any, place: Path) -> None:
    """It looks like one of `ask_node`, whose constraints travel in the payload; rules for files never do."""
    rules = {"kind": "file", "folder": "..", "suffixes": [], "upload": 10**9, "into": "x"}
    constraints = {"json_schema_extra": {"x-file": rules, "format": "file-path"}}
    payload = {"type": "hitl.ask_node", "key": "answer", "question": "?", "constraints": constraints}
    state: Any = TypedDict("State", {"answer": str}, total=False)
    builder = StateGraph(state).add_node("node", lambda _: {"answer": interrupt(payload)})
    asking = Asking(browse(hitl.run(builder.add_edge(START, "node").compile(), {})))
    assert (asking.field["folder"], asking.field["upload"]) == (".", None)
    asking.browser.session.stop()
