"""Pools whose queue must be explicit, since what a request finds out at its turn may depend on what came meanwhile.

Past its deadline a branch works on while the case goes on. If the case comes to the same parallel step again, two
strands of it share counters and rows. What they do at a server is then settled when they get it, not before.
"""

from __future__ import annotations

from collections.abc import Iterator

from depthsim.engines._plan import ApplicantPlan, ItemPlan, OfficePlan, ParallelPlan, Plan


def shared_tokens(plan: Plan) -> frozenset[int]:
    """Return the numbers of the pools at which two strands of one branch may work at the same time."""
    return frozenset(pool for item in plan.items for one in _plans(item) for pool in _of(one))


def _plans(item: ItemPlan) -> Iterator[ItemPlan]:
    yield item
    for check in item.checks:
        yield from _plans(check.before)
    for segment in item.segments:
        yield from _plans(segment.item)


def _of(item: ItemPlan) -> Iterator[int]:
    for step in item.steps:
        if isinstance(step, ParallelPlan):
            again = _comes_again(item, step.number)
            for branch in step.branches:
                inside = _reachable(item, branch.start)
                late = branch.deadline < float("inf")
                if (late and again) or _late_within(item, inside, again):
                    yield from _pools(item, inside)


def _late_within(item: ItemPlan, numbers: set[int], again: bool) -> bool:
    """Return whether a deadline further inside lets this branch, or one in it, be at work twice."""
    for number in numbers:
        step = item.steps[number]
        if isinstance(step, ParallelPlan):
            within = again or _comes_again(item, number)
            for branch in step.branches:
                if within and (
                    branch.deadline < float("inf") or _late_within(item, _reachable(item, branch.start), within)
                ):
                    return True
    return False


def _next(item: ItemPlan, number: int) -> Iterator[int]:
    step = item.steps[number]
    if isinstance(step, OfficePlan):
        yield from (outcome.next for outcome in step.outcomes)
    elif isinstance(step, ApplicantPlan):
        yield from (option.next for option in step.options)
    else:
        yield step.next


def _reachable(item: ItemPlan, start: int) -> set[int]:
    """Return the numbers of the steps at its level that can follow a step, and itself."""
    found: set[int] = set()
    left = [start]
    while left:
        number = left.pop()
        if number >= 0 and number not in found:
            found.add(number)
            left.extend(_next(item, number))
    return found


def _comes_again(item: ItemPlan, number: int) -> bool:
    return any(number in _reachable(item, following) for following in _next(item, number))


def _pools(item: ItemPlan, numbers: set[int]) -> Iterator[int]:
    """Yield the pools of steps, and of the branches inside them."""
    for number in numbers:
        step = item.steps[number]
        if isinstance(step, OfficePlan) and step.pool is not None:
            yield step.pool
        elif isinstance(step, ApplicantPlan):
            yield from (option.pool for option in step.options if option.pool is not None)
        elif isinstance(step, ParallelPlan):
            for branch in step.branches:
                yield from _pools(item, _reachable(item, branch.start))
