"""Several items handled as one (一件事一次办): one form, one submission, one acceptance, one visit, one result.

A new item is added for the applicants who need them all; the separate items stay for everybody else. Its front is the
lead item's, the reviews and decisions of all items run side by side, and the result is handed over once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from immutabledict import immutabledict

from depthsim.catalogue import closest
from depthsim.errors import Finding, InputError, Severity, error, information, warning
from depthsim.model.chance import AnyLaw
from depthsim.model.service import (
    AnyStep,
    ApplicantStep,
    Before,
    Branch,
    Fee,
    Limits,
    Material,
    Money,
    OfficeStep,
    ParallelStep,
    Process,
    ServiceItem,
    Share,
)
from depthsim.model.system import ItemChoice, ServiceSystem
from depthsim.model.time import Limit, Unit
from depthsim.model.value import Identifier, Name, Named
from depthsim.reforms._choice import chosen
from depthsim.reforms._front import SUBMITS
from depthsim.reforms._materials import without_outcomes
from depthsim.reforms._parts import GIVEN_UP, before, gates, part
from depthsim.reforms._plugin import EVERYTHING, Factor, Parameters, Reform, Reformed, Use, refuse
from depthsim.reforms._surgery import moves, normal_next, reach, scaled, with_moves, with_options, without_step

WORKING_PER_CALENDAR_DAY = 5 / 7


class OneMatter(Parameters):
    """Merges the chosen items for `share` of the cases of the rarest of them; each of the others loses as many.

    The `lead` (the first item, if not given) gives the form, the submission and the acceptance. `minutes` is what
    remains of filling in, of the counter and of accepting, of all items together. The new item's `id` is the lead's
    with `_one_matter` behind it, if not given.
    """

    items: ItemChoice = ItemChoice()
    lead: Identifier | None = None
    id: Identifier | None = None
    name: Named | None = None
    share: Share = 0.2
    minutes: Factor = 0.6


@dataclass(frozen=True, slots=True)
class _Half:
    """An item taken apart at its acceptance: its front, its reviews as a branch, and where its delivery begins."""

    item: ServiceItem
    ahead: frozenset[str]
    accepting: tuple[str, ...]
    branch: Branch
    delivery: str
    minutes: tuple[float, float, float]


def _function(system: ServiceSystem, p: OneMatter) -> Reformed:
    ids, findings = chosen(system, p.items)
    if p.lead is not None and p.lead not in ids:
        raise refuse(error("DS596", ("lead",), given=p.lead, closest=closest(p.lead, ids or system.items)))
    names = tuple(system[i].name for i in ids)
    if len(ids) < 2:
        return Reformed(system, (*findings, warning("DS588", items=names)), (Use("", p, ids),))
    lead = p.lead or ids[0]
    id_ = p.id or f"{lead[:69]}_one_matter"
    if id_ in system.items:
        raise refuse(error("DS595", ("id",), given=id_))
    order = (lead, *(i for i in ids if i != lead))
    merged, about = _bundle(id_, [system[i] for i in order], p, system)
    if merged is None:
        return Reformed(system, (*findings, *about), (Use("", p, ids),))
    items, told = _with_demand(system, merged, ids, p.share)
    here = ("items", id_)
    values = {"merged": merged.name, "items": names}
    about = [Finding(f.code, f.severity, here, {**values, **f.values}) for f in (*about, told)]
    return Reformed(system.with_items(items), (*findings, *about), (Use("", p, ids, (*ids, id_)),))


def _bundle(
    id_: str, items: Sequence[ServiceItem], p: OneMatter, system: ServiceSystem
) -> tuple[ServiceItem | None, list[Finding]]:
    """Return the merged item, lead first, or None with the reason.

    Where only some cases adopted a reform of an item, the merged item carries what it is for the others.
    """
    check = next((i.before[0] for i in items if i.before), None)
    if check is None:
        halves = []
        for item in items:
            half = _apart(item)
            if half is None:
                return None, [warning("DS589", ("items", item.id, "process"), item=item.name)]
            halves.append(half)
        merged, about = _merged(id_, halves, p)
        if _unsound(merged, system):
            return None, [warning("DS589", ("items", items[0].id, "process"), item=items[0].name)]
        return merged, about
    terms = (check.reform, check.adoption, check.starts)
    adopted, others = [], []
    for item in items:
        mine = item.before[0] if item.before else None
        if mine is None or (mine.reform, mine.adoption, mine.starts) != terms:
            adopted.append(item)
            others.append(item)
        else:
            adopted.append(item.model_copy(update={"before": item.before[1:]}))
            others.append(mine.item)
    new, about = _bundle(id_, adopted, p, system)
    old, refused = _bundle(id_, others, p, system)
    if new is None or old is None:
        return None, about if new is None else refused
    was = Before(reform=check.reform, adoption=check.adoption, starts=check.starts, item=old)
    return new.model_copy(update={"before": (was, *new.before)}), about


# Taking apart -----------------------------------------------------------------------------------------------------


def _apart(item: ServiceItem) -> _Half | None:
    process = item.process
    accepting = gates(process)
    ahead = frozenset(before(process, accepting))
    entry = _most(item, {(g, m): t for g in accepting for m, t in _accepted(process.steps[g]).items()})
    if entry is None or entry in ahead or entry not in process.steps:
        return None
    middle = part(process, entry, lambda n: n not in ahead and process.steps[n].stage != "delivery")
    branch = middle.branch()
    ways = {(n, m): t for n in middle.steps for m, t in moves(process.steps[n]).items() if t in middle.exits}
    delivery = _most(item, {move: t for move, t in ways.items() if t != "delivered"}) or "delivered"
    if branch is None or not middle.exits or ahead & set(middle.exits):
        return None
    return _Half(item, ahead, accepting, _without_payment(branch), delivery, _minutes(process, ahead, accepting))


def _accepted(step: AnyStep) -> dict[str, str]:
    if not isinstance(step, OfficeStep):
        return {}
    return {n: o.next for n, o in step.outcomes.items() if not o.exception}


def _most(item: ServiceItem, ways: Mapping[tuple[str, str], str]) -> str | None:
    """Return where most cases go, of several ways; None where there is no way."""
    from depthsim.analysis.visits import analyse

    targets = list(dict.fromkeys(ways.values()))
    if len(targets) < 2:
        return targets[0] if targets else None
    try:
        flows = analyse(item).moves
    except InputError:
        return targets[0]
    return max(targets, key=lambda t: sum(flows.get(move, 0.0) for move, to in ways.items() if to == t))


def _without_payment(branch: Branch) -> Branch:
    """Return the branch without the applicant's paying: all fees are paid at once."""
    for name, step in branch.steps.items():
        then = normal_next(step)
        pays = isinstance(step, ApplicantStep) and step.role == "pay"
        if pays and then not in (None, name) and not (branch.start == name and then not in branch.steps):
            branch = without_step(branch, name, str(then))
    return branch


def _minutes(process: Process, ahead: frozenset[str], accepting: Sequence[str]) -> tuple[float, float, float]:
    """Return the mean minutes of filling in, the longest ones at the counter, and those of accepting."""
    form, served, work = 0.0, 0.0, 0.0
    for name in ahead:
        step = process.steps[name]
        if isinstance(step, ApplicantStep):
            shares = step.shares()
            if step.role in SUBMITS:
                form += sum(shares[n] * _mean(o.takes) for n, o in step.options.items())
            served = max(served, *(_mean(o.served) for o in step.options.values()))
        elif isinstance(step, OfficeStep) and name in accepting:
            work = max(work, _mean(step.takes))
    return form, served, work


def _mean(law: AnyLaw | None) -> float:
    return law.mean_minutes(480) if law else 0.0


# Putting together -------------------------------------------------------------------------------------------------


def _merged(id_: str, halves: list[_Half], p: OneMatter) -> tuple[ServiceItem, list[Finding]]:
    lead = halves[0]
    giver = next((h for h in halves if h.item.result and h.item.result.form == "physical"), lead)
    if lead.item.result is None:
        giver = lead
    materials, renamed = _materials([h.item for h in halves])
    originals = tuple(m for m, v in materials.items() if v.original_shown)
    steps = _front(lead, halves, p.minutes, tuple(materials), originals)
    joint = _free("one_matter_reviews", steps)
    for name in lead.accepting:
        if name in steps:
            steps[name] = with_moves(steps[name], dict.fromkeys(_accepted(steps[name]), joint))
    steps, first = _back(steps, giver, halves, joint, originals, renamed)
    branches = {h.item.id: _listed(h.branch, renamed[h.item.id], h.item.name) for h in halves}
    steps[joint] = ParallelStep(role="countersign", stage="review", by="parallel", branches=branches, next=first)
    fee, findings = _fee([h.item for h in halves])
    shown = any(set(s.materials) & set(originals) for s in steps.values() if s.role in ("verify_originals", "collect"))
    if originals and not shown:
        findings.append(warning("DS594", materials=tuple(materials[m].name for m in originals)))
    items = [h.item for h in halves]
    everybody = [set(i.audience) for i in items if i.audience]
    common = set.intersection(*everybody) if everybody else set()
    forwarded = any(isinstance(s, OfficeStep) and s.external and s.role == "forward" for h in halves
                    for s in h.branch.steps.values())  # fmt: skip
    immediate = all(i.handling == "immediate" for i in items)
    merged = lead.item.model_copy(
        update={
            "id": id_,
            "name": p.name or _name(items),
            "handling": "forwarded" if forwarded else "immediate" if immediate else "committed",
            "process": Process(start=lead.item.process.start, steps=steps),
            "audience": tuple(a for a in lead.item.audience if a in common) or lead.item.audience,
            "materials": immutabledict(materials),
            "limits": _limits(items),
            "fee": fee,
            "result": giver.item.result,
            "declared": None,
            "code": None,
            "replaces": tuple(i.id for i in items),
            "before": (),
        }
    )
    return merged, findings


def _name(items: Sequence[ServiceItem]) -> Name:
    zh, en = "、".join(i.name.zh for i in items), "; ".join(i.name.en for i in items)
    return Name(zh=f"一件事：{zh}"[:200], en=f"One matter: {en}"[:200])


def _front(
    lead: _Half, halves: Sequence[_Half], remains: float, materials: tuple[str, ...], originals: tuple[str, ...]
) -> dict[str, AnyStep]:
    """Return the lead's steps up to acceptance: longer, for one form and one acceptance of everything."""
    form, served, work = (
        max(1.0, remains * sum(h.minutes[n] for h in halves) / lead.minutes[n]) if lead.minutes[n] else 1.0
        for n in range(3)
    )
    found: dict[str, AnyStep] = {}
    for name, step in lead.item.process.steps.items():
        if name not in lead.ahead:
            continue
        if isinstance(step, ApplicantStep):
            filled = form if step.role in SUBMITS else 1.0
            options = {
                n: o.model_copy(update={"takes": _times(o.takes, filled), "served": _times(o.served, served)})
                for n, o in step.options.items()
            }
            step = with_options(step, options)
            if step.role in ("submit", "upload"):
                step = step.model_copy(update={"materials": materials})
            elif step.role == "verify_originals":
                step = step.model_copy(update={"materials": tuple(dict.fromkeys((*step.materials, *originals)))})
        elif isinstance(step, OfficeStep) and name in lead.accepting:
            step = step.model_copy(update={"takes": _times(step.takes, work)})
        found[name] = step
    return found


def _times(law: AnyLaw | None, factor: float) -> AnyLaw | None:
    return law if law is None or factor == 1.0 else scaled(law, factor)


def _back(
    steps: dict[str, AnyStep],
    giver: _Half,
    halves: Sequence[_Half],
    joint: str,
    originals: tuple[str, ...],
    renamed: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, AnyStep], str]:
    """Return the steps with one payment and one delivery behind the reviews, and the first of these."""
    process = giver.item.process
    behind = [n for n in process.steps if n in reach(process, giver.delivery)]
    names: dict[str, str] = {}
    taken: dict[str, Any] = {**steps, joint: None}
    for name in behind:
        names[name] = _free(name, taken)
        taken[names[name]] = None
    for name in behind:
        step = process.steps[name]
        if isinstance(step, OfficeStep):
            step = without_outcomes(step, lambda o: o.kind == "correction" and o.next not in names)
        step = _relisted(step, renamed[giver.item.id])
        if step.role in ("verify_originals", "collect") and isinstance(step, ApplicantStep):
            step = step.model_copy(update={"materials": tuple(dict.fromkeys((*step.materials, *originals)))})
        steps[names[name]] = with_moves(step, {m: names[t] for m, t in moves(step).items() if t in names})
    first = names.get(giver.delivery, "delivered")
    if any(s.role == "pay" for s in steps.values()):
        return steps, first
    for half in halves:
        for name, step in half.item.process.steps.items():
            if isinstance(step, ApplicantStep) and step.role == "pay" and half.item.fee != "none":
                pay = _free(name, {**steps, joint: None})
                onward = {n: first for n, o in step.options.items() if o.next not in GIVEN_UP}
                paid = _relisted(with_moves(step, onward), renamed[half.item.id])
                steps[pay] = paid.model_copy(update={"stage": "delivery"})
                return steps, pay
    return steps, first


def _free(wanted: str, taken: Mapping[str, Any]) -> str:
    number, name = 2, wanted
    while name in taken:
        name, number = f"{wanted[:76]}_{number}", number + 1
    return name


def _materials(items: Sequence[ServiceItem]) -> tuple[dict[str, Material], dict[str, dict[str, str]]]:
    """Return the materials of all items, each once, and how every item's are called now."""
    found: dict[str, Material] = {}
    renamed: dict[str, dict[str, str]] = {}
    for item in items:
        renamed[item.id] = {}
        for m, material in item.materials.items():
            known = found.get(m)
            if known is None or known.name == material.name:
                if known is None or (material.original_shown and not known.original_shown):
                    found[m] = material
                continue
            other = _free(f"{item.id}_{m}"[:80], found)
            found[other] = material
            renamed[item.id][m] = other
    return found, renamed


def _listed(branch: Branch, renamed: Mapping[str, str], name: Name) -> Branch:
    def in_branch(inner: Branch) -> Branch:
        steps = {}
        for n, step in inner.steps.items():
            new = _relisted(step, renamed)
            if isinstance(new, ParallelStep):
                deeper = {b: in_branch(value) for b, value in new.branches.items()}
                new = new.model_copy(update={"branches": immutabledict(deeper)})
            steps[n] = new
        return inner.model_copy(update={"steps": immutabledict(steps)})

    return in_branch(branch).model_copy(update={"name": name})


def _relisted(step: AnyStep, renamed: Mapping[str, str]) -> AnyStep:
    if not set(step.materials) & set(renamed):
        return step
    return step.model_copy(update={"materials": tuple(renamed.get(m, m) for m in step.materials)})


def _limits(items: Sequence[ServiceItem]) -> Limits | None:
    """Return the longest limits of all items: the last of the reviews decides."""
    known = [i.limits for i in items if i.limits]
    if not known:
        return None
    return Limits(
        statutory=_longest([limits.statutory for limits in known]),
        promised=_longest([limits.promised for limits in known]),
        ends=known[0].ends,
    )


def _longest(limits: Sequence[Limit | None]) -> Limit | None:
    def working_days(limit: Limit) -> float:
        return limit.days if limit.unit is Unit.WORKING_DAY else limit.days * WORKING_PER_CALENDAR_DAY

    return max((limit for limit in limits if limit is not None), key=working_days, default=None)


def _fee(items: Sequence[ServiceItem]) -> tuple[Any, list[Finding]]:
    """Return all fees added up, and a finding where they cannot be."""
    known = [(i, i.fee) for i in items if isinstance(i.fee, Fee)]
    if not known:
        return ("none" if all(i.fee == "none" for i in items) else None), []
    if len(known) == 1 and all(i.fee is not None for i in items):
        return known[0][1], []
    amounts = [fee.amount for _, fee in known if fee.amount is not None]
    if len(amounts) < len(known) or len({a.currency for a in amounts}) > 1 or any(i.fee is None for i in items):
        return known[0][1], [warning("DS593", item=known[0][0].name)]
    return Fee(amount=Money(amount=sum(a.amount for a in amounts), currency=amounts[0].currency)), []


def _with_demand(
    system: ServiceSystem, merged: ServiceItem, ids: Sequence[str], share: float
) -> tuple[dict[str, ServiceItem], Finding]:
    """Return all items with the merged one, and what is known of its cases; the separate items lose as many."""
    items = dict(system.items)
    demands = [system[i].demand for i in ids]
    if any(d is None for d in demands):
        items[merged.id] = merged.model_copy(update={"demand": None})
        return items, warning("DS592")
    cases = share * min(d.per_year for d in demands if d is not None)
    for i, demand in zip(ids, demands, strict=True):
        assert demand is not None
        rest = demand.model_copy(update={"per_year": max(0.0, demand.per_year - cases)})
        items[i] = system[i].model_copy(update={"demand": rest})
    assert merged.demand is not None
    items[merged.id] = merged.model_copy(update={"demand": merged.demand.model_copy(update={"per_year": cases})})
    return items, information("DS591", cases=f"{cases:g}")


def _unsound(item: ServiceItem, system: ServiceSystem) -> bool:
    from depthsim.analysis.soundness import findings
    from depthsim.model.references import item_findings

    found = item_findings(item, system) or findings(item, system)
    return any(f.severity is Severity.ERROR for f in found)


reform = Reform(
    function=_function,
    parameters=OneMatter,
    touches=EVERYTHING - {"pools", "places"},
    source="一件事 / 高效办成一件事 (2024): one notice, one form, one window; Shanghai, change of name: 6 trips to 0",
)
