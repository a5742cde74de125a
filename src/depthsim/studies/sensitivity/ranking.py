"""Whether the ranking of alternatives survives the draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from depthsim.studies.sensitivity.draws import Draws, part


@dataclass(frozen=True, slots=True)
class Ranking:
    """Alternatives by what they save nominally, the best first, and in what share of draws that holds.

    `whole`: the same order throughout; `first`: the same one first; `pairs`: the mean share of pairs in order.
    """

    order: tuple[int, ...]
    whole: float
    first: float
    pairs: float


def ranked(nominal: Sequence[float], draws: Draws) -> Ranking | None:
    """Return the ranking of the alternatives that do something; None of fewer than two. Ties count as in order."""
    order = tuple(sorted((n for n, d in enumerate(nominal) if abs(d) > 1e-9), key=lambda n: nominal[n]))
    if len(order) < 2 or not draws.outcomes:
        return None
    pairs = list(combinations(order, 2))
    held = [[o[a] <= o[b] + 1e-9 for a, b in pairs] for o in draws.outcomes]
    first = [all(o[order[0]] <= o[n] + 1e-9 for n in order) for o in draws.outcomes]
    return Ranking(order, part([all(h) for h in held]), part(first), part([x for h in held for x in h]))
