"""Why a task failed, and what it printed, for people to read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from pydantic import TypeAdapter

from hitl_widgets import protocol
from hitl_widgets.inside.exceptions import error_view, exception_view
from hitl_widgets.inside.told import attempt_views, output_chunks, plain
from hitl_widgets.running.secrets import Secrets

_ERROR: TypeAdapter[Any] = TypeAdapter(protocol.ExceptionView)


def raised(function: Any, *args: Any) -> BaseException:
    try:
        function(*args)
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing was raised")


def shown(error: BaseException, secrets: Secrets | None = None) -> Any:
    view = exception_view(error, secrets or Secrets())
    _ERROR.validate_python(json.loads(json.dumps(view)), extra="forbid")
    return view


def parse(text: str) -> Any:
    return json.loads(text)


def test_the_users_frames_are_told_from_those_of_libraries_and_the_innermost_is_marked() -> None:
    view = shown(raised(parse, "{"))
    assert (view["type"], view["message"].startswith("Expecting property name")) == ("JSONDecodeError", True)
    users = [frame["function"] for frame in view["frames"] if frame["user"]]
    assert users == ["raised", "parse"]
    assert {frame["function"] for frame in view["frames"] if not frame["user"]} >= {"loads", "JSONDecoder.decode"}
    [innermost] = [frame for frame in view["frames"] if frame.get("innermost")]
    assert innermost["function"] == "parse"
    [line] = [one["text"] for one in innermost["source"] if one["number"] == innermost["line"]]
    assert line.strip() == "return json.loads(text)"
    assert innermost["file"].endswith("test_inside_exceptions.py")


def test_a_cell_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "/tmp/ipykernel_1/2.py"
    monkeypatch.setattr("hitl_widgets.inside.exceptions.cell_name", lambda file: "Cell In[3]" if file == name else None)
    scope: dict[str, Any] = {}
    exec(compile("def work():\n    return 1 / 0\n", name, "exec"), scope)
    frame = shown(raised(scope["work"]))["frames"][-1]
    assert (frame["file"], frame["line"], frame["user"], frame["innermost"]) == ("Cell In[3]", 2, True, True)


def test_causes_and_members_and_notes_are_there() -> None:
    def fail() -> None:
        try:
            parse("{")
        except ValueError as error:
            wrong = RuntimeError("no such order")
            wrong.add_note("order 42")
            raise wrong from error

    view = shown(raised(fail))
    assert (view["notes"], view["causes"][0]["kind"]) == (["order 42"], "cause")
    assert view["causes"][0]["exception"]["type"] == "JSONDecodeError"
    group = shown(ExceptionGroup("two", [ValueError("a"), TypeError("b")]))
    assert [one["exception"]["message"] for one in group["causes"]] == ["a", "b"]


def test_an_exception_that_is_its_own_cause_ends() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert shown(one)["causes"][0]["exception"]["causes"] == []


def test_of_very_many_frames_the_middle_is_left_out() -> None:
    def down(n: int) -> int:
        return down(n + 1)

    view = shown(raised(down, 0))
    assert (view["type"], len(view["frames"]), view["left_out"] > 800) == ("RecursionError", 40, True)


def test_an_exception_that_cannot_say_what_is_wrong_says_its_type() -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise ValueError

    assert "MuteError" in shown(MuteError())["message"]


def test_a_syntax_error_says_where() -> None:
    frame = shown(raised(compile, "a = (", "mine.py", "exec"))["frames"][-1]
    assert (frame["file"], frame["line"], frame["user"]) == ("mine.py", 1, True)


def test_secrets_are_dots_in_messages_and_sources() -> None:
    secrets = Secrets()
    secrets.add("hunter2")

    def fail() -> None:
        raise ValueError("hunter2 is wrong")

    assert "hunter2" not in json.dumps(shown(raised(fail), secrets))
    assert error_view("ValueError('hunter2')", secrets)["message"] == "••••••"


@pytest.mark.parametrize(
    ("said", "type_", "message"),
    [
        ("ValueError('no such order')", "ValueError", "no such order"),
        ("no such order (42)", "Error", "no such order (42)"),
        ("KeyError('a')", "KeyError", "a"),
        ("", "Error", ""),
    ],
)
def test_of_an_exception_in_another_kernel_the_text_is_left(said: str, type_: str, message: str) -> None:
    view = error_view(said, Secrets())
    assert (view["type"], view["message"]) == (type_, message)


@dataclass
class Chunk:
    stream: Literal["stdout", "stderr", "log", "note"]
    text: str
    at: float = 0.0
    attempt: int = 1
    level: str | None = None
    logger: str | None = None


def test_printed_text_is_plain_and_one_piece_where_it_is_one() -> None:
    chunks = [
        Chunk("stdout", "\x1b[1;31mred\x1b[0m "),
        Chunk("stdout", "text\n"),
        Chunk("stderr", "oh\n"),
        Chunk("log", "careful\n", level="WARNING", logger="shop"),
        Chunk("log", "again\n", level="WARNING", logger="shop"),
        Chunk("stdout", "second try\n", attempt=2),
    ]
    found = output_chunks(chunks, Secrets())
    assert [(one["stream"], one["text"]) for one in found] == [
        ("stdout", "red text\n"),
        ("stderr", "oh\n"),
        ("log", "careful\n"),
        ("log", "again\n"),
        ("stdout", "second try\n"),
    ]
    assert (found[2].get("level"), found[2].get("logger")) == ("WARNING", "shop")


def test_a_secret_that_is_printed_in_two_pieces_is_dots() -> None:
    secrets = Secrets()
    secrets.add("hunter2")
    [one] = output_chunks([Chunk("stdout", "hun"), Chunk("stdout", "ter2")], secrets)
    assert one["text"] == "••••••"
    assert attempt_views(["ValueError: hunter2"], secrets) == [{"number": 1, "error": "ValueError: ••••••"}]


def test_a_progress_bar_is_its_last_state() -> None:
    assert plain("10%\r50%\r100%\ndone\r\n", Secrets()) == "100%\ndone\n"


def test_of_very_much_the_latest_is_kept() -> None:
    found = output_chunks([Chunk("stdout", "a" * 30_000), Chunk("stderr", "b" * 10_000)], Secrets())
    assert [(one["stream"], len(one["text"])) for one in found] == [("stdout", 14_000), ("stderr", 10_000)]


def test_nothing_that_a_terminal_would_take_for_an_order_is_left() -> None:
    text = plain("\x1b]0;title\x07\x1b[2J\x1b(B\x00\x08ok", Secrets())
    assert re.search(r"[\x00-\x08\x1b]", text) is None
    assert text.endswith("ok")
