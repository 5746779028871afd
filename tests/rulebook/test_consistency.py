"""Shares of components add to one; correlations can hold together."""

import numpy as np
import pytest

from expansion.errors import StudyError
from expansion.rulebook import ComponentShare, Correlation, load_rulebook
from expansion.rulebook.consistency import correlation_matrix, uneven_shares

BOOK = load_rulebook("generic")
ORIGIN = {"source": "test", "status": "USER"}


def share(item, component, part):
    return ComponentShare(item=item, component=component, share=part, **ORIGIN)


def pair(factor, other, value):
    return Correlation(factor=factor, other=other, correlation=value, **ORIGIN)


def test_the_shipped_correlations_can_hold_together():
    matrix = correlation_matrix(BOOK.factors, BOOK.correlations)
    assert np.array_equal(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > 0.1


#   soil and labor rise together, labor and material too, but soil and material oppose each other: impossible
@pytest.mark.parametrize(
    "rows",
    [
        (pair("soil", "labor", 0.9), pair("labor", "material", 0.9), pair("soil", "material", -0.9)),
        (pair("soil", "labor", 1.0),),
        (pair("soil", "labor", 0.2), pair("labor", "soil", 0.2)),
    ],
)
def test_impossible_correlations_are_refused(rows):
    with pytest.raises(StudyError, match="cannot hold together") as caught:
        correlation_matrix(BOOK.factors, rows)
    assert caught.value.code == "E_CORRELATION"


def test_a_correlation_with_an_unknown_factor_is_refused():
    with pytest.raises(StudyError, match="no such factor"):
        correlation_matrix(BOOK.factors[:2], (pair("soil", "permits", 0.1),))


def test_shares_that_do_not_add_to_one_are_named():
    errors = uneven_shares((share("plow", "labor", 0.7), share("plow", "material", 0.2), share("bore", "labor", 1)))
    assert [(error.code, error.where) for error in errors] == [("E_SPLIT", ("plow 0.9000",))]


def test_a_component_that_stands_twice_is_named():
    errors = uneven_shares((share("plow", "labor", 0.5), share("plow", "labor", 0.5)))
    assert [error.code for error in errors] == ["E_DUP_ID"]


def test_a_row_names_an_item_or_a_category():
    with pytest.raises(ValueError, match="either item or category"):
        ComponentShare(item="plow", category="civil", component="labor", share=1, **ORIGIN)
