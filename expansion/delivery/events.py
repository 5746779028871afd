"""Draw which risks happen, in the same draws as the costs."""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from expansion.plan.uncertainty import Events, stratified_scores
from expansion.rulebook import Rulebook
from expansion.study import Study

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]

STAGE = 13  # place of the risks among the stages; keeps their random streams apart from the others
_COMMON, _OWN = 1, 2


def fire_risks(study: Study, rulebook: Rulebook, risks: pd.DataFrame, draws: IntArray) -> Events:
    """Draw for each risk whether it happens.

    A risk's score mixes one that all places of its rule share with its own, in the shares of the rule book: what goes
    wrong in one area is likelier to go wrong in the next. The streams depend on rule id, risk id and seed alone, so a
    risk that leaves the register moves no other.

    Parameters
    ----------
    study
        Seed.
    rulebook
        ``risk_own_share``.
    risks
        The register: ``risk_id``, ``rule_id``, ``probability``.
    draws
        Rows of the cost draws that are used, ascending.

    Returns
    -------
    Events
        In the order of the register.
    """
    own = rulebook.engineering_value("risk_own_share")
    fired = np.zeros((len(risks), len(draws)), dtype=np.bool_)
    columns = (risks[name].to_list() for name in ("risk_id", "rule_id", "probability"))
    for row, (risk_id, rule_id, chance) in enumerate(zip(*columns, strict=True)):
        common = _scores(study.study.seed, _COMMON, rule_id, len(draws))
        score = np.sqrt(1 - own) * common + np.sqrt(own) * _scores(study.study.seed, _OWN, risk_id, len(draws))
        fired[row] = score > ndtri(1 - chance)
    return Events(draws, tuple(risks["risk_id"].to_list()), fired)


def _scores(seed: int, kind: int, name: str, count: int) -> FloatArray:
    """Draw the standard normal scores of one rule or risk."""
    return stratified_scores(seed, (STAGE, kind, zlib.crc32(name.encode("utf-8"))), count)
