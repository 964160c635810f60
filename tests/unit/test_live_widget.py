"""Widgets of the user's own as controls: what code answers is held to them as a click is."""

from __future__ import annotations

from typing import Any

import ipywidgets
import pytest

import hitl_widgets as hitl


@pytest.mark.parametrize(
    ("widget", "fits", "does_not", "why"),
    [
        (ipywidgets.Dropdown(options=["EU", "US"]), "US", "Mars", "Invalid selection"),
        (ipywidgets.IntSlider(max=10), 0, 99, "IntSlider makes 10 of it"),
        (ipywidgets.BoundedIntText(max=10), 3, "three", "an int"),
        (ipywidgets.SelectMultiple(options=["a", "b"]), ("a",), ("c",), "Invalid selection"),
    ],
)
def test_an_answer_from_code_is_held_to_the_widget(widget: Any, fits: Any, does_not: Any, why: str) -> None:
    control = hitl.Control.of_widget(widget)
    assert control.accept(fits) == fits
    with pytest.raises(hitl.InvalidAnswerError, match=why):
        control.accept(does_not)


def test_a_list_answers_a_widget_whose_value_is_a_tuple() -> None:
    assert hitl.Control.of_widget(ipywidgets.SelectMultiple(options=["a", "b"])).accept(["b"]) == ("b",)


def test_a_password_widget_is_a_secret() -> None:
    assert hitl.Control.of_widget(ipywidgets.Password()).secret
    assert not hitl.Control.of_widget(ipywidgets.Text()).secret
