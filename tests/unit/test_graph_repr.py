"""`hitl.enable_graph_repr` where there is no kernel. What it does in one is in tests/kernel/test_drawing.py."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hitl_widgets as hitl
from hitl_widgets.drawing import graph_repr

from . import graphs


def test_a_script_may_ask_for_it_and_nothing_comes_of_it() -> None:
    code = (
        "import sys, hitl_widgets as hitl\n"
        "hitl.enable_graph_repr(); hitl.disable_graph_repr()\n"
        "print('IPython.core.formatters' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stderr == ""


def test_a_terminals_ipython_shows_one_line_and_no_widget() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell(user_ns={})
    shell.history_manager.enabled = False
    graph_repr.load_ipython_extension(shell)
    data, _ = shell.display_formatter.format(graphs.three_questions())
    assert data["text/plain"] == "<CompiledStateGraph LangGraph>"
    assert "application/vnd.jupyter.widget-view+json" not in data
    graph_repr.unload_ipython_extension(shell)
    assert graph_repr._graphs() not in shell.display_formatter.mimebundle_formatter.type_printers


def test_marimo_does_not_ask_ipython_so_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph_repr, "in_marimo", lambda: True)
    with pytest.raises(hitl.HitlError, match=r"end the cell with hitl\.draw\(graph\) instead"):
        hitl.enable_graph_repr()
