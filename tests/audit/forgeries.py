"""Random changes of a saved route or network after which its tree, its cost or its certified bound is untrue.

Each takes a plan folder, the name of a certificate and a random generator, and changes files in place, as a forger
would: sums that plan.json repeats are restated where that hides the change. `HARMLESS` are changes after which all
that is claimed is still true.
"""

import numpy as np

FORGERIES = {}
HARMLESS = {}
FLAG = {"route": "in_route", "network": "in_network"}


def forgery(function):
    FORGERIES[function.__name__] = function
    return function


def harmless(function):
    HARMLESS[function.__name__] = function
    return function


def on_route(function):
    """Register a change of what plan.json says of the route, whichever certificate is asked for."""
    FORGERIES[function.__name__] = lambda plan, _, random: function(plan, plan.document["route"], random)
    return function


def restate_route(plan):
    """Say of the route what its edges add up to."""
    edges, route = plan.table("edges"), plan.document["route"]
    new = edges["in_route"].to_numpy(dtype=bool)
    route["cost"] = round(float(edges["build_cost"][new].sum()), 2)
    route["length_m"] = round(float(edges["length_m"][new].sum()), 3)
    for bound in ("lower_bound", "certified_lower_bound"):
        route[bound] = min(route[bound], route["cost"])
    route["gap"] = round(1 - route["lower_bound"] / route["cost"], 6)


def restate_bound(plan, name):
    """Claim of the route what its dual adds up to, up to the cost."""
    route = plan.document["route"]
    if name == "route":
        route["certified_lower_bound"] = round(min(own_sum(plan.arrays(name)) / 100, route["cost"]), 2)


def own_sum(arrays):
    owners = np.repeat(arrays["terminals"], np.diff(arrays["offsets"]))
    return int(arrays["potentials"][owners == arrays["nodes"]].sum())


def set_tree(plan, name, rows):
    """Make `rows` the tree, in the table and in the certificate."""
    edges, arrays = plan.table("edges"), plan.arrays(name)
    edges[FLAG[name]] = np.isin(np.arange(len(edges)), rows)
    plan.write("edges", edges)
    plan.write_arrays(name, arrays | {"edges": np.sort(rows)})
    if name == "route":
        restate_route(plan)


def change(plan, name, **arrays):
    plan.write_arrays(name, plan.arrays(name) | arrays)


# --- the tree ------------------------------------------------------------------------------------------------------


@forgery
def edges_are_left_out(plan, name, random):
    tree = plan.arrays(name)["edges"]
    set_tree(plan, name, random.permutation(tree)[random.integers(1, 4) :])


@forgery
def an_edge_is_swapped_for_one_elsewhere(plan, name, random):
    tree, edges = plan.arrays(name)["edges"], plan.table("edges")
    nodes = {*edges["u"].iloc[tree], *edges["v"].iloc[tree]}
    far = [row for row, ends in enumerate(zip(edges["u"], edges["v"], strict=True)) if not nodes & {*ends}]
    set_tree(plan, name, np.r_[random.permutation(tree)[1:], random.choice(far)])


@forgery
def the_certificate_names_other_edges_than_the_table(plan, name, random):
    tree = plan.arrays(name)["edges"]
    change(plan, name, edges=np.sort(random.permutation(tree)[1:]))


@forgery
def the_table_flags_other_edges_than_the_certificate(plan, name, random):
    edges = plan.table("edges")
    row = int(random.integers(len(edges)))
    edges.loc[edges.index[row], FLAG[name]] = not edges[FLAG[name]].iloc[row]
    plan.write("edges", edges)
    if name == "route":
        restate_route(plan)


@forgery
def a_node_to_be_joined_is_forgotten(plan, name, random):
    wanted = plan.arrays(name)["wanted"]
    change(plan, name, wanted=np.delete(wanted, random.integers(len(wanted))))


@forgery
def the_network_begins_where_no_plant_stands(plan, name, random):
    arrays = plan.arrays(name)
    change(plan, name, roots=np.union1d(arrays["roots"], random.choice(arrays["wanted"], 2)))


# --- the cost ------------------------------------------------------------------------------------------------------


@on_route
def the_cost_is_another(plan, route, random):
    route["cost"] = round(route["cost"] * random.uniform(0.5, 1.5) + 0.01, 2)
    for bound in ("lower_bound", "certified_lower_bound"):
        route[bound] = min(route[bound], route["cost"])
    route["gap"] = round(1 - route["lower_bound"] / route["cost"], 6)


@on_route
def the_cost_is_a_few_cents_less(plan, route, random):
    route["cost"] = round(route["cost"] - int(random.integers(1, 9)) / 100, 2)
    route["lower_bound"] = min(route["lower_bound"], route["cost"])
    route["certified_lower_bound"] = min(route["certified_lower_bound"], route["cost"])
    route["gap"] = round(1 - route["lower_bound"] / route["cost"], 6)


@on_route
def the_length_is_another(plan, route, random):
    route["length_m"] = round(route["length_m"] * random.uniform(0.5, 0.999), 3)


@on_route
def an_edge_of_the_route_gets_cheaper(plan, route, random):
    edges = plan.table("edges")
    row = int(random.choice(np.flatnonzero(edges["in_route"] & (edges["build_cost"] > 1))))
    less = round(edges["build_cost"].iloc[row] * random.uniform(0, 0.9), 2)
    plan.change("edges", row, build_cost=less, civil_cost=less)
    restate_route(plan)


# --- the bound -----------------------------------------------------------------------------------------------------


@on_route
def the_certified_bound_claims_more(plan, route, random):
    route["certified_lower_bound"] = round(route["certified_lower_bound"] + random.uniform(0.01, 0.2) * 1000, 2)


@on_route
def the_lower_bound_lies_over_the_cost(plan, route, random):
    route["lower_bound"] = round(route["cost"] + random.uniform(0.01, 500), 2)


@on_route
def the_gap_is_another(plan, route, random):
    route["gap"] = round(route["gap"] + random.uniform(0.001, 0.1), 6)


@forgery
def potentials_are_raised_over_what_edges_cost(plan, name, random):
    arrays, edges = plan.arrays(name), plan.table("edges")
    most = int(edges["build_cost"].max() * 100) + int(arrays["potentials"].max()) + 1
    owners = np.repeat(arrays["terminals"], np.diff(arrays["offsets"]))
    home = random.choice(np.flatnonzero(owners == arrays["nodes"]))
    potentials = arrays["potentials"].copy()
    potentials[home] += int(random.integers(most, 5 * most))
    change(plan, name, potentials=potentials)
    restate_bound(plan, name)


@forgery
def a_potential_is_moved_to_the_root(plan, name, random):
    arrays = plan.arrays(name)
    nodes = arrays["nodes"].copy()
    nodes[random.integers(len(nodes))] = arrays["root"][0]
    change(plan, name, nodes=nodes)
    restate_bound(plan, name)


@forgery
def a_terminal_s_potentials_stand_twice(plan, name, random):
    arrays = plan.arrays(name)
    k = int(random.integers(len(arrays["terminals"])))
    block = slice(arrays["offsets"][k], arrays["offsets"][k + 1])
    more = len(arrays["nodes"][block])
    change(
        plan, name,
        terminals=np.insert(arrays["terminals"], k, arrays["terminals"][k]),
        offsets=np.r_[arrays["offsets"], arrays["offsets"][-1] + more],
        nodes=np.r_[arrays["nodes"], arrays["nodes"][block]],
        potentials=np.r_[arrays["potentials"], arrays["potentials"][block]],
    )  # fmt: skip
    restate_bound(plan, name)


@forgery
def the_dual_stands_on_a_node_that_nobody_needs(plan, name, random):
    arrays, edges = plan.arrays(name), plan.table("edges")
    needed = {*arrays["terminals"], *arrays["roots"], *arrays["wanted"]}
    strays = [int(node) for node in sorted({*edges["u"], *edges["v"]}) if node not in needed]
    stray = int(random.choice(strays))
    change(plan, name, terminals=np.array([stray]), offsets=np.array([0, 1]), nodes=np.array([stray]),
           potentials=np.array([1]))  # fmt: skip
    restate_bound(plan, name)


@forgery
def a_potential_is_zero_or_less(plan, name, random):
    potentials = plan.arrays(name)["potentials"].copy()
    potentials[random.integers(len(potentials))] = -int(random.integers(0, 1000))
    change(plan, name, potentials=potentials)


@forgery
def a_node_lies_outside_the_graph(plan, name, random):
    nodes = plan.arrays(name)["nodes"].copy()
    nodes[random.integers(len(nodes))] = -int(random.integers(1, 50))
    change(plan, name, nodes=nodes)


@forgery
def offsets_are_shifted(plan, name, random):
    offsets = plan.arrays(name)["offsets"].copy()
    offsets[random.integers(len(offsets))] += int(random.choice([-1, 1])) * 10**6
    change(plan, name, offsets=offsets)


# --- changes that leave all claims true ----------------------------------------------------------------------------


@harmless
def entries_of_each_terminal_in_another_order(plan, name, random):
    arrays = plan.arrays(name)
    order = np.concatenate(
        [
            random.permutation(np.arange(a, b))
            for a, b in zip(arrays["offsets"][:-1], arrays["offsets"][1:], strict=True)
        ]
    )
    change(plan, name, nodes=arrays["nodes"][order], potentials=arrays["potentials"][order])


@harmless
def terminals_in_another_order(plan, name, random):
    arrays = plan.arrays(name)
    turn = random.permutation(len(arrays["terminals"]))
    starts, counts = arrays["offsets"][:-1][turn], np.diff(arrays["offsets"])[turn]
    order = np.concatenate([np.arange(a, a + n) for a, n in zip(starts, counts, strict=True)])
    change(
        plan, name, terminals=arrays["terminals"][turn], offsets=np.r_[0, np.cumsum(counts)],
        nodes=arrays["nodes"][order], potentials=arrays["potentials"][order],
    )  # fmt: skip


@harmless
def lists_of_nodes_and_edges_in_another_order(plan, name, random):
    arrays = plan.arrays(name)
    change(plan, name, **{key: random.permutation(arrays[key]) for key in ("wanted", "roots", "edges")})


@harmless
def potentials_capped_and_the_bound_restated(plan, name, random):
    potentials = plan.arrays(name)["potentials"]
    change(plan, name, potentials=np.minimum(potentials, int(random.integers(1, potentials.max() + 1))))
    restate_bound(plan, name)


@harmless
def terminals_dropped_and_the_bound_restated(plan, name, random):
    arrays = plan.arrays(name)
    counts = np.diff(arrays["offsets"])
    kept = random.random(len(counts)) < 0.5
    entries = np.repeat(kept, counts)
    change(
        plan, name, terminals=arrays["terminals"][kept], offsets=np.r_[0, np.cumsum(counts[kept])],
        nodes=arrays["nodes"][entries], potentials=arrays["potentials"][entries],
    )  # fmt: skip
    restate_bound(plan, name)
