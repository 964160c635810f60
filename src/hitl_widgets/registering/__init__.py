"""Which control a request gets, and controls of the user's own: `hitl.controls`.

registry.py       the registry: which control, and why
registration.py   a function, and the conditions under which it is for a request or a part of it
calls.py          what is registered for a tool, at work on these calls: `call_control.py` shows one call with it
formats.py        what is registered for a format, at work on a request's schemas
payload_type.py   whether a payload is of a registered type
explanation.py    why a request gets its control, as a table
"""
