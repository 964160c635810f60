"""The picture of a graph that does not run.

draw.py        `hitl.draw`: live in a notebook, static elsewhere
graph_repr.py  `hitl.enable_graph_repr`: a compiled graph shows it by itself
widget.py      the live one; `view/graph_widget.py` is what it and the view of a session have in common
"""
