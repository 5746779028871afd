"""Run a hot loop compiled where that pays, and as plain Python where it does not.

Every kernel computes on integers only, so both ways give the same result to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numba import njit
from numba.extending import register_jitable

INTERPRETED_BELOW = 12_000
"""Sum of the array sizes of a call up to which a kernel that is not compiled yet stays plain Python."""

Function = TypeVar("Function", bound=Callable[..., Any])


def inner(function: Function) -> Function:
    """Make `function` callable from kernels, in both of their forms."""
    return register_jitable(function)


class Kernel:
    """A function with a compiled and an interpreted form that agree.

    The compiled form is built at the first large call and cached on disk; later calls in the
    same process use it whatever their size.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.interpreted = function
        self.compiled = njit(cache=True)(function)
        self.__doc__ = function.__doc__

    def __call__(self, *arguments: Any) -> Any:
        """Run the form that suits the size of the arguments."""
        if self.compiled.signatures or _size(arguments) > INTERPRETED_BELOW:
            return self.compiled(*arguments)
        return self.interpreted(*arguments)


def _size(arguments: tuple[Any, ...]) -> int:
    return sum(argument.size for argument in arguments if isinstance(argument, np.ndarray))
