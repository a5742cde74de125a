"""Rules on fees and payment."""

from __future__ import annotations

from collections.abc import Iterator

from depthsim.assessment.rules._rule import CHECKER, Hit, Rules, Surroundings
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import GuideFee
from depthsim.texts import LANGS, text

RULES = Rules()


@RULES.wrong("DS870", "C5-1")
def charging_is_told_once(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Whether there is a fee, and the fees listed, say the same."""
    if guide.charged is False and guide.fees:
        yield ("charged",), {"said": "free", "fees": len(guide.fees)}
    elif guide.charged and guide.fees is not None and not guide.fees:
        yield ("charged",), {"said": "charged", "fees": 0}


@RULES.wrong("DS871", "C5-2")
def fees_have_a_standard(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A fee has a name, and an amount or a standard by which it is computed."""
    if guide.charged and guide.fees is None:
        yield ("charged",), {"name": {lang: text("assess.fee.mentioned", lang) for lang in LANGS}}
    for number, fee in enumerate(guide.fees or ()):
        if fee.standard is None and fee.amount is None:
            yield ("fees", number), {"name": _called(fee, number)}


@RULES.wrong("DS872", "C5-3")
def fees_have_a_basis(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A fee names the law or document that it rests on, and the clause."""
    for number, fee in enumerate(guide.fees or ()):
        if fee.basis is None or not (fee.basis.clause or fee.basis.number):
            yield ("fees", number), {"name": _called(fee, number)}


@RULES.wrong("DS873", "C5-1", source=CHECKER)
def nothing_to_pay_online(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """Online payment is not offered where there is no fee."""
    free = guide.charged is False or (guide.charged is None and guide.fees == ())
    if free and guide.online_payment:
        yield ("online_payment",), {}


@RULES.missing("DS874", "C5-2")
def fees_have_a_name(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """A fee has a name."""
    for number, fee in enumerate(guide.fees or ()):
        if fee.name is None:
            yield ("fees", number), {"number": number + 1}


def _called(fee: GuideFee, number: int) -> dict[str, str]:
    """Return what to call a fee: by its name, or else by its place."""
    if fee.name is not None:
        return {lang: text("assess.fee.named", lang, name=fee.name) for lang in LANGS}
    return {lang: text("assess.fee.numbered", lang, number=number + 1) for lang in LANGS}
