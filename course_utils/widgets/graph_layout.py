"""Places for the nodes of a graph: layers along one axis, few crossings along the other."""

from itertools import pairwise

import numpy as np


def arrange(parents) -> dict:
    """Where nodes go whose i-th has the parents parents[i], all before it.

    place (n, 2): layer, and position across, 0 in the middle and 1 between neighbours. bends: for
    each (parent, node) that skips layers, the places "i,j" -> [[layer, across], …] it goes through.
    """
    layer = depths(parents)
    rows, chains = slots(parents, layer)
    across = order(rows, chains)
    place = np.array([[layer[i], across[i]] for i in range(len(parents))], float)
    bends = {
        f"{chain[0]},{chain[-1]}": [[float(key[-1]), across[key]] for key in chain[1:-1]]
        for chain in chains
        if len(chain) > 2
    }
    breadth = max(map(len, rows))
    return {"place": place, "bends": bends, "layers": len(rows), "breadth": breadth}


def depths(parents) -> list[int]:
    """Layers: an operation right of all it uses, an input just left of its first user."""
    layer = [0] * len(parents)
    for i, used in enumerate(parents):
        if used:
            layer[i] = 1 + max(layer[j] for j in used)
    for i, used in enumerate(parents):
        if not used:
            layer[i] = min(layer[k] for k, others in enumerate(parents) if i in others) - 1
    return layer


def slots(parents, layer):
    """What stands in each layer, nodes and the bends of long edges, and the chain of each edge."""
    rows = [[] for _ in range(max(layer) + 1)]
    chains, seen = [], set()

    def visit(i):
        if i in seen:
            return
        seen.add(i)
        for j in dict.fromkeys(parents[i]):
            visit(j)
            bends = [(j, i, level) for level in range(layer[j] + 1, layer[i])]
            for bend in bends:
                rows[bend[-1]].append(bend)
            chains.append([j, *bends, i])
        rows[layer[i]].append(i)

    visit(len(parents) - 1)
    return rows, chains


def order(rows, chains) -> dict:
    """Position across of everything, after sorting each layer by where its neighbours are."""
    near = {}
    for chain in chains:
        for a, b in pairwise(chain):
            near.setdefault(a, []).append(b)
            near.setdefault(b, []).append(a)
    across = {}
    for row in rows:
        spread(row, across)
    for sweep in range(6):
        for row in rows if sweep % 2 else reversed(rows):
            row.sort(key=lambda key: np.mean([across[other] for other in near[key]]))
            spread(row, across)
    return across


def spread(row, across):
    """Neighbours one apart, the row about 0."""
    for i, key in enumerate(row):
        across[key] = i - (len(row) - 1) / 2
