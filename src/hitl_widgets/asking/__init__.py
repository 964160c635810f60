"""Questions with a type: `hitl.ask` and `hitl.ask_node`. What they show beside a question is in `rich/`.

ask.py         the two
options.py     what they take beside the question and its type, and which of it goes with which type
types.py       the type of the answer, with everything that it must satisfy
files.py       the same for a file, held to a folder
live.py        what a question is about and cannot go through a checkpoint
otherwise.py   whether a node that ran again asks something else
in_a_graph.py  that what asks is called where a graph runs
"""
