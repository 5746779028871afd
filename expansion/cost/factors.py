"""Correlated random factors, drawn once and shared by costs and dates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from expansion.plan.plan import Draws
from expansion.rulebook import Rulebook
from expansion.rulebook.consistency import correlation_matrix
from expansion.study import Study

FloatArray = NDArray[np.float64]

STAGE = 8  # place of estimate_cost among the stages; keeps its random stream apart from the others


def draw_factors(study: Study, rulebook: Rulebook) -> Draws:
    """Draw the common factors of a study by Latin hypercube, correlated as the rule book says.

    Each factor's scores hold exactly one value per stratum of equal probability, so that its margin is normal to
    within ``1 / draws``; the rows are then re-ordered so that ranks correlate as asked (Iman and Conover).

    Parameters
    ----------
    study
        `cost.draws` says how many; `study.seed` which.
    rulebook
        `factors`, one column of the stream each, in their order, and `correlations`.

    Returns
    -------
    Draws
        Per factor: standard normal scores, shape ``(draws,)``.

    Raises
    ------
    StudyError
        ``E_CORRELATION`` where the correlations cannot hold together.

    References
    ----------
    R. L. Iman and W. J. Conover, "A distribution-free approach to inducing rank correlation among input variables",
    Communications in Statistics B 11 (1982) 311-334.
    """
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence(study.study.seed, spawn_key=(STAGE,))))
    wanted = correlation_matrix(rulebook.factors, rulebook.correlations)
    scores = correlate(_latin_hypercube(random, study.cost.draws, len(rulebook.factors)), wanted)
    return Draws({row.factor: scores[:, column].copy() for column, row in enumerate(rulebook.factors)})


def _latin_hypercube(random: np.random.Generator, draws: int, columns: int) -> FloatArray:
    """Draw standard normal scores, shape (draws, columns), one per stratum and column, columns independent."""
    strata = np.stack([random.permutation(draws) for _ in range(columns)], axis=1)
    within = np.maximum(random.uniform(0.0, 1.0, strata.shape), 1e-9)
    return np.asarray(ndtri((strata + within) / draws), dtype=np.float64)


def correlate(scores: FloatArray, correlation: FloatArray) -> FloatArray:
    """Re-order each column of `scores` so that its ranks correlate as asked; the values of a column stay the same.

    Parameters
    ----------
    scores
        Shape ``(draws, columns)``, columns about independent.
    correlation
        Symmetric positive definite, ones on the diagonal.
    """
    centered = scores - scores.mean(axis=0)
    found = np.einsum("ij,ik->jk", centered, centered)
    scale = np.sqrt(np.diagonal(found))
    mixing = np.linalg.cholesky(correlation) @ np.linalg.inv(np.linalg.cholesky(found / np.outer(scale, scale)))
    # einsum, not @: a threaded product may differ in the last bit, which would swap near ties in the ranks.
    target = np.einsum("ij,kj->ik", centered / scale, mixing)
    rank = np.argsort(np.argsort(target, axis=0, kind="stable"), axis=0, kind="stable")
    return np.take_along_axis(np.sort(scores, axis=0), rank, axis=0)
