"""Small white pictures for points in KML, drawn here so that a file needs no other: a style colors them."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

SIZE = 32
_PIXEL_CENTERS = (np.arange(4 * SIZE) + 0.5) / (2 * SIZE) - 1  # four rows and columns of samples a pixel


def icon_files() -> dict[str, bytes]:
    """Return PNG pictures by name: circle, square, diamond, triangle; 32 x 32, white with a dark rim."""
    x, y = np.meshgrid(_PIXEL_CENTERS, _PIXEL_CENTERS)
    reach = {
        "circle": np.hypot(x, y),
        "square": np.maximum(abs(x), abs(y)) * 1.15,
        "diamond": abs(x) + abs(y),
        "triangle": np.maximum(y * 1.15, abs(x) * 1.25 - y * 0.62 + 0.0),
    }
    return {name: _png(distance) for name, distance in reach.items()}


def _png(distance: NDArray[np.float64]) -> bytes:
    """Draw what lies within 0.9 of the middle, its rim dark, edges smoothed."""
    inside, core = _mean(distance < 0.9), _mean(distance < 0.68)
    gray = np.where(inside > 0, core / np.maximum(inside, 1e-9), 0) * 215 + 40
    pixels = np.stack([gray, gray, gray, inside * 255], axis=2).clip(0, 255).astype(np.uint8)
    rows = b"".join(b"\x00" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    parts = (_chunk(b"IHDR", head), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _mean(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Share of the sixteen samples of each pixel that are set."""
    shares: NDArray[np.float64] = mask.reshape(SIZE, 4, SIZE, 4).mean(axis=(1, 3))
    return shares


def _chunk(kind: bytes, content: bytes) -> bytes:
    """Frame one part of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
