"""What SECURITY.md shows: with LangGraph's encrypted serializer a secret answer cannot be read in the file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, TypedDict

import pytest
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

import hitl_widgets as hitl

from . import graphs

SECRET = "hunter2-correct-horse"
SECURITY = Path(__file__).parents[2] / "SECURITY.md"


class State(TypedDict, total=False):
    length: int


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_secret_answer_is_in_the_file_only_where_it_is_not_encrypted(tmp_path: Path, *, encrypted: bool) -> None:
    graph = graphs.chain(State, {"ask": lambda _: {"length": len(hitl.ask("Key?", secret=True))}, "more": more})
    path = tmp_path / "runs.sqlite"
    connection = sqlite3.connect(path, check_same_thread=False)
    options: dict[str, Any] = {"serde": EncryptedSerializer.from_pycryptodome_aes(key=b"k" * 32)} if encrypted else {}
    session = hitl.run(graph, {}, save=SqliteSaver(connection, **options))
    assert session._run.at_rest.wait(60)
    session.answer(SECRET)
    assert session._run.at_rest.wait(60)
    session.answer(True)
    assert session.wait(60) == {"length": len(SECRET)}
    connection.commit()
    connection.close()
    in_files = any(SECRET.encode() in file.read_bytes() for file in tmp_path.iterdir())
    assert in_files is not encrypted


def more(_: State) -> State:
    hitl.ask("Go on?", bool)
    return {}


def test_security_md_names_tests_that_exist() -> None:
    text = SECURITY.read_text()
    named = [part for part in text.replace("`", " ").split() if part.startswith(("tests/", "js/tests/", "scripts/"))]
    assert len(named) > 8
    assert [name for name in named if not (SECURITY.parent / name.rstrip(".,):")).exists()] == []
