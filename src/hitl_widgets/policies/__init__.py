"""What answers for a person: policies, a file a kind, and what is answered where nobody can click.

A policy is asked about each request once, when the request is first pending or, with a `timeout`, that much later.

    policy.py        `hitl.policy`, which makes them
    base.py          what every policy is; the kinds: `default.py`, `function.py`, `model.py`, `tool.py`
    told_schema.py   the schema that a model is told, without secrets
    always.py        what somebody has approved once and for all in a session
    answering.py     when they are asked, and how what they say is taken
    beforehand.py    the same for answers that are given beforehand
    asked.py         a function of the user's that is asked, whatever it raises
    predecided.py    a card of which policies have decided a part
    deadlines.py     until when a request can be answered, and the timer
    unattended.py    `unattended=`: a mapping, a function, a recording, or the defaults
    answers.py       answers that are given beforehand: one, several, and where they come from
    mapped.py        those by name, each for what it is about; `recording.py` reads them from a file
    about.py         what a question is about, as a text
"""

from .always import Always as Always, always as always
from .base import Ask as Ask, Given as Given, Policy as Policy, checked as checked
from .default import TakesDefault as TakesDefault
from .function import OfFunction as OfFunction
from .tool import OfTool as OfTool
