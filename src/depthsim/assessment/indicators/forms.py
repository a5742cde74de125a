"""C4, forms and samples (表格及样表下载), and C5, fees (收费信息)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from depthsim.assessment.indicators._guides import nothing, objecting, of, stated
from depthsim.assessment.outcome import Fact, Need, Outcome, counted
from depthsim.assessment.subject import Subject
from depthsim.errors import Finding, warning
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuideFee, GuideMaterial
from depthsim.model.indicators import Indicator

Part = Literal["form", "sample"]


def _forms(subject: Subject, indicator: Indicator) -> Iterator[tuple[ServiceGuide, int, GuideMaterial]]:
    """Yield the materials of a population that applicants fill in: of type form, or with a blank to download."""
    for guide in subject.members(indicator).guides:
        for number, material in enumerate(guide.materials or ()):
            if material.type == "form" or material.form is not None:
                yield guide, number, material


def _offered(part: Part) -> Callable[[Subject, Indicator], Outcome]:
    def decide(subject: Subject, indicator: Indicator) -> Outcome:
        members = subject.members(indicator)
        if not members.guides:
            return nothing(subject, indicator)
        forms = list(_forms(subject, indicator))
        if not forms:
            return Outcome(needs=(Need("field", (f"material_{part}",)),))
        if len(forms) > 1 and all(m.form is None and m.sample is None for _, _, m in forms):
            return Outcome(needs=(Need("field", (f"material_{part}",)),))
        facts, findings = [], list[Finding]()
        for guide, number, material in forms:
            attached = getattr(material, part)
            there = attached is not None and bool(attached.url or attached.name or attached.sha256)
            facts.append(Fact(guide.id, f"materials[{number}].{part}", there, there))
            objections = objecting(subject, indicator, guide)
            findings += (f for f in objections if f not in findings)
            if not there and not objections:
                path = of(guide, "materials", number)
                findings.append(
                    warning("DS917", path, item=guide.name, material=material.name, field=f"guide_material_{part}")
                )
        return counted(facts, findings, needs=subject.unclear(members))

    return decide


def _accurate(subject: Subject, indicator: Indicator) -> Outcome:
    """Links work and no file serves another form; what is in a file, a person confirms."""
    blanks = [(g, n, m) for g, n, m in _forms(subject, indicator) if m.form is not None]
    if not blanks:
        return Outcome(needs=(Need("field", ("material_form",)), Need("person")))
    if all(m.form is None or (m.form.state is None and m.form.sha256 is None) for _, _, m in blanks):
        return Outcome(needs=(Need("field", ("material_form_state",)), Need("person")))
    uses: dict[str, set[str]] = defaultdict(set)
    for _, _, m in blanks:
        if m.form and m.form.sha256:
            uses[m.form.sha256].add(m.name.zh)
    facts, findings = [], list[Finding]()
    for guide, number, material in blanks:
        form = material.form
        assert form is not None
        path = of(guide, "materials", number, "form")
        shared = len(uses[form.sha256]) > 1 if form.sha256 else False
        holds = None if form.state is None else form.state == "works"
        if holds is False:
            state = f"attachment_{form.state}"
            findings.append(warning("DS918", path, item=guide.name, material=material.name, state=state))
        if shared:
            findings.append(warning("DS919", path, item=guide.name, material=material.name))
            holds = False
        facts.append(Fact(guide.id, f"materials[{number}].form", form.state or form.url, holds))
    unchecked = sum(f.holds is None for f in facts)
    needs = (*((Need("field", ("material_form_state",), unchecked),) if unchecked else ()), Need("person"))
    return counted(facts, findings, needs=needs, incomplete=True)


def _hints(subject: Subject, indicator: Indicator) -> Outcome:
    """Only a person can judge samples; a sample that is the blank itself is not filled in."""
    findings = []
    for guide, number, material in _forms(subject, indicator):
        form, sample = material.form, material.sample
        if form and sample and form.sha256 and form.sha256 == sample.sha256:
            path = of(guide, "materials", number, "sample")
            findings.append(warning("DS920", path, item=guide.name, material=material.name))
        elif sample and sample.state in ("dead", "garbled", "other_item"):
            path = of(guide, "materials", number, "sample")
            state = f"attachment_{sample.state}"
            findings.append(warning("DS918", path, item=guide.name, material=material.name, state=state))
    return Outcome(findings=tuple(findings), needs=(Need("person"),))


def _fees(holds: Callable[[GuideFee], bool]) -> Callable[[Subject, Indicator], Outcome]:
    def decide(subject: Subject, indicator: Indicator) -> Outcome:
        members = subject.members(indicator)
        if not members.guides and subject.members(indicator, charged=False).guides:
            known = [g for g in subject.members(indicator, charged=False).guides if g.charged is not None]
            if not known:
                return Outcome(needs=(Need("field", ("charged",)),))
            return Outcome(None, 0, 0, tuple(Fact(g.id, "charged", g.charged) for g in known))
        facts, findings = [], list[Finding]()
        if not members.guides:
            return nothing(subject, indicator)
        for guide in members.guides:
            objections = objecting(subject, indicator, guide)
            right = bool(guide.fees) and all(holds(f) for f in guide.fees or ())
            facts.append(Fact(guide.id, "fees", len(guide.fees or ()), right and not objections))
            findings += objections
            if not right and not objections:
                findings.append(warning("DS921", of(guide, "fees"), item=guide.name, indicator=indicator.name))
        return counted(facts, findings, needs=subject.unclear(members))

    return decide


def _basis(fee: GuideFee) -> bool:
    return fee.basis is not None and bool(fee.basis.title and fee.basis.clause)


DECIDES: Mapping[str, Callable[[Subject, Indicator], Outcome]] = {
    "C4-1": _offered("form"),
    "C4-2": _offered("sample"),
    "C4-3": _accurate,
    "C4-4": _hints,
    "C5-1": lambda s, i: stated(s, i, "charged", lambda _: True),
    "C5-2": _fees(lambda fee: bool(fee.name) and bool(fee.standard or fee.amount)),
    "C5-3": _fees(_basis),
}
