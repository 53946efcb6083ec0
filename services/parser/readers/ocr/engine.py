"""The two models of PP-OCR that RapidOCR carries in its wheel: where text stands in an image, and what a line of it says.

Detection goes through RapidOCR. Recognition runs its model directly, because the confidence of every single character is
needed, not the mean of a line: one doubtful digit makes a number doubtful.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnxruntime
import rapidocr
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Grey levels, 255 is white."""

Area = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels, right and bottom exclusive."""

ZEROS = frozenset("0OoQ〇○０ＯｏΟο")
"""Characters that a 0 by itself may be taken for."""

_ALIKE = (ZEROS, *map(frozenset, (",，", "%％", "-−－", "1１", "2２", "3３", "4４", "5５", "6６", "7７", "8８", "9９")))
"""Characters that are told apart by what stands around them, not by their shape: the model shares its confidence among them."""

THREADS = min(2, os.cpu_count() or 1)
_HEIGHT = 48  # pixels: what the model takes a line to be high
_STEP = 8  # pixels of width for each of its steps
_BATCH_WIDTH = 2_400  # pixels in a batch: padding costs as much as text
_MAX_WIDTH = 6_000


class Reading(NamedTuple):
    """What a line says: its characters, each with its probability."""

    text: str
    confidences: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        return sum(self.confidences) / len(self.confidences) if self.confidences else 0.0


def detect(image: Image) -> list[Area]:
    """The upright boxes of the text lines in an image, in no order."""
    found = _detector()(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return []
    height, width = image.shape
    areas = []
    for corners in found.boxes:
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        areas.append((max(0, int(left)), max(0, int(top)), min(width, math.ceil(right)), min(height, math.ceil(bottom))))
    return [(left, top, right, bottom) for left, top, right, bottom in areas if right > left and bottom > top]


def recognise(crops: Sequence[Image]) -> list[Reading]:
    """What each crop says; a crop holds one line of text."""
    readings = [Reading("")] * len(crops)
    for batch in _batches([_width(crop) for crop in crops]):
        width = max(_width(crops[index]) for index in batch)
        values = np.zeros((len(batch), 3, _HEIGHT, width), np.float32)
        for row, index in enumerate(batch):
            line = cv2.resize(crops[index], (_width(crops[index]), _HEIGHT))
            values[row, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1
        session, _, _ = _recogniser()
        (chances,) = session.run(None, {session.get_inputs()[0].name: values})
        for row, index in enumerate(batch):
            readings[index] = _decode(chances[row])
    return readings


def _width(crop: Image) -> int:
    height, width = crop.shape
    return int(min(_MAX_WIDTH, max(_STEP, math.ceil(_HEIGHT * width / height / _STEP) * _STEP)))


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Indexes of crops of about one width, together no wider than a batch may be."""
    batch: list[int] = []
    for index in sorted(range(len(widths)), key=widths.__getitem__):
        if batch and (widths[index] * (len(batch) + 1) > _BATCH_WIDTH or widths[index] > widths[batch[0]] * 1.25 + _STEP):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _decode(chances: NDArray[np.float32]) -> Reading:
    """CTC: equal neighbours are one character, the blank between them is none."""
    _, characters, alike = _recogniser()
    text, confidences = list[str](), list[float]()
    previous = 0
    for step, index in enumerate(chances.argmax(axis=1).tolist()):
        if index:
            chance = float(chances[step, alike.get(index, [index])].sum())
            if index == previous:
                confidences[-1] = max(confidences[-1], chance)
            else:
                text.append(characters[index])
                confidences.append(chance)
        previous = index
    return Reading("".join(text), tuple(confidences))


@lru_cache(maxsize=1)
def _detector() -> Any:
    return rapidocr.RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": THREADS})


@lru_cache(maxsize=1)
def _recogniser() -> tuple[onnxruntime.InferenceSession, list[str], dict[int, list[int]]]:
    """The model; its characters by index: the first is the blank, the last the space; which are alike, by index."""
    options = onnxruntime.SessionOptions()
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = THREADS
    (model,) = (Path(rapidocr.__file__).parent / "models").glob("*_rec_*.onnx")
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    characters = ["", *session.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]
    groups = ([index for index, character in enumerate(characters) if character in group] for group in _ALIKE)
    return session, characters, {index: group for group in groups for index in group}
