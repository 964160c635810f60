"""Policies: what answers for a person. One file a kind; `hitl.policy` makes them.

A policy is asked about each request once, when the request is first pending or, with a `timeout`, that much later.
"""

from .always import Always as Always, always as always
from .base import Ask as Ask, Given as Given, Policy as Policy, checked as checked
from .default import TakesDefault as TakesDefault
from .function import OfFunction as OfFunction
from .model import OfModel as OfModel
from .tool import OfTool as OfTool
