"""Binary and skew heaps on plain arrays, for use inside kernels."""

from __future__ import annotations

from expansion.network.steiner.jit import inner
from expansion.network.steiner.types import IntArray


@inner
def sift_up(heap: IntArray, position: IntArray, key: IntArray, slot: int) -> None:
    """Move the node at `slot` toward the top of a heap ordered by ``(key[node], node)``."""
    node = heap[slot]
    while slot > 0:
        above = (slot - 1) >> 1
        other = heap[above]
        if key[other] < key[node] or (key[other] == key[node] and other < node):
            break
        heap[slot] = other
        position[other] = slot
        slot = above
    heap[slot] = node
    position[node] = slot


@inner
def push(heap: IntArray, position: IntArray, key: IntArray, size: int, node: int) -> int:
    """Insert `node`, or move it up after its key fell; return the new size."""
    if position[node] < 0:
        heap[size] = node
        position[node] = size
        size += 1
    sift_up(heap, position, key, position[node])
    return size


@inner
def pop(heap: IntArray, position: IntArray, key: IntArray, size: int) -> int:
    """Remove the top, which the caller has read from ``heap[0]``; return the new size."""
    position[heap[0]] = -1
    size -= 1
    if size == 0:
        return size
    node = heap[size]
    slot = 0
    while True:
        child = 2 * slot + 1
        if child >= size:
            break
        right = child + 1
        if right < size and (
            key[heap[right]] < key[heap[child]] or (key[heap[right]] == key[heap[child]] and heap[right] < heap[child])
        ):
            child = right
        other = heap[child]
        if key[node] < key[other] or (key[node] == key[other] and node < other):
            break
        heap[slot] = other
        position[other] = slot
        slot = child
    heap[slot] = node
    position[node] = slot
    return size


@inner
def meld(left: IntArray, right: IntArray, key: IntArray, first: int, second: int) -> int:
    """Join two skew heaps given by their top entries (-1 is empty); return the new top."""
    if first < 0:
        return second
    if second < 0:
        return first
    if key[second] < key[first]:
        first, second = second, first
    top = first
    while True:
        below = right[first]
        right[first] = left[first]
        if below < 0:
            left[first] = second
            return top
        if key[second] < key[below]:
            below, second = second, below
        left[first] = below
        first = below
