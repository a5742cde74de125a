"""Rules on limits: statutory and promised, in number and words, and special procedures beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from immutabledict import immutabledict

from depthsim.assessment.rules._numbers import contradicts
from depthsim.assessment.rules._rule import CHECKER, GBT_39046, LICENSING_LAW, Hit, Rules, Surroundings
from depthsim.assessment.rules.identity import outside
from depthsim.errors import Path
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Period
from depthsim.model.service import OfficeStep, walk_steps
from depthsim.texts import LANGS, label

RULES = Rules()

_BEARS_ON: Mapping[str | int, str] = immutabledict(
    {"statutory": "C1-7", "promised": "C1-8", "special": "C1-15", "steps": "C3-2"}
)
"""The indicator that looks at a period, by its field."""


def _limits(guide: ServiceGuide) -> Iterator[tuple[str, Period]]:
    for name, period in (("statutory", guide.statutory), ("promised", guide.promised)):
        if period is not None:
            yield name, period


def _periods(guide: ServiceGuide) -> Iterator[tuple[Path, Period]]:
    """Yield every period of a guide with its path."""
    for name, period in _limits(guide):
        yield (name,), period
    for number, special in enumerate(guide.special or ()):
        if special.takes is not None:
            yield ("special", number, "takes"), special.takes
    for number, step in enumerate(guide.steps or ()):
        if step.duration is not None:
            yield ("steps", number, "duration"), step.duration


@RULES.wrong("DS820", "C1-4", "E2-1", source=CHECKER)
def immediate_means_no_days(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """An item handled at once promises 0, and one that promises 0 is handled at once."""
    promised = guide.promised.amount if guide.promised else None
    if guide.handling is None or promised is None:
        return
    if (guide.handling == "immediate") != (promised == 0):
        yield ("promised",), {"handling": f"list_handling_{guide.handling}", "promised": guide.promised}


@RULES.wrong("DS821", "C1-8", "E2-4")
def promise_keeps_the_law(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The promised limit is no longer than the statutory one, in the same unit or converted."""
    law, promise = guide.statutory, guide.promised
    if law is None or promise is None or law.amount is None or promise.amount is None:
        return
    same_unit = law.unit == promise.unit
    longest = law.amount if same_unit else law.working_days
    promised = promise.amount if same_unit else promise.working_days
    if longest is not None and promised is not None and promised > longest + 1e-9:
        yield ("promised",), {"promised": promise, "statutory": law}


@RULES.wrong("DS822", *_BEARS_ON.values())
def numbers_have_their_unit(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A limit says whether it counts working days or calendar days."""
    for path, period in _periods(guide):
        if period.amount is not None and period.amount > 0 and period.unit is None:
            given = f"{period.amount:g}"
            yield path, {"what": f"guide_{path[0]}", "given": given, "indicator": _BEARS_ON[path[0]]}


@RULES.wrong("DS823", *_BEARS_ON.values(), source=CHECKER)
def words_fit_the_number(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A limit in words says the same as its number."""
    for path, period in _periods(guide):
        if contradicts(period) is not None:
            plain = Period(amount=period.amount, unit=period.unit)
            said = {"number": plain, "text": period.text, "indicator": _BEARS_ON[path[0]]}
            yield path, {"what": f"guide_{path[0]}", **said}


@RULES.wrong("DS824", "C1-15", source=GBT_39046)
def special_procedures_are_listed(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The code of a special procedure stands in the list."""
    for number, special in enumerate(guide.special or ()):
        if special.code is not None and special.code not in CODE_LISTS["special_procedure"]:
            yield ("special", number, "code"), outside(special.code, "special_procedure")


@RULES.missing("DS825", "C1-15")
def special_procedures_say_their_time(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A special procedure says how long it takes and whether the limit counts it."""
    for number, special in enumerate(guide.special or ()):
        lacking = [f"special_{name}" for name in ("takes", "counted") if getattr(special, name) is None]
        if lacking:
            yield ("special", number), {"name": special.name or special.code or "", "lacking": lacking}


@RULES.note("DS826", "C1-8", source=LICENSING_LAW)
def special_procedures_come_on_top(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """What the applicant may wait in all, special procedures outside the promise included."""
    promised = guide.promised.working_days if guide.promised else None
    outside_it = [s.takes.working_days for s in guide.special or () if s.takes and s.counted is not True]
    days = sum(d for d in outside_it if d is not None)
    if promised is not None and days > 0:
        total = f"{promised + days:.3g}"
        yield ("special",), {"total": total, "outside": f"{days:.3g}", "promised": f"{promised:.3g}"}


@RULES.wrong("DS827", "C3-2", source=CHECKER)
def steps_fit_in_the_promise(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The steps that the limit counts take no longer, in all, than is promised."""
    promised = guide.promised.working_days if guide.promised else None
    days = [s.duration.working_days for s in guide.steps or () if s.duration and s.counted is not False]
    total = sum(d for d in days if d is not None)
    if promised is not None and total > promised + 1e-9:
        yield ("steps",), {"total": f"{total:.3g}", "promised": f"{promised:.3g}"}


@RULES.wrong("DS828", "C1-15")
def special_steps_are_told(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """Special steps of the process (survey, hearing, assessment) are named among the guide's special procedures."""
    if around.item is None or guide.special is None or guide.special:
        return
    for _, step in walk_steps(around.item.process):
        if isinstance(step, OfficeStep) and step.special is not None:
            called = step.name or {lang: label(step.role, lang) for lang in LANGS}
            yield ("special",), {"step": called, "special": f"special_{step.special}"}
