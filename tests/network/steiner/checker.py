"""What the method page says a certificate proves, in plain array code."""

import numpy as np
from scipy.sparse import csr_array


def proven_bound(node_count, u, v, cost, terminals, duals):
    """Return the bound that `duals` proves, or None if it proves nothing."""
    members = set(np.asarray(terminals).tolist())
    listed = duals.terminals.tolist()
    if not listed:
        return 0
    if duals.root not in members or duals.root in listed or not members.issuperset(listed):
        return None
    if listed != sorted(set(listed)) or not _is_well_formed(node_count, duals):
        return None
    potentials = csr_array((duals.potentials, duals.nodes, duals.offsets), shape=(len(listed), node_count)).T.tocsr()
    rise = (potentials[v] - potentials[u]).tocsr()
    for direction in (rise, -rise):
        if (np.asarray(direction.maximum(0).sum(axis=1)).ravel() > cost).any():
            return None
    owners = np.repeat(duals.terminals, np.diff(duals.offsets))
    return int(duals.potentials[owners == duals.nodes].sum())


def _is_well_formed(node_count, duals):
    counts = np.diff(duals.offsets)
    if len(counts) != len(duals.terminals) or (counts < 0).any():
        return False
    if duals.offsets[0] != 0 or duals.offsets[-1] != len(duals.nodes) != len(duals.potentials):
        return False
    owners = np.repeat(duals.terminals, counts)
    pairs = owners * node_count + duals.nodes
    return (
        len(np.unique(pairs)) == len(pairs)
        and (duals.nodes >= 0).all()
        and (duals.nodes < node_count).all()
        and (duals.nodes != duals.root).all()
        and (duals.potentials >= 1).all()
    )
