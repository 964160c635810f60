"""What a check found prints as a table, the worst first, and as HTML in a notebook."""

from __future__ import annotations

import os

from langgraph.checkpoint.memory import InMemorySaver

import hitl_widgets as hitl
from hitl_widgets.check.findings import Finding, Findings, NotRead

from . import graphs
from .checked import marks, pays
from .graphs import Log, chain


def test_it_prints_the_worst_first_and_where_to_look() -> None:
    findings = hitl.check(chain(Log, {"pays": pays}))

    lines = str(findings).splitlines()
    ((_, _, file, line),) = marks(pays)
    assert lines[0] == "1 error, 1 info"
    assert lines[2].split() == ["error", "runs-again", f"{os.path.relpath(file)}:{line}", "pays"]
    assert repr(findings) == str(findings)
    assert bool(findings)


def test_in_a_notebook_it_is_a_table_and_what_it_shows_is_text() -> None:
    finding = Finding("a-rule", "error", "<b>", "<script>x</script>", "<i>", "<u>.py", 3)
    findings = Findings([finding], [NotRead("<em>", "<img>")])

    html = findings._repr_html_()

    assert html.startswith("<table>")
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert not any(markup in html for markup in ("<b>", "<script>", "<i>", "<u>", "<em>", "<img>"))


def test_nothing_found_says_so_and_is_false() -> None:
    findings = hitl.check(graphs.three_questions(checkpointer=InMemorySaver()))

    assert str(findings) == "Nothing found."
    assert "Nothing found." in findings._repr_html_()
    assert not findings


def test_the_findings_of_one_node_can_be_picked() -> None:
    inner = chain(Log, {"ask": pays, "fine": lambda state: {}})
    findings = hitl.check(chain(Log, {"sub": inner, "pays": pays}))

    assert [found.node for found in findings.of("sub", "ask")] == ["sub › ask"]
    assert [found.node for found in findings.of("sub")] == ["sub › ask"]
    assert list(findings.of("sub", "fine")) == []
