"""What a notebook offers after `hitl.`: what is meant to be used, and nothing else."""

from __future__ import annotations

import pytest
from IPython.core.completer import IPCompleter, provisionalcompleter

import hitl_widgets as hitl


@pytest.mark.parametrize("jedi", [True, False])
def test_a_notebook_offers_the_public_names(jedi: bool) -> None:
    completer = IPCompleter(namespace={"hitl": hitl}, use_jedi=jedi)
    with provisionalcompleter():
        offered = {one.text.removeprefix(".") for one in completer.completions("hitl.", 5)}
    assert offered == set(hitl.__all__)


def test_each_of_them_is_there() -> None:
    # Some are loaded only when they are named.
    for name in dir(hitl):
        assert getattr(hitl, name) is not None
