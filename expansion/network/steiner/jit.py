"""Run a hot loop compiled where that pays, and as plain Python where it does not.

Every kernel computes on integers only, so both ways give the same result to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba.extending import register_jitable

from expansion.compiled import compile_loop, is_kept

INTERPRETED_SIZE = 20_000
"""Sum of the array sizes of a call above which a kernel is compiled."""
INTERPRETED_TOTAL = 400_000
"""The same, summed over the calls in this process: then compiling has become the shorter way."""

KERNELS: list[Kernel] = []
"""All kernels, in the order of their making."""

Function = TypeVar("Function", bound=Callable[..., Any])


def inner(function: Function) -> Function:
    """Make `function` callable from kernels, in both of their forms."""
    return register_jitable(function)


class Kernel:
    """A function with a compiled and an interpreted form that agree.

    The compiled form is used once it exists, in this process or in the cache on disk; small work does
    without and never waits for a compiler.
    """

    def __init__(self, function: Callable[..., Any], passes: int = 1) -> None:
        self.passes = passes
        self.interpreted = function
        self.compiled = compile_loop(function)
        self.is_compiled = is_kept(self.compiled)
        self.__doc__ = function.__doc__
        self._interpreted_so_far = 0
        KERNELS.append(self)

    def __call__(self, *arguments: Any) -> Any:
        """Run the form that suits the size of the arguments."""
        if not self.is_compiled:
            size = self.passes * _size(arguments)
            self._interpreted_so_far += size
            if size <= INTERPRETED_SIZE and self._interpreted_so_far <= INTERPRETED_TOTAL:
                return self.interpreted(*arguments)
            self.is_compiled = True
        return self.compiled(*arguments)


def repeated(passes: int) -> Callable[[Callable[..., Any]], Kernel]:
    """Make a kernel that goes over its arrays about `passes` times."""
    return lambda function: Kernel(function, passes)


def compile_from_now_on() -> None:
    """Run every kernel in its compiled form, whatever the size of its arguments."""
    for kernel in KERNELS:
        kernel.is_compiled = True


def _size(arguments: Any) -> int:
    """Sum the sizes of arrays, in tuples too."""
    total = 0
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            total += argument.size
        elif isinstance(argument, tuple):
            total += _size(argument)
    return total
