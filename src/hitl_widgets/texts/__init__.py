"""How anything is told: as JSON, as text for people, as a table, as Markdown. Pure.

jsonable.py   anything → JSON, for the browser and for recordings; and anything → text
clipped.py    one that is too long for its place
raised.py     what somebody else's code has raised, as text
messages.py   a message of a chat, as a line
apart.py      labels that look the same, told apart by the names
odd.py        characters that nobody sees, or that look like others, spelled out
moments.py    a moment
columns.py    how wide a text is where every letter has a column
table.py      a table as aligned text and as HTML
markdown.py   a description as the tree of elements that the browser draws; `across.py`: look-alike letters that it takes apart
"""
