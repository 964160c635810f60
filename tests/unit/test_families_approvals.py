"""A tool call to approve, by langchain's own middleware in both modes: what runs, with what, what the model hears."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langgraph.types import interrupt

import hitl_widgets as hitl
from hitl_widgets.control.deciding import Deciding
from hitl_widgets.controls.arguments import listed
from hitl_widgets.controls.question import describe
from hitl_widgets.requests import Request

from ..waiting import until
from . import graphs
from .agents import ALL, RAN, agent, heard, start
from .deciding import click, control_of, form_of
from .test_widget import Browser


def by_code(session: hitl.Session, decided: dict[str, Any], answer: Any) -> None:
    session.answer(answer)


def by_click(session: hitl.Session, decided: dict[str, Any], answer: Any) -> None:
    click(session, decided)


Answering = Callable[[hitl.Session, dict[str, Any], Any], None]
answered = pytest.mark.parametrize("answer", [by_code, by_click])
modes = pytest.mark.parametrize("mode", ["per_call", "batched"])

ARGS = {"query": "cats", "limit": 0, "strict": False, "note": "", "tags": []}
"""With every falsy value that an argument can have here."""
RUN = {"query": "cats", "limit": 0, "lang": "en", "strict": False, "note": "", "tags": []}


def wrapped(mode: str, decision: Any) -> Any:
    return decision if mode == "per_call" else {"decisions": [decision]}


# ---------------------------------------------------------------- one call, every decision, both modes


@modes
@answered
def test_approved_the_tool_runs_as_it_was_called(mode: str, answer: Answering) -> None:
    session = start(agent(mode, ("search", ARGS)))
    answer(session, {"decision": "approve"}, wrapped(mode, {"type": "approve"}))
    assert heard(session) == ["found 'cats'", "done"]
    assert RAN == [("search", RUN)]
    [decision] = session.decisions
    assert (decision.text, decision.approved) == ("Approved", True)


@modes
@answered
def test_rejected_the_tool_does_not_run_and_the_model_hears_why(mode: str, answer: Answering) -> None:
    session = start(agent(mode, ("search", ARGS)))
    decided = {"decision": "reject", "value": "too broad"}
    answer(session, decided, wrapped(mode, {"type": "reject", "message": "too broad"}))
    assert heard(session) == ["User rejected the tool call for `search` with reason: too broad", "done"]
    assert RAN == []
    [decision] = session.decisions
    assert (decision.text, decision.approved) == ("Rejected: too broad", False)


@modes
@answered
def test_rejected_without_a_reason(mode: str, answer: Answering) -> None:
    session = start(agent(mode, ("search", ARGS)))
    answer(session, {"decision": "reject", "value": None}, wrapped(mode, {"type": "reject"}))
    [told, _] = heard(session)
    assert told.startswith("User rejected the tool call for `search` with id call-0.")
    assert RAN == []


@modes
@answered
def test_responded_the_answer_stands_for_the_tools(mode: str, answer: Answering) -> None:
    session = start(agent(mode, ("search", ARGS)))
    answer(
        session, {"decision": "respond", "value": "no cats"}, wrapped(mode, {"type": "respond", "message": "no cats"})
    )
    assert heard(session) == ["no cats", "done"]
    assert RAN == []
    assert session.decisions[0].text == "Responded: no cats"


@modes
@answered
def test_edited_the_tool_runs_with_the_changes_and_nothing_else_changed(mode: str, answer: Answering) -> None:
    session = start(agent(mode, ("search", ARGS)))
    # The browser cannot tell an empty text from none where both are allowed.
    note = {"note": None} if mode == "per_call" else {}
    decided = {"decision": "edit", "value": form_of(session, query="dogs", **note)}
    args = {**ARGS, "query": "dogs"}
    answer(session, decided, wrapped(mode, {"type": "edit", "edited_action": {"name": "search", "args": args}}))
    [told, _] = heard(session)
    assert told.endswith("found 'dogs'")
    assert 'Executed instead: search with arguments {"query": "dogs", "limit": 0' in told
    assert RAN == [("search", {**RUN, "query": "dogs"})]
    assert session.decisions[0].text == 'Edited: query "cats" → "dogs"'


@modes
@pytest.mark.parametrize("value", [0, "", False, None, [], {}, 42, "42", 1.0, 10**17])
def test_an_edit_that_is_sent_untouched_keeps_every_value_and_its_type(mode: str, value: Any) -> None:
    session = start(agent(mode, ("store", {"value": value})))
    click(session, {"decision": "edit", "value": form_of(session)})
    heard(session)
    assert [("store", {"value": value})] == RAN
    assert type(RAN[0][1]["value"]) is type(value)


@modes
@pytest.mark.parametrize("value", [0, "", False, None, [], {}])
def test_code_may_edit_to_every_falsy_value(mode: str, value: Any) -> None:
    session = start(agent(mode, ("store", {"value": "full"})))
    session.answer({"type": "edit", "edited_action": {"name": "store", "args": {"value": value}}})
    heard(session)
    assert [("store", {"value": value})] == RAN
    assert type(RAN[0][1]["value"]) is type(value)


@modes
@pytest.mark.parametrize(("answer", "ran"), [(True, True), (False, False)])
def test_true_and_false_approve_and_reject(mode: str, answer: bool, ran: bool) -> None:
    session = start(agent(mode, ("delete", {"path": "/tmp/x"})))
    session.answer(answer, reason="because")
    told, _ = heard(session)
    assert bool(RAN) is ran
    assert told == ("deleted /tmp/x" if ran else "User rejected the tool call for `delete` with reason: because")


# ---------------------------------------------------------------- exactly what is allowed


@modes
@pytest.mark.parametrize(
    "allowed", [["approve"], ["edit"], ["reject"], ["respond"], ["reject", "approve"], ["respond", "edit"], ALL]
)
def test_exactly_the_allowed_decisions_are_offered(mode: str, allowed: list[str]) -> None:
    session = start(agent(mode, ("search", ARGS), allowed={"search": allowed}))
    control = control_of(session)
    [item] = control.items
    assert [choice.view["name"] for choice in item.choices] == [name for name in ALL if name in allowed]
    for name in set(ALL) - set(allowed):
        with pytest.raises(hitl.InvalidAnswerError, match=r"is not allowed for search; allowed: "):
            session.answer({"type": name})
        with pytest.raises(hitl.InvalidAnswerError, match=r"Please choose one\."):
            control.resume_value([{"decision": name, "value": "x"}])
    assert len(session.requests) == 1
    assert RAN == []


@modes
def test_a_bool_stands_only_for_what_is_allowed(mode: str) -> None:
    session = start(agent(mode, ("search", ARGS), allowed={"search": ["approve", "respond"]}))
    with pytest.raises(hitl.InvalidAnswerError, match="False stands for nothing here; allowed for search: approve, re"):
        session.answer(False)
    session.answer(True)
    assert heard(session) == ["found 'cats'", "done"]


# ---------------------------------------------------------------- what does not fit


@modes
@pytest.mark.parametrize(
    ("answer", "path", "sentence"),
    [
        ({"type": "maybe"}, "type", "'maybe' is not allowed for search; allowed: approve, edit, reject, respond."),
        ({}, "type", "Nothing is not allowed for search; allowed: approve, edit, reject, respond."),
        ("yes", "", "A decision is a dict with 'type', one of: approve, edit, reject, respond."),
        (None, "", "A decision is a dict with 'type', one of: approve, edit, reject, respond."),
        ({"type": "respond"}, "message", "Please fill this in."),
        ({"type": "reject", "mesage": "no"}, "mesage", "Not expected here."),
        ({"type": "edit", "edited_action": {"name": "search"}}, "edited_action/args", "Please fill this in."),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_where_it_does_not(
    mode: str, answer: Any, path: str, sentence: str
) -> None:
    session = start(agent(mode, ("search", ARGS)))
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer(answer)
    prefix = "" if mode == "per_call" else "decisions/0"
    assert refused.value.fields == {"/".join(filter(None, (prefix, path))): sentence}
    session.answer(True)
    assert heard(session) == ["found 'cats'", "done"]


def test_an_edit_is_held_to_the_tools_own_schema() -> None:
    session = start(agent("per_call", ("search", ARGS)))
    args = {"query": "cats", "limit": "many"}
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer({"type": "edit", "edited_action": {"name": "search", "args": args}})
    assert refused.value.fields == {"edited_action/args/limit": "Not a whole number."}
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        session.answer({"type": "edit", "edited_action": {"name": "delete", "args": {"query": "x"}}})
    assert refused.value.fields == {"edited_action/name": "Not one of the choices."}
    with pytest.raises(hitl.InvalidAnswerError) as refused:
        control_of(session).resume_value([{"decision": "edit", "value": form_of(session, limit="many", lang="fr")}])
    assert refused.value.fields == {"0/edit/limit": "Not a whole number.", "0/edit/lang": "Not one of the choices."}


def test_what_langgraph_refuses_is_said_at_its_field_and_can_be_mended() -> None:
    session = start(agent("per_call", ("pay", {"amount": 12})))
    click(session, {"decision": "edit", "value": {"amount": 13}})
    assert session._run.at_rest.wait(60)
    [pending] = session._run.pending
    assert pending.status == "open"
    assert pending.field_errors == {"0/edit/amount": "thirteen is unlucky"}
    assert RAN == []
    assert len(session.decisions) == 0
    click(session, {"decision": "edit", "value": {"amount": 14}})
    heard(session)
    assert RAN == [("pay", {"amount": 14})]


@modes
@pytest.mark.parametrize(
    "reply", [None, {}, [], "approve", [{}], [None], [{"decision": "approve"}] * 2, [{"decision": []}]]
)
def test_a_reply_that_is_none_is_refused(mode: str, reply: Any) -> None:
    session = start(agent(mode, ("search", ARGS)))
    with pytest.raises(hitl.InvalidAnswerError):
        control_of(session).resume_value(reply)


# ---------------------------------------------------------------- what the card shows


def test_per_call_the_form_is_the_tools_own() -> None:
    control = control_of(start(agent("per_call", ("search", {"query": "42", "limit": 42, "extra": {"a": [1]}}))))
    assert control.question == "Run search?"
    [item] = control.items
    assert item.description == "Search the web."
    assert [(one["label"], one["text"], one["type"]) for one in item.arguments] == [
        ("Query", "42", "text"),
        ("Limit", "42", "number"),
        ("Extra", '{\n  "a": [\n    1\n  ]\n}', "object"),
    ]
    field = next(choice.view["field"] for choice in item.choices if choice.view["name"] == "edit")
    assert field is not None
    assert field["type"] == "object"
    drawn = {named["name"]: named["field"]["type"] for named in field["fields"]}
    assert drawn["query"] == "text"
    assert drawn["limit"] == "number"
    assert drawn["lang"] == "choice"
    assert drawn["strict"] == "boolean"
    assert drawn["extra"] == "object"


@modes
def test_the_form_is_made_of_the_tools_own_schema(mode: str) -> None:
    [item] = control_of(start(agent(mode, ("search", {"query": "cats"})))).items
    field = next(choice.view["field"] for choice in item.choices if choice.view["name"] == "edit")
    assert field is not None
    assert field["type"] == "object"
    drawn = {named["name"]: named["field"]["type"] for named in field["fields"]}
    assert drawn == {
        "query": "text",
        "limit": "number",
        "lang": "choice",
        "strict": "boolean",
        "note": "text",
        "tags": "list",
    }


def test_batched_without_a_known_tool_the_form_is_made_of_the_values_and_keeps_their_kinds() -> None:
    payload = {
        "action_requests": [{"name": "delete", "args": {"path": "42", "options": {"depth": 42, "deep": True}}}],
        "review_configs": [{"action_name": "delete", "allowed_decisions": ["approve", "edit"]}],
    }
    control = hitl.controls.resolve(hitl.Request("1", "tools", "tools", ("tools",), payload))
    assert isinstance(control, Deciding)
    field = next(choice.view["field"] for choice in control.items[0].choices if choice.view["name"] == "edit")
    assert field is not None
    assert field["type"] == "object"
    assert [(named["name"], named["field"]["type"]) for named in field["fields"]] == [
        ("path", "text"),
        ("options", "object"),
    ]


@modes
def test_a_secret_argument_is_neither_shown_nor_kept_nor_lost(mode: str) -> None:
    session = start(agent(mode, ("log_in", {"user": "ada", "password": "hunter2"})))
    control = control_of(session)
    assert "hunter2" not in json.dumps(control.view)
    assert control.items[0].arguments[1]["type"] == "secret"
    click(session, {"decision": "edit", "value": {"user": "bob"}})
    heard(session)
    assert RAN == [("log_in", {"user": "bob", "password": "hunter2"})]
    [decision] = session.decisions
    assert (decision.value, decision.text, decision.approved) == (None, "Edited", True)


def test_a_default_that_nobody_touched_is_not_added_to_an_edit() -> None:
    session = start(agent("per_call", ("search", {"query": "cats"})))
    value = form_of(session, query="dogs")
    assert value.keys() > {"query", "limit", "lang"}
    click(session, {"decision": "edit", "value": value})
    [told, _] = heard(session)
    assert 'Executed instead: search with arguments {"query": "dogs"}' in told


def test_nothing_is_approved_by_default() -> None:
    for mode in ("per_call", "batched"):
        session = hitl.run(
            agent(mode, ("search", ARGS)), {"messages": [{"role": "user", "content": "go"}]}, unattended=hitl.defaults
        )
        assert session._run.at_rest.wait(60)
        assert session.status == "waiting"
    assert RAN == []


@modes
def test_a_recording_answers_the_same_again(mode: str, tmp_path: Any) -> None:
    first = start(agent(mode, ("search", ARGS)))
    click(first, {"decision": "edit", "value": form_of(first, query="dogs")})
    before = heard(first)
    first.decisions.to_json(tmp_path / "answers.json")
    again = hitl.run(
        agent(mode, ("search", ARGS)),
        {"messages": [{"role": "user", "content": "go"}]},
        unattended=tmp_path / "answers.json",
    )
    assert again._run.at_rest.wait(60)
    assert heard(again) == before


@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize("by", ["person", "code"])
def test_the_timeline_tells_a_rejection_from_an_approval_where_the_answer_is_an_object(
    approved: bool, by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = {
        "type": "object",
        "properties": {"approved": {"type": "boolean"}, "comment": {"type": "string"}},
        "required": ["approved"],
    }
    got: list[Any] = []

    def ask(_state: Any) -> dict[str, Any]:
        got.append(interrupt("Send it?", response_schema=schema))
        return {"log": ["asked"]}

    session = hitl.run(graphs.chain(graphs.Log, {"ask": ask}), {})
    assert session._run.at_rest.wait(60)
    if by == "person":
        browser = Browser(session, monkeypatch)
        browser.answer(browser.widget.cards[0]["request"], approved, reason="too dear")
        until(lambda: browser.widget.run["status"] == "finished", "the run did not finish")
        rows = browser.widget.timeline["latest"]
        assert [row["approved"] for row in rows if row["kind"] == "decision"] == [approved]
    else:
        session.answer({"approved": approved, "comment": "too dear"})
        session.wait(60)
    assert got == [{"approved": approved, "comment": "too dear"}]
    [decision] = session.decisions
    assert (decision.approved, decision.text, decision.reason) == (approved, "Yes" if approved else "No", "too dear")
    assert decision.value == got[0]
    assert repr(session.decisions) == f"ask: {decision.text} ({by}), because: too dear"


def test_such_a_decision_is_replayed_as_it_was(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}, "note": {"type": ["string", "null"]}}}
    got: list[Any] = []

    def ask(_state: Any) -> dict[str, Any]:
        got.append(interrupt("Send it?", response_schema=schema))
        return {"log": ["asked"]}

    graph = graphs.chain(graphs.Log, {"ask": ask})
    session = hitl.run(graph, {})
    session.answer({"ok": False, "note": "no"})
    session.wait(60)
    session.decisions.to_json(tmp_path / "recording.json")
    replayed = hitl.run(graph, {}, unattended=tmp_path / "recording.json")
    replayed.wait(60)
    assert got == [{"ok": False, "note": "no"}] * 2
    assert repr(replayed.decisions) == "ask: No (unattended), because: no"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (["support@example.com", "audit@example.com"], '["support@example.com", "audit@example.com"]'),
        ({"currency": "EUR", "amount": 27.0}, '{"currency": "EUR", "amount": 27.0}'),
        ([], "[]"),
        ([["a"]], '[\n  [\n    "a"\n  ]\n]'),
        (["a long address", "another long address", "one more long address"] * 2, None),
    ],
)
def test_a_short_list_or_object_takes_one_line_and_a_longer_one_a_line_for_each_value(
    value: Any, text: str | None
) -> None:
    [shown] = listed({"value": value})
    assert shown["text"] == (text or json.dumps(value, indent=2))


@pytest.mark.parametrize(
    ("name", "more", "kind"),
    [
        ("approved", {}, "approval"),
        ("goAhead", {}, "approval"),
        ("ok", {"title": "OK to send"}, "approval"),
        ("cancel", {}, "form"),
        ("skip_backup", {"description": "No copy is made first."}, "form"),
        ("approved", {"title": "Delete the original, too"}, "approval"),
        ("human_approved", {"title": "Genehmigen?"}, "approval"),
        ("isApproved", {}, "approval"),
        ("should_proceed", {}, "approval"),
        ("not_ok", {}, "form"),
        ("result_is_wrong", {}, "form"),
        ("go_back", {}, "form"),
    ],
)
def test_two_buttons_ask_for_a_boolean_that_approves_and_for_no_other(name: str, more: Any, kind: str) -> None:
    schema = {"type": "object", "properties": {name: {"type": "boolean", **more}}}
    control = hitl.controls.resolve(Request("1", "n", "n", ("n",), "Deploy it?", response_schema=schema))
    view = control.view
    assert view["kind"] == kind
    if view["kind"] == "form" and view["field"]["type"] == "object":
        [named] = view["field"]["fields"]
        assert named["field"]["label"] == more.get("title", name.replace("_", " ").capitalize())
        assert named["field"]["help"] == more.get("description")
    elif "title" in more:
        assert more["title"] in str(describe(Request("1", "n", "n", ("n",), "Deploy it?"), control).description)


def test_all_that_the_fields_of_an_approval_say_is_on_its_card() -> None:
    schema = {
        "type": "object",
        "description": "The reviewer's reply.",
        "properties": {
            "approved": {"type": "boolean", "description": "Approve to delete the copies, too."},
            "comment": {"type": "string", "description": "Will be published."},
        },
    }
    control = hitl.controls.resolve(Request("1", "n", "n", ("n",), "Publish it?", response_schema=schema))
    said = str(describe(Request("1", "n", "n", ("n",), "Publish it?"), control).description)
    assert control.view["kind"] == "approval"
    for text in ("The reviewer's reply.", "Approve to delete the copies, too.", "Comment: Will be published."):
        assert text in said


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "description": "A reply.", "properties": {"approved": {"type": "boolean"}}},
        {"type": "boolean", "title": "A reply.", "description": "Skips the backup."},
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_what_a_schema_says_takes_no_place_of_what_the_payload_says(schema: Any, *, inside: bool) -> None:
    payload = {"message": "Deploy it?", "description": "It deletes the old one."}
    more = {"responseSchema": schema} if inside else {}
    request = Request("1", "n", "n", ("n",), payload | more, response_schema=None if inside else schema)
    control = hitl.controls.resolve(request)
    assert control.view["kind"] == "approval"
    said = str(describe(request, control).description)
    assert said.startswith("It deletes the old one.\n\nA reply.")
    assert schema["type"] != "boolean" or "Skips the backup." in said


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("title", "Deploy it?"),
        ("title", "Approved"),
        ("title", "It deletes the old one."),
        ("description", "Deploy it?"),
        ("description", "It deletes the old one."),
        ("description", "it deletes  the old one."),
    ],
)
@pytest.mark.parametrize("of", ["whole", "boolean", "alone"])
def test_what_payload_and_schema_both_say_stands_once(said: str, where: str, of: str) -> None:
    payload = {"message": "Deploy it?", "description": "It deletes the old one.\n\nAt once."}
    yes: dict[str, Any] = {"type": "boolean"}
    whole: dict[str, Any] = {"type": "object", "properties": {"approved": yes}}
    schema = yes if of == "alone" else whole
    (whole if of == "whole" else yes)[where] = said
    request = Request("1", "n", "n", ("n",), payload, response_schema=schema)
    control = hitl.controls.resolve(request)
    assert control.view["kind"] == "approval"
    assert describe(request, control).description == payload["description"]
