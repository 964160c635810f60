"""What LangGraph's thread and the graph themselves say, read: the truth about what is pending, and about what went before.

asked.py         the requests of a thread, from its snapshot
breakpoints.py   where it stands, if at a static breakpoint; `later_graphs.py`: in another graph than LangGraph shows
graph_input.py   what the graph takes to begin with, as a request
state_schema.py  what the graph's state schema says of its keys; `secret_keys.py`: which of them are secrets
tools.py         the tools of the graph that asks
history.py       the steps of a thread
earlier.py       those of them that ran before this kernel, without any values
comparing.py     where two threads part

Nothing here runs a graph or writes to its thread.
"""
