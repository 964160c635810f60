"""A recording that somebody has edited by hand: it answers, or says where it is no recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import hitl_widgets as hitl

from . import graphs

ASKED = {"ask": graphs.asks("?")}


def recording(answers: Any, **more: Any) -> str:
    return json.dumps({"format": "hitl-widgets.answers/1", "answers": answers, "secrets": [], **more})


def answered(path: Path) -> Any:
    return hitl.run(graphs.chain(graphs.Log, ASKED), {}, unattended=path).wait(60)


@pytest.fixture(autouse=True)
def _nobody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITL_UNATTENDED", "1")


def test_one_that_an_editor_has_put_a_mark_before_answers(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_bytes(b"\xef\xbb\xbf" + recording({"ask": [{"value": "x"}]}).encode())
    assert answered(path) == {"log": ["x"]}


WRONG: dict[str, tuple[bytes | str, str]] = {
    "nothing": ("", "Expecting value"),
    "a list": ("[]", "it has no format"),
    "in another encoding": (recording({"ask": [{"value": "é"}]}).encode("utf-16"), "codec can't decode"),
    "nested without end": ("[" * 100_000, "nested too deeply"),
    "a number of 5 000 digits": (f'{{"a": {"9" * 5_000}}}', "limit"),
    "no answers": ('{"format": "hitl-widgets.answers/1"}', "must be an object with a list for each key, not nothing"),
    "a list of answers": (recording([1]), "must be an object with a list for each key, not a list"),
    "an answer alone": (recording({"ask": "yes"}), "the answers to 'ask' must be a list"),
    "an answer that is no list": (recording({"ask": {"value": "x"}}), "the answers to 'ask' must be a list"),
    "no value": (recording({"ask": [{"value": "x"}, {}]}), "answer 1 to 'ask' must be an object with a"),
    "no object": (recording({"ask": [None]}), "answer 0 to 'ask' must be an object with a"),
    "a reason that is no text": (
        recording({"ask": [{"value": "x", "reason": [1]}]}),
        "the reason of answer 0 to 'ask'",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_recording_is_refused_in_words_with_its_name(what: str, tmp_path: Path) -> None:
    content, why = WRONG[what]
    path = tmp_path / "answers.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match="is not a recording of answers") as error:
        answered(path)
    assert str(path) in str(error.value)
    assert why in str(error.value)


def test_half_an_emoji_in_a_question_is_written_as_its_code_and_the_recording_answers(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    # In a key, too: elsewhere LangGraph's serializer has a question mark for it (1.2.24).
    asks = graphs.chain(graphs.Log, {"ask": graphs.asks({"question": "Send this? \udc00", "\udc00": 1})})
    session = hitl.run(asks, {}, unattended={"ask": "yes"})
    session.wait(60)
    session.decisions.to_json(path)
    (kept,) = json.loads(path.read_text(encoding="utf-8"))["answers"]["ask"]
    about = "Send this? \\udc00\n\\udc00: 1"
    assert kept == {"question": "Send this? \\udc00", "about": about, "value": "yes"}
    assert hitl.run(asks, {}, unattended=path).wait(60) == {"log": ["yes"]}
