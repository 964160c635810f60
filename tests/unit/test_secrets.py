"""A secret stays one: whoever draws its question, whatever is said of its answer, and whoever is asked before a person."""

from __future__ import annotations

import dataclasses
import json
import traceback
from collections.abc import Callable
from typing import Annotated, Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt
from pydantic import AfterValidator, BaseModel, Field, SecretStr, field_validator
from typing_extensions import TypedDict

import hitl_widgets as hitl
from hitl_widgets.controls.secrets import asks_for_secret
from hitl_widgets.running import secrets as keeping
from hitl_widgets.running.secrets import Secrets
from hitl_widgets.view.project import project

from . import graphs
from .agents import agent
from .test_families_inbox import human_interrupt

SECRET = "hunter2-hunter2"
PASSWORD: dict[str, Any] = {"type": "string", "format": "password"}


class Login(BaseModel):
    token: Annotated[str, Field(json_schema_extra={"writeOnly": True})]


class State(TypedDict, total=False):
    token: str
    length: int


def asks(payload: Any, schema: Any = None) -> Callable[[Any], dict[str, Any]]:
    """A node that asks and keeps of the answer only its length."""

    def ask(_state: Any) -> dict[str, Any]:
        given = interrupt(payload) if schema is None else interrupt(payload, response_schema=schema)
        return {"length": len(given)}

    return ask


def seen(session: hitl.Session) -> dict[str, str]:
    """Everything that a session shows, sends or records."""
    run = session._run
    display: Any = session._display
    assert run.at_rest.wait(60)
    decisions = session.decisions
    return {
        "traits": json.dumps(project(run, display.widget._drawn, 1, display.widget._looking.timeline), default=str),
        "story": str(display(neutral=False)),
        "decisions": repr(decisions) + decisions._repr_html_() + decisions.to_code() + repr(list(decisions)),
        "history": repr(session.history) + session.history._repr_html_() + repr(list(session.history)),
        "frame": session.history.to_frame()["wrote"].to_string(),
    }


def leaks(session: hitl.Session, answer: Any = None) -> list[str]:
    """Where the secret is seen, before and after it was given."""
    before = [f"{place}, before" for place, text in seen(session).items() if SECRET in text]
    if answer is not None:
        session.answer(answer)
        session.wait(60)
        assert session.decisions[-1].secret
    return [*before, *(place for place, text in seen(session).items() if SECRET in text)]


def start(graph: Any, **options: Any) -> hitl.Session:
    session = hitl.run(graph, {"messages": [("user", "go")]}, **options)
    assert session._run.at_rest.wait(60)
    return session


def controls(function: Callable[[Any], Any], **for_: Any) -> hitl.Registry:
    registry = hitl.controls.copy()
    registry.register(**for_)(function)
    return registry


@pytest.mark.parametrize(
    "node",
    [
        lambda _: {"token": hitl.ask("Token?", format="password")},
        hitl.ask_node("token", "Token?", str, format="password"),
        lambda _: {"token": hitl.ask("Token?", SecretStr).get_secret_value()},
    ],
    ids=["ask", "ask_node", "SecretStr"],
)
def test_what_a_node_wrote_that_asked_for_a_secret_is_dots_in_the_history(node: Any) -> None:
    session = hitl.run(graphs.chain(State, {"ask": node}), {})
    assert leaks(session, SECRET) == []
    assert "wrote token: ••••••" in repr(session.history)
    assert session.history[0].tasks[0].wrote == {"token": SECRET}


def test_after_a_restart_neither_decisions_nor_the_history_tell_a_secret(tmp_path: Any) -> None:
    graph = graphs.chain(State, {"ask": hitl.ask_node("token", "Token?", str, format="password")})
    session = hitl.run(graph, {}, thread_id="t", save=tmp_path / "a.sqlite")
    session.answer(SECRET)
    session.wait(60)
    attached = hitl.attach(graph, "t", save=tmp_path / "a.sqlite")
    attached.wait(60)
    assert [(one.key, one.value, one.secret) for one in attached.decisions] == [("token", None, True)]
    assert leaks(attached) == []


@pytest.mark.parametrize(
    ("word", "reference"),
    [
        ({"$anchor": "token"}, {"$ref": "#token"}),
        ({"$id": "token"}, {"$ref": "token"}),
        ({"$dynamicAnchor": "token"}, {"$dynamicRef": "#token"}),
    ],
    ids=["anchor", "id", "dynamic"],
)
def test_a_secret_that_a_schema_refers_to_by_its_name_is_one(word: Any, reference: Any) -> None:
    named = {"$id": "http://example.test/login", "$defs": {"any": {**PASSWORD, **word}}}
    session = hitl.run(
        graphs.chain(State, {"ask": asks("Login?", {**named, "type": "object", "properties": {"token": reference}})}),
        {},
    )
    session.answer({"token": SECRET})
    session.wait(60)
    assert leaks(session) == []


def test_a_key_of_the_state_that_is_a_secret_is_dots_in_the_history_whoever_writes_it() -> None:
    class Keys(TypedDict, total=False):
        token: Annotated[str, Field(json_schema_extra={"writeOnly": True})]
        length: int

    session = hitl.run(graphs.chain(Keys, {"make": lambda _: {"token": SECRET, "length": 3}}), {})
    session.wait(60)
    assert leaks(session) == []
    assert "length: 3" in repr(session.history)


@pytest.mark.parametrize(
    ("registered", "schema", "answer"),
    [
        ({"format": "password"}, PASSWORD, SECRET),
        ({"node": "ask"}, PASSWORD, SECRET),
        ({"when": lambda _: True}, {"type": "object", "properties": {"token": PASSWORD}}, {"token": SECRET}),
    ],
    ids=["format", "node", "when"],
)
def test_a_control_of_ones_own_keeps_the_secret_of_the_question(registered: Any, schema: Any, answer: Any) -> None:
    own = hitl.Control.text() if isinstance(answer, str) else hitl.Control.json()
    session = hitl.run(
        graphs.chain(State, {"ask": asks("Token?", schema)}), {}, controls=controls(lambda _: own, **registered)
    )
    assert leaks(session, answer) == []


@pytest.mark.parametrize("inside", [True, False], ids=["as a part", "as the answer"])
def test_a_form_registered_for_a_format_keeps_the_secrets_inside_of_it(inside: bool) -> None:
    part = {"type": "object", "format": "login", "properties": {"token": PASSWORD}}
    schema = {"type": "object", "properties": {"login": part}} if inside else part
    own = hitl.Control.form({"type": "object", "properties": {"token": {"type": "string"}}})
    session = hitl.run(
        graphs.chain(State, {"ask": asks("Token?", schema)}), {}, controls=controls(lambda _: own, format="login")
    )
    assert leaks(session, {"login": {"token": SECRET}} if inside else {"token": SECRET}) == []


def test_a_secret_key_of_the_state_stays_one_under_a_control_of_ones_own() -> None:
    class Keys(TypedDict, total=False):
        token: Annotated[str, Field(json_schema_extra={"format": "password"})]

    graph = graphs.chain(Keys, {"ask": hitl.ask_node("token", "Token?")})
    session = hitl.run(graph, {}, controls=controls(lambda _: hitl.Control.text(), node="ask"))
    assert leaks(session, SECRET) == []


def test_a_default_beside_a_schema_of_a_secret_is_not_shown() -> None:
    payload = {"message": "Token?", "responseSchema": PASSWORD, "default": SECRET}
    session = hitl.run(graphs.chain(State, {"ask": asks(payload)}), {})
    assert leaks(session, "another") == []


def test_a_proposal_for_a_secret_is_not_shown() -> None:
    node = lambda _: {"length": len(hitl.ask("Token?", format="password", compare=SECRET))}  # noqa: E731
    assert leaks(hitl.run(graphs.chain(State, {"ask": node}), {}), "another") == []


def test_what_is_entered_for_a_call_with_a_control_of_ones_own_is_told_to_nobody() -> None:
    def login(_request: Any) -> hitl.Control:
        text = hitl.Control.text(format="password")
        return dataclasses.replace(text, parse=lambda token: {"user": "ada", "token": token})

    payload = human_interrupt("login", {"user": "ada", "token": "old"}, "accept", "edit")
    session = hitl.run(graphs.chain(State, {"ask": asks(payload)}), {}, controls=controls(login, tool="login"))
    assert leaks(session, SECRET) == []
    assert session.decisions[0].text == "Edited"


@pytest.mark.parametrize("mode", ["per_call", "batched"])
@pytest.mark.parametrize("calls", [1, 2])
def test_a_form_of_ones_own_does_not_start_from_a_secret_argument(mode: str, calls: int) -> None:
    own = hitl.Control.form({"type": "object", "properties": {"password": {"type": "string"}}})
    asked = [("log_in", {"user": "ada", "password": SECRET})] * calls
    session = start(agent(mode, *asked), controls=controls(lambda _: own, tool="log_in"))
    assert [place for place in leaks(session) if "history" not in place and "frame" not in place] == []
    assert all(pending.control.secret for pending in session._run.pending)
    session.stop()


@pytest.mark.parametrize("mode", ["per_call", "batched"])
def test_secret_arguments_of_a_call_that_can_only_be_approved_are_dots(mode: str) -> None:
    calls = [("log_in", {"user": "ada", "password": SECRET})]

    def quotes(call: hitl.Call) -> bool:
        raise ValueError(f"I do not like {call.args['password']}")

    session = start(
        agent(mode, *calls, allowed={"log_in": ["approve", "reject"]}),
        policies=[hitl.policy("strict", tool="log_in", answer=quotes)],
    )
    assert [place for place in leaks(session) if "history" not in place and "frame" not in place] == []
    assert any("strict" in notice and "ValueError" in notice for notice in session._run.notices)
    session.stop()


@pytest.mark.parametrize("annotation", ["a field", "a JSON editor"])
def test_a_secret_in_the_input_is_in_no_decision(annotation: str) -> None:
    class ByField(TypedDict, total=False):
        login: Login

    class ByJson(TypedDict, total=False):
        login: Annotated[Any, Field(json_schema_extra={"writeOnly": True})]

    state = ByField if annotation == "a field" else ByJson
    session = hitl.run(graphs.chain(state, {"work": lambda _: {}}))
    assert leaks(session, {"login": {"token": SECRET}}) == []


def test_a_fork_starts_from_no_secret() -> None:
    graph = graphs.chain(State, {"ask": asks("Token?", PASSWORD)})
    session = hitl.run(graph, {}, controls=controls(lambda _: hitl.Control.text(), node="ask"))
    session.answer(SECRET)
    session.wait(60)
    fork = session.fork(0)
    assert leaks(fork) == []
    assert fork._run.origin.earlier is not None
    assert fork._run.origin.earlier._by_id == {}
    fork.stop()


def test_what_a_policy_enters_as_a_secret_is_not_on_the_card_that_a_person_finishes() -> None:
    own = hitl.Control.form({"type": "object", "properties": {"password": {"type": "string"}}})
    edit = {"type": "edit", "edited_action": {"name": "log_in", "args": {"user": "ada", "password": SECRET}}}
    session = start(
        agent("batched", ("log_in", {"user": "ada", "password": "x"}), ("search", {"query": "a"})),
        controls=controls(lambda _: own, tool="log_in"),
        policies=[hitl.policy(tool="log_in", answer=edit)],
    )
    view: Any = session._run.pending[0].control.view
    assert view["items"][0]["policy"] == "decide about log_in"
    assert [place for place in leaks(session) if "history" not in place and "frame" not in place] == []
    session.stop()


def test_a_secret_is_known_by_the_constraints_of_its_question_alone() -> None:
    payload = {"type": "hitl.ask_node", "key": "token", "constraints": {"json_schema_extra": {"format": "password"}}}
    assert asks_for_secret(hitl.Request("1", "a", "a", ("a",), payload))
    assert not asks_for_secret(hitl.Request("1", "a", "a", ("a",), {**payload, "constraints": {"min_length": 1}}))


def test_the_example_for_unattended_does_not_quote_what_stands_in_a_password_widget() -> None:
    widgets = pytest.importorskip("ipywidgets")
    session = hitl.run(
        graphs.chain(State, {"ask": asks("Token?")}),
        {},
        controls=controls(lambda _: widgets.Password(value=SECRET), node="ask"),
    )
    assert session._run.at_rest.wait(60)
    with pytest.raises(hitl.UnansweredError) as raised:
        session.wait(60)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(("kind", "schema"), [("Password", None), ("Text", {**PASSWORD, "minLength": 9})])
def test_a_widget_of_ones_own_does_not_keep_the_secret_that_it_was_answered_with(kind: str, schema: Any) -> None:
    own = getattr(pytest.importorskip("ipywidgets"), kind)()
    graph = graphs.chain(State, {"ask": asks("Token?", schema)})
    session = hitl.run(graph, {}, controls=controls(lambda _: own, node="ask"))
    assert session._run.at_rest.wait(60)
    if schema is not None:
        with pytest.raises(hitl.InvalidAnswerError):
            session.answer("hunter2")
        assert own.value == "hunter2"  # it is there to be mended
    session.answer(SECRET)
    assert session.wait(60) == {"length": len(SECRET)}
    assert own.value == ""
    own.set_state({"value": SECRET})  # as the page sends it, after the answer
    assert own.value == ""
    again = hitl.run(graph, {}, controls=controls(lambda _: own, node="ask"))
    assert again._run.at_rest.wait(60)
    own.set_state({"value": SECRET})  # it is used once more
    assert own.value == SECRET
    again.stop()


def test_nor_do_those_that_an_inbox_has_made_to_check_the_answer() -> None:
    widgets = pytest.importorskip("ipywidgets")
    graph = graphs.chain(State, {"ask": asks("Token?")}, checkpointer=InMemorySaver())
    for thread in "ab":
        graph.invoke({}, {"configurable": {"thread_id": thread}})
    made: list[Any] = []

    def password(_: hitl.Request) -> Any:
        made.append(widgets.Password())
        return made[-1]

    inbox = hitl.inbox(graph, controls=controls(password, node="ask"))
    assert [outcome.status for outcome in inbox.answer(SECRET)] == ["answered", "answered"]
    assert {one.value for one in made} == {""}


@pytest.mark.parametrize("text", ["42", " 42\n", "'42'", '"42"', "`42`"])
def test_a_short_secret_is_dots_where_a_text_is_nothing_else(text: str) -> None:
    secrets = Secrets()
    secrets.add("42")
    assert secrets.mask(text) == text.replace("42", "••••••")
    assert secrets.masked({"deep": [text, 42, 4]}) == {
        "deep": [secrets.mask(text) if text == "42" else "••••••", "••••••", 4]
    }
    assert secrets.are_in([{"deep": text}])


@pytest.mark.parametrize("text", ["1942", "4 2", "it is 42", "42%", "4.2", "", " "])
def test_a_short_secret_stays_inside_of_a_longer_text(text: str) -> None:
    secrets = Secrets()
    secrets.add("42")
    assert secrets.mask(text) == text
    assert not secrets.are_in([{"deep": text}])


@pytest.mark.parametrize("secret", [" ", "''", '"'])
def test_a_secret_of_nothing_but_spaces_or_quotes_is_found_alone(secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    assert secrets.mask(secret) == "••••••"
    assert secrets.mask(f"{secret}a") == f"{secret}a"
    assert secrets.mask("") == ""


def test_a_thread_may_be_given_many_secrets_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    forms, formed = keeping._forms, list[str]()
    monkeypatch.setattr(keeping, "_forms", lambda text: (formed.append(text), *forms(text))[1:])
    secrets = Secrets()
    for number in range(100):
        secrets.add({"token": f"hunter-{number}\n"})
    assert len(formed) == 100, "each is thought through again with every other one"
    assert secrets.mask("hunter-7\\n and hunter-77") == "•••••• and hunter-77"
    assert secrets.is_one("hunter-99")


def quotes(value: str) -> str:
    raise ValueError(f"There is no token {value!r}.")


class Account(BaseModel):
    name: str
    token: SecretStr

    @field_validator("token")
    @classmethod
    def is_one(cls, token: SecretStr) -> SecretStr:
        return SecretStr(quotes(token.get_secret_value()))

    @field_validator("name")
    @classmethod
    def is_known(cls, name: str) -> str:
        raise ValueError(f"Who is {name}?")


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda _: {"token": hitl.ask("Token?", Annotated[str, AfterValidator(quotes)], secret=True)}, SECRET),
        (lambda _: {"token": hitl.ask("Account?", Account).name}, {"name": "ada", "token": SECRET}),
    ],
    ids=["a type", "a model"],
)
def test_a_validator_that_quotes_a_secret_tells_it_to_nobody(ask: Any, answer: Any) -> None:
    session = hitl.run(graphs.chain(State, {"ask": ask}), {})
    assert session._run.at_rest.wait(60)
    with pytest.raises(hitl.InvalidAnswerError, match="This value does not fit") as refused:
        session.answer(answer)
    assert SECRET not in "".join(traceback.format_exception(refused.value))
    shown = seen(session)
    assert "This value does not fit." in shown["traits"]
    assert not [where for where, text in shown.items() if SECRET in text]
    assert refused.value.fields.get("name") in {None, "Who is ada?"}
