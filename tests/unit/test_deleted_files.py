"""A file of threads that somebody deletes or replaces while a session has it open: no answer is taken that would be lost."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl

from ..waiting import at_rest, until
from . import graphs

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a file that is open cannot be deleted there")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "runs.sqlite"


def delete(file: Path) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()


def replace(file: Path) -> None:
    moved = file.rename(file.with_name("old.sqlite"))
    file.write_bytes(moved.read_bytes())


@pytest.mark.parametrize("happens", [delete, replace])
def test_an_answer_that_would_be_lost_is_refused_and_the_question_stays(file: Path, happens: Any) -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=file))
    session.answer(True)
    at_rest(session)
    happens(file)
    with pytest.raises(hitl.AnswerError, match=r"runs\.sqlite was deleted, or another file"):
        session.answer("Main Street 1")
    assert [request.key for request in session.requests] == ["address"]
    assert session.status == "waiting"
    assert session.values["approved"] is True
    session.close()


def test_a_click_is_refused_with_the_same_words_on_its_card(file: Path) -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=file))
    display: Any = session._display
    told: list[Any] = []
    display.widget.send = told.append
    delete(file)
    answer = {"type": "answer", "client": "c", "request": session.requests[0].id, "value": True}
    display.widget._received(None, answer, [])
    until(lambda: told)
    assert told[0]["type"] == "refused"
    assert "was deleted" in told[0]["message"]
    session.close()


def test_an_async_graph_s_file_too(file: Path) -> None:
    async def asks(state: Any) -> Any:
        return {"log": [hitl.ask("Who?")]}

    async def cell() -> None:
        session = hitl.run(graphs.chain(graphs.Log, {"ask": asks, "again": asks}), {"log": []}, save=file)
        await session.aanswer("Ada")
        await asyncio.to_thread(until, lambda: [one.node for one in session.requests] == ["again"])
        delete(file)
        with pytest.raises(hitl.AnswerError, match="was deleted"):
            await session.aanswer("Bob")
        session.close()

    asyncio.run(cell())


def test_a_file_that_is_put_back_takes_answers_again(file: Path) -> None:
    session = at_rest(hitl.run(graphs.three_questions(), {}, save=file))
    elsewhere = file.rename(file.with_name("elsewhere.sqlite"))
    with pytest.raises(hitl.AnswerError, match="was deleted"):
        session.answer(True)
    elsewhere.rename(file)
    session.answer(True)
    assert [request.key for request in at_rest(session).requests] == ["address"]
    session.close()
