"""Affine maps of the plane, as PDF writes them: ``x' = a·x + c·y + e``, ``y' = b·x + d·y + f``."""

from __future__ import annotations

Matrix = tuple[float, float, float, float, float, float]


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    """Where the map takes a point."""
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def compose(inner: Matrix, outer: Matrix) -> Matrix:
    """First ``inner``, then ``outer``."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def upright(quarter: int, left: float, bottom: float, right: float, top: float) -> Matrix:
    """From a page's user space to points from the top left corner of the page turned so that text, which runs to the right,
    down, to the left or up (``quarter`` 0 to 3) in user space, is upright."""
    return (
        (1.0, 0.0, 0.0, -1.0, -left, top),
        (0.0, -1.0, -1.0, 0.0, top, right),
        (-1.0, 0.0, 0.0, 1.0, right, -bottom),
        (0.0, 1.0, 1.0, 0.0, -bottom, -left),
    )[quarter]
