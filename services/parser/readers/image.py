"""Images (PNG, JPEG, TIFF, BMP, GIF, WebP) → Layout: every frame a scanned page."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import cv2
import numpy as np
from PIL import Image, ImageOps, ImageSequence

from services.parser.layout import Layout, Unreadable
from services.parser.readers.limits import Limits
from services.parser.readers.ocr.engine import Image as Pixels
from services.parser.readers.ocr.page import DPI, MAX_SIDE, read_image, record
from services.parser.readers.pdf import compose

FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "WEBP", "PPM")
_MAX_PIXELS = 80_000_000
_SMALL = 120  # pixels: an icon
_PAPER = 11.69  # inches: the longer side of A4, where the image does not say how large it is
_LEAST, _MOST = 4.0, 24.0  # inches: another size is no page's, so what the image says of its resolution is wrong
_MAX_FRAMES = 500


def read(body: bytes, name: str | None, limits: Limits) -> Layout:
    """Raises ``Unreadable``: ``damaged``, ``too-large``, ``too-many-pages``, ``no-content`` (no text in any frame)."""
    layout, contents = Layout("image"), []
    for number, (pixels, dpi) in enumerate(decode(body, limits), 1):
        limits.check_pages(number)
        contents.append(record(read_image(pixels, dpi, number), layout))
    layout.blocks = compose(contents)
    if not layout.blocks:
        raise Unreadable("blank-image")
    return layout


def decode(body: bytes, limits: Limits) -> Iterator[tuple[Pixels, float]]:
    """The frames of an image in grey at the resolution at which pages are read, and that resolution."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(body), formats=FORMATS) as picture:
            frames, most = getattr(picture, "n_frames", 1), min(limits.pages, _MAX_FRAMES)
            if frames > most:
                raise Unreadable("many-pages", pages=frames, limit=most)
            for frame in ImageSequence.Iterator(picture):
                width, height = frame.size
                if width * height > _MAX_PIXELS:
                    raise Unreadable("large-image", width=width, height=height)
                if max(width, height) < _SMALL:
                    raise Unreadable("small-image")
                yield _page(frame)
    except Unreadable:
        raise
    except Exception as error:  # each decoder has its own way of failing
        raise Unreadable("damaged") from error


def _page(frame: Image.Image) -> tuple[Pixels, float]:
    shown = ImageOps.exif_transpose(frame)
    if shown.mode in ("RGBA", "LA", "PA", "P"):  # what is transparent is paper
        layer = shown.convert("RGBA")
        shown = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    grey = np.asarray(shown.convert("L"), np.uint8)
    longest = max(grey.shape)
    dpi = float(frame.info.get("dpi", (0, 0))[0])
    if dpi <= 0 or not _LEAST <= longest / dpi <= _MOST:
        dpi = longest / _PAPER
    scale = min(DPI / dpi, MAX_SIDE / longest)
    if abs(scale - 1) < 0.02:
        return grey, dpi
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(grey, None, fx=scale, fy=scale, interpolation=way), np.uint8), dpi * scale
