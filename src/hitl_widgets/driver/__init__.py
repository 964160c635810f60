"""How a graph is streamed and its thread read and written: one interface, two drivers, chosen for the graph."""

from .base import MODES, Address, Driver
from .choose import driver_for
from .refusal import invalid_resume

__all__ = ["MODES", "Address", "Driver", "driver_for", "invalid_resume"]
