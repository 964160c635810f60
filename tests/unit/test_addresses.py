"""Addresses in any script, and templates of addresses: read once, however long, and as the RFCs have them."""

from __future__ import annotations

import time

import pytest

from hitl_widgets.fields import validate

LONG = {
    "iri": ["h:" + "/" * 1_000_000, "h://" + "a:" * 500_000, "h:" + "%41" * 300_000, "h://" + "[::]" * 200_000],
    "iri-reference": ["/" * 1_000_000, ":" * 1_000_000, "a@" * 500_000, "?" * 1_000_000, "a" * 1_000_000 + " "],
    "uri-template": ["{" * 1_000_000, "{a" * 500_000, "{a," * 300_000, "{" + "a." * 500_000, "{" + "%41" * 300_000],
}
GOOD = {
    "iri": ["http://ƒøø.ßår/?∂éœ=πîx#πîüx", "http://[2001:db8::1]:80/a", "urn:a:b", "http://ƒøø.com/a_(b)_c#ß-1", "h:"],
    "iri-reference": ["http://ƒøø.ßår/", "//ƒøø.ßår/?a", "/âππ", "âππ", "#ƒräg", "./a:b", ""],
    "uri-template": ["http://a/{term:1}/{term}", "a", "{+a,b*}{?c}", "{/a.b}", ""],
}
BAD = {
    "iri": [
        "http://2001:0db8:85a3::8a2e",
        "/abc",
        "\\\\WINDOWS\\filëßåré",
        "âππ",
        "http://a b",
        "http://a/%zz",
        "1:a",
        "",
    ],
    "iri-reference": ["\\\\WINDOWS\\filëßåré", "#ƒräg\\mênt", "a b", "1:a", "//a:b/"],
    "uri-template": ["http://a/{term:1}/{term", "}", "{}", "{a b}", "{{a}}", "{a:0}"],
}


def pairs(texts: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(format_, text) for format_, some in texts.items() for text in some]


def errors(format_: str, text: str) -> list[str]:
    return list(validate({"type": "string", "format": format_}, text).values())


@pytest.mark.parametrize(("format_", "text"), pairs(GOOD))
def test_what_is_one_is_taken(format_: str, text: str) -> None:
    assert errors(format_, text) == []


@pytest.mark.parametrize(("format_", "text"), pairs(BAD))
def test_what_is_none_is_refused_in_words(format_: str, text: str) -> None:
    assert errors(format_, text) == [f"Not a valid {format_}."]


@pytest.mark.parametrize(("format_", "text"), pairs(LONG), ids=lambda one: one[:14])
def test_a_text_of_a_megabyte_is_read_in_a_moment(format_: str, text: str) -> None:
    """Half a minute for the first 100 kB of some, and for others four times as long for twice as much."""
    before = time.thread_time()
    errors(format_, text)
    assert time.thread_time() - before < 2
