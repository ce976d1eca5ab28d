"""From a figure to SVG, PDF and PNG by one drawing, on the server and without a browser.

`plot` reads a Plotly figure as the screen draws it and puts lines, areas, marks and text on a
`canvas`; `frames` says how large the paper and its type are. What `plot` does not know it refuses:
a figure that leaves may not lack a part in silence.
"""
