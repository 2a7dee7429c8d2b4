"""The report: one self-contained page of what two people shared, to look at together.

`shown` decides what may stand on it, `figures` counts, `own` and `heatmap` too; `charts` draws, `page` writes HTML.
"""
