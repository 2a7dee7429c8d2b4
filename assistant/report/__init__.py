"""The report: one self-contained page of what two people shared, to look at together.

`shown` decides what may stand on it, `figures` counts, `charts` measures shapes, `page` writes HTML.
"""
