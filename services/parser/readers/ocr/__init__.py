"""Recognising what stands in images. ``page`` makes of a picture what the PDF reader makes of a page with a text layer."""
