"""The picture of a graph. Pure: no Jupyter, no threads.

topology.py   the graph that is drawn: nodes, edges, groups
appeared.py   nodes that come up while it runs
folding.py    nested graphs as one node
nested.py     the graphs that are nested in it, all or at one place
leads.py      where edges lead; `handled.py`: which nodes take over from others that fail
counts.py     where an edge says how often it was taken
layout.py     where all of it is drawn; `sizes.py`: how large; `boxes.py`: the engine's answer, and the air that is taken out
text.py       how wide a text will be
svg.py        the static picture, `html.py` with the decisions below it; `marks.py` is what both are drawn with
"""
