"""Documents as a scanner would have delivered them: for the benchmark of OCR and for the tests."""

from __future__ import annotations

import io
from collections.abc import Iterable

import cv2
import numpy as np
import pypdfium2 as pdfium
from PIL import Image


def rasterised(
    body: bytes, pages: Iterable[int] | None = None, *, dpi: int = 200, skew: float = 0.5, noise: float = 6.0, turns: int = 0
) -> bytes:
    """A PDF whose pages (0-based, all if none) are grey JPEG images of those of another: turned by ``skew`` degrees and by
    ``turns`` quarter turns, every pixel off by a normal deviate of ``noise`` grey levels. The same at every call."""
    source, target, random = pdfium.PdfDocument(body), pdfium.PdfDocument.new(), np.random.default_rng(143)
    for index in range(len(source)) if pages is None else pages:
        image = scanned(render(source, index, dpi), random, skew, noise, turns)
        buffer = io.BytesIO()
        Image.fromarray(image).save(buffer, "jpeg", quality=88)
        height, width = (side * 72 / dpi for side in image.shape)
        picture = pdfium.PdfImage.new(target)
        picture.load_jpeg(buffer, inline=True)
        picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
        page = target.new_page(width, height)
        page.insert_obj(picture)
        page.gen_content()
    written = io.BytesIO()
    target.save(written)
    return written.getvalue()


def render(document: pdfium.PdfDocument, index: int, dpi: int = 200) -> np.ndarray:
    """A page in grey levels."""
    image = document[index].render(scale=dpi / 72, grayscale=True).to_numpy()
    return np.array(image.reshape(image.shape[:2]))


def scanned(image: np.ndarray, random: np.random.Generator, skew: float = 0.5, noise: float = 6.0, turns: int = 0) -> np.ndarray:
    """An image as it comes out of a scanner."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
    turned = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    noisy = np.clip(turned + random.normal(0, noise, turned.shape), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.rot90(noisy, turns))
