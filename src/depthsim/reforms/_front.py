"""The front of a process, before and at acceptance: where people submit, who comes on site, who accepts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from depthsim.model.level import ONLINE
from depthsim.model.service import AnyStep, ApplicantStep, OfficeStep, Option, Process, ServiceItem
from depthsim.model.system import ServiceSystem
from depthsim.reforms._surgery import moves, reach, unused

FRONT = ("preparation", "acceptance")
SUBMITS = ("submit", "upload", "fill_in")


@dataclass(frozen=True, slots=True)
class Front:
    """What happens before and at acceptance in the trunk.

    `submission` is the first step at which the applicant submits (or fills in, or uploads); `online` the steps that
    somebody who never comes on site meets.
    """

    process: Process
    submission: str | None
    online: frozenset[str]

    def step(self, name: str) -> AnyStep:
        """Return a step of the trunk."""
        return self.process.steps[name]

    def office_session(self, start: str) -> tuple[str, ...]:
        """Return the office's steps from `start` on, as far as they belong to the front, in file order."""
        met = reach(
            self.process,
            start,
            lambda n: self.step(n).stage in FRONT and isinstance(self.step(n), OfficeStep),
        )
        return tuple(n for n in self.process.steps if n in met)


def front(item: ServiceItem) -> Front:
    """Return the front of an item's process."""
    process = item.process
    ahead = reach(process, process.start, lambda n: process.steps[n].stage in FRONT)
    in_order = [n for n in process.steps if n in ahead and isinstance(process.steps[n], ApplicantStep)]
    submits = [n for role in SUBMITS for n in in_order if process.steps[n].role == role]
    offered_online = [n for n in submits if any(o.channel in ONLINE for o in _options(process.steps[n]))]
    first_online = next(iter((*offered_online, *submits)), None)
    return Front(process, first_online, frozenset(_follow(process, process.start, ahead, on_site=False)))


def follow(found: Front, start: str) -> set[str]:
    """Return the office's steps of the front that are met from `start` on, up to the applicant's next act."""
    ahead = {n for n in found.process.steps if found.step(n).stage in FRONT}
    return _follow(found.process, start, ahead, on_site=True)


def _options(step: AnyStep) -> list[Option]:
    return list(step.options.values()) if isinstance(step, ApplicantStep) else []


def _follow(process: Process, start: str, ahead: set[str], *, on_site: bool) -> set[str]:
    """Return the front's steps met from `start`; without `on_site`, options on site are not taken."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name in seen or name not in ahead:
            continue
        seen.add(name)
        step = process.steps[name]
        if isinstance(step, ApplicantStep) and not on_site:
            todo += [o.next for o in step.options.values() if not o.on_site]
        elif isinstance(step, ApplicantStep):
            continue
        else:
            todo += moves(step).values()
    return seen


def clone_names(process: Process, names: Iterable[str], prefix: str) -> dict[str, str]:
    """Return new names for copies of steps: `PREFIX_step`, none of them taken."""
    return {name: unused(process, f"{prefix}_{name}") for name in names}


def file_pool(item: ServiceItem, system: ServiceSystem) -> str | None:
    """Return the pool that works on the item's files: of an online check, a back-office step, or another one."""
    office = [s for s in item.process.steps.values() if isinstance(s, OfficeStep) and s.pool in system.pools]
    back = [s for s in office if system.pools[str(s.pool)].kind == "back"]
    checks = [s for s in back if s.role in ("prereview", "accept", "verify_originals")]
    of_item = [s.pool for s in (*checks, *back, *office)]
    own = [n for n, v in system.pools.items() if v.kind == "back" and v.department == item.department]
    others = sorted(system.pools, key=lambda n: system.pools[n].kind != "back")
    return next(iter((*of_item, *own, *others)), None)
