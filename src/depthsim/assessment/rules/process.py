"""Rules on the published process and the result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from depthsim.assessment.rules._rule import CHECKER, SCHEME, Hit, Rules, Surroundings
from depthsim.assessment.rules.identity import outside
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuideStep
from depthsim.model.level import Stage

RULES = Rules()

FIVE_STAGES: tuple[Stage, ...] = ("acceptance", "review", "approval", "completion", "delivery")
_STAGE_WORDS: tuple[tuple[Stage, re.Pattern[str]], ...] = (
    ("acceptance", re.compile("受理|收件|接件")),
    ("review", re.compile("审核|审查|初审|复审|核查|勘查|评审")),
    ("approval", re.compile("审批|决定|核准|批准|签发")),
    ("completion", re.compile("办结|制证|制作|归档")),
    ("delivery", re.compile("送达|发证|领取|颁发|取件|寄送")),
)
"""Words by which offices call the five stages."""


def stage_of(step: GuideStep) -> Stage | None:
    """Return the stage of a step: as it says, or else as its name does."""
    if step.stage is not None:
        return step.stage
    return next((stage for stage, words in _STAGE_WORDS if words.search(step.name.zh)), None)


@RULES.wrong("DS880", "C3-1", source=SCHEME)
def process_has_five_stages(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A published process covers acceptance, review, approval, completion and delivery."""
    if not guide.steps:
        return
    given = {stage_of(step) for step in guide.steps}
    lacking = tuple(stage for stage in FIVE_STAGES if stage not in given)
    if lacking:
        yield ("steps",), {"lacking": lacking}


@RULES.missing("DS881", "C3-2")
def steps_have_six_attributes(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Each step says when it starts and ends, how long it takes, who does it, where and by which criteria."""
    for number, step in enumerate(guide.steps or ()):
        if step.missing:
            yield ("steps", number), {"step": step.name, "lacking": tuple(f"attribute_{a}" for a in step.missing)}


_CERTIFICATE = re.compile("(证|证书|执照|牌照)$")
_APPROVAL = re.compile("(批复|批文|批准书|决定书?|意见书?|通知书|复函|函)$")
_BRACKETS = re.compile('[（(][^）)]*[）)]|[《》“”"\\s]')


@RULES.wrong("DS885", "B3-2", source=CHECKER)
def result_type_fits_the_name(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A result called 证 is a certificate, one called 批复 an approval."""
    result = guide.result
    if result is None or result.name is None or result.type not in ("certificate", "approval"):
        return
    name = _BRACKETS.sub("", result.name.zh)
    fitting = "certificate" if _CERTIFICATE.search(name) else "approval" if _APPROVAL.search(name) else result.type
    if fitting != result.type:
        types = {"given": f"list_result_type_{result.type}", "fitting": f"list_result_type_{fitting}"}
        yield ("result", "type"), {"name": result.name, **types}


@RULES.wrong("DS886", "B3-2")
def result_type_is_listed(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The type of the result stands in the list."""
    if guide.result and guide.result.type is not None and guide.result.type not in CODE_LISTS["result_type"]:
        yield ("result", "type"), outside(guide.result.type, "result_type")


@RULES.missing("DS887", "B3-2", source=CHECKER)
def result_has_a_sample(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A result that one can hold or open has a sample."""
    if guide.result and guide.result.form != "none" and guide.result.sample is None:
        yield ("result",), {"name": guide.result.name or guide.name}


@RULES.note("DS888", "E2-3", "E2-4")
def nothing_grew_since_before(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Since the version before, no limit became longer and no material more."""
    before = guide.before
    if before is None:
        return
    for field in ("statutory", "promised"):
        then, now = getattr(before, field), getattr(guide, field)
        if then and now and then.working_days is not None and (now.working_days or 0) > then.working_days:
            yield (field,), {"what": f"guide_{field}", "then": then, "now": now}
    then_number, now_number = before.number_of_materials, len(guide.materials or ())
    if then_number is not None and now_number > then_number:
        yield ("materials",), {"what": "guide_materials", "then": then_number, "now": now_number}
