"""The picture of a graph: its topology, its layout, and a static SVG. Pure: no Jupyter, no threads."""
