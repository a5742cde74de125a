"""The five numbers against plain enumeration of histories, written without the position graph."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import pytest

from depthsim.analysis.visits import analyse
from depthsim.model.service import ApplicantStep, OfficeStep, ParallelStep, Process, ServiceItem
from tests.random_items import random_item

WORST = {"done": 0, "withdrawn": 1, "refused": 2}


class Histories:
    """Plays an item by recursion over whole histories: no merging, no pruning, branches as separate processes."""

    def __init__(self, item: ServiceItem) -> None:
        self.item = item

    def level(
        self, process: Any, prefix: tuple[str, ...], name: str, presence: Any, past: dict[Any, Any], mode: str
    ) -> Any:
        """Return {(end, visits, frozen past): p} for mode `chance`, else the set of attainable values by mode."""
        if name not in process.steps:
            return self.arrive(name, past, mode)
        step, path = process.steps[name], (*prefix, name)
        if isinstance(step, ParallelStep):
            return self.parallel(process, prefix, path, step, past, mode)
        if isinstance(step, OfficeStep) and step.applicant == "leaves":
            presence = None
        found = [
            (share, exception, self.after(process, prefix, target, there, new, mode), cost)
            for share, exception, target, there, new, cost in self.moves(step, path, presence, past)
        ]
        return self.combine(step, found, mode)

    def after(self, process: Any, prefix: Any, target: str, there: Any, past: Any, mode: str) -> Any:
        return self.level(process, prefix, target, there, past, mode)

    def moves(self, step: Any, path: Any, presence: Any, past: dict[Any, Any]) -> Any:
        if isinstance(step, ApplicantStep):
            for name, option in step.options.items():
                if past.get((path, "chosen"), name) != name:
                    continue
                new = dict(past)
                if step.choose == "as_before":
                    new[path, "chosen"] = name
                here = None if option.delay else presence
                cost = int(option.channel in ("window", "kiosk") and here != option.at)
                share = 1.0 if (path, "chosen") in past else 1 / len(step.options)
                yield share, False, option.next, option.at, new, cost
        else:
            chances = step.chances()
            usable = {
                n: c for n, c in chances.items()
                if step.outcomes[n].kind != "correction" or past.get((path, n), 0) < (step.outcomes[n].at_most or 1)
            }  # fmt: skip
            for name, chance in usable.items():
                outcome = step.outcomes[name]
                new = dict(past)
                if outcome.kind == "correction":
                    new[path, name] = past.get((path, name), 0) + 1
                keeps = step.applicant == "waits" and (outcome.kind == "normal" or outcome.on_the_spot)
                yield (
                    chance / sum(usable.values()), outcome.kind != "normal", outcome.next,
                    presence if keeps else None, new, 0,
                )  # fmt: skip

    def arrive(self, name: str, past: dict[Any, Any], mode: str) -> Any:
        if mode == "chance":
            return {(name, 0, tuple(sorted(past.items()))): 1.0}
        if mode in ("least", "required"):
            return 0.0 if name in ("delivered", "done") else math.inf
        return {name: 0.0}

    def combine(self, step: Any, found: Any, mode: str) -> Any:
        if mode == "chance":
            total: dict[Any, float] = defaultdict(float)
            for share, _, result, cost in found:
                for (end, visits, past), p in result.items():
                    total[end, visits + cost, past] += share * p
            return total
        if mode == "greatest":
            best: dict[str, float] = {}
            for _, _, result, cost in found:
                for end, value in result.items():
                    best[end] = max(best.get(end, -math.inf), value + cost)
            return best
        ordinary = [result + cost for _, exception, result, cost in found if not exception]
        pick = max if mode == "required" and isinstance(step, OfficeStep) else min
        return pick(ordinary, default=math.inf)

    def parallel(self, process: Any, prefix: Any, path: Any, step: Any, past: Any, mode: str) -> Any:
        results = []
        for name, branch in step.branches.items():
            results.append(self.level(branch, (*path, name), branch.start, None, past, mode))
        if mode in ("least", "required"):
            return sum(results) + self.level(process, prefix, step.next, None, past, mode)
        joined: dict[Any, float] = {("done", 0): 1.0} if mode == "chance" else {"done": 0.0}
        for result in results:
            if mode == "chance":
                both: dict[Any, float] = defaultdict(float)
                for (end, visits), p in joined.items():
                    for (other, more, _), q in result.items():
                        both[max(end, other, key=WORST.__getitem__), visits + more] += p * q
                joined = both
            else:
                wider: dict[str, float] = {}
                for end, value in joined.items():
                    for other, more in result.items():
                        worst = max(end, other, key=WORST.__getitem__)
                        wider[worst] = max(wider.get(worst, -math.inf), value + more)
                joined = wider
        return self.go_on(process, prefix, step, past, joined, mode)

    def go_on(self, process: Any, prefix: Any, step: Any, past: Any, joined: Any, mode: str) -> Any:
        if mode == "chance":
            total: dict[Any, float] = defaultdict(float)
            for (end, visits), p in joined.items():
                target = step.next if end == "done" else end
                for (final, more, after), q in self.level(process, prefix, target, None, past, mode).items():
                    total[final, visits + more, after] += p * q
            return total
        best: dict[str, float] = {}
        for end, value in joined.items():
            target = step.next if end == "done" else end
            for final, more in self.level(process, prefix, target, None, past, mode).items():
                best[final] = max(best.get(final, -math.inf), value + more)
        return best


def enumerate_paths(process: Process, item: ServiceItem, mode: str) -> Any:
    return Histories(item).level(process, (), process.start, None, {}, mode)


@pytest.mark.parametrize("seed", range(60))
def test_all_five_numbers_equal_enumeration_of_histories(seed: int) -> None:
    item = random_item(seed, blocks=5, rework=False, parallel=not _parallel_in_loop(seed))
    visits = analyse(item)
    assert visits.least == enumerate_paths(item.process, item, "least")
    assert visits.required == enumerate_paths(item.process, item, "required")
    assert visits.greatest == max(enumerate_paths(item.process, item, "greatest").values())
    chance = enumerate_paths(item.process, item, "chance")
    assert math.fsum(chance.values()) == pytest.approx(1, abs=1e-12)
    expected = math.fsum(p * visits_ for (_, visits_, _), p in chance.items())
    delivered = {k: p for k, p in chance.items() if k[0] == "delivered"}
    share = math.fsum(delivered.values())
    assert visits.expected == pytest.approx(expected, abs=1e-12)
    assert visits.expected_delivered == pytest.approx(
        math.fsum(p * v for (_, v, _), p in delivered.items()) / share, abs=1e-12
    )
    for number, p in visits.distribution.items():
        assert p == pytest.approx(math.fsum(q for (_, v, _), q in chance.items() if v == number), abs=1e-12)


def _parallel_in_loop(seed: int) -> bool:
    """Return whether a parallel step can be met twice: then branches remember, which this enumeration does not."""
    item = random_item(seed, blocks=5, rework=False)
    return any(
        isinstance(s, ParallelStep)
        and any(
            isinstance(t, OfficeStep) and any(o.kind == "correction" for o in t.outcomes.values())
            for t in item.process.steps.values()
        )
        for s in item.process.steps.values()
    )
