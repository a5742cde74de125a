"""Rules on what an item is: closed lists, codes, audience, and the guide against the process file."""

from __future__ import annotations

from collections.abc import Iterator

from depthsim.assessment.rules._rule import (
    CHECKER,
    GB_32100,
    GBT_39046,
    ITEM_CODES,
    SCHEME,
    Find,
    Hit,
    Rules,
    Surroundings,
)
from depthsim.model import item_code
from depthsim.model.code_lists import CODE_LISTS
from depthsim.model.guide import ServiceGuide
from depthsim.model.guide_parts import Period
from depthsim.texts import LANGS, label
from depthsim.texts.suggestions import did_you_mean

RULES = Rules()

PERSONAL_TOPICS = frozenset({"生育收养", "户籍办理", "入伍服役", "婚姻登记", "优待抚恤", "离职退休", "死亡殡葬"})
CORPORATE_TOPICS = frozenset({"法人注销", "资质认证", "招标拍卖", "融资信贷", "投资审批", "商务贸易", "破产清算"})
"""Topics of the national portals that are for natural persons alone, and those for organisations alone."""


def _listed(field: str, code_list: str) -> Find:
    """Return the rule that a field's words stand in a closed list."""
    known = CODE_LISTS[code_list]

    def find(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
        value = getattr(guide, field)
        if isinstance(value, str) and value not in known:
            yield (field,), outside(value, code_list)
        elif isinstance(value, tuple):
            for number, word in enumerate(value):
                if word not in known:
                    yield (field, number), outside(word, code_list)

    return find


def outside(word: str, code_list: str) -> dict[str, object]:
    """Return the values of a finding about a word outside a list."""
    known = CODE_LISTS[code_list]
    return {
        "given": word,
        "list": known.sources,
        "allowed": tuple(_both(word, code_list) for word in known.words),
        "suggestion": did_you_mean(word, known.words),
    }


def _both(word: str, code_list: str) -> dict[str, str]:
    """Return what a word of a list is called, in Chinese before the word as files have it."""
    return {"zh": f"{label(f'list_{code_list}_{word}', 'zh')}（{word}）", "en": word}


for _code, _field, _indicators in (
    ("DS801", "type", ("C1-1", "B2-3")),
    ("DS802", "power_source", ("C1-2",)),
    ("DS803", "handling", ("C1-4",)),
    ("DS804", "exercise_level", ("C1-5",)),
    ("DS805", "audience", ("C1-6",)),
    ("DS806", "forms", ("B3-2",)),
):
    RULES.wrong(_code, *_indicators, source=SCHEME if _field == "power_source" else GBT_39046)(_listed(_field, _field))


@RULES.wrong("DS807", "C1-5", "D2-1", source=ITEM_CODES)
def code_has_its_parts(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The code has 31 characters: credit code 18, level 1, basic code 12."""
    if guide.code is not None and (item_code.parts(guide.code) is None or len(guide.code) != 31):
        yield ("code",), {"given": guide.code, "length": len(guide.code)}


@RULES.wrong("DS808", "C1-5", "D2-1", source=GB_32100)
def credit_code_checks(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The credit code's last character is the one that the others give."""
    found = item_code.parts(guide.code or "")
    if found and (right := item_code.check_character(found.credit_code[:17])) != found.credit_code[17]:
        yield ("code",), {"given": found.credit_code, "right": right}


@RULES.wrong("DS809", "C1-5", "D2-1", source=ITEM_CODES)
def code_fits_the_fields(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """The code's parts are what the guide, and its department, say beside it."""
    found = item_code.parts(guide.code or "")
    if found is None:
        return
    levels, types = CODE_LISTS["exercise_level"].codes, CODE_LISTS["type"].codes
    said: list[tuple[str, str, str | None]] = [
        ("exercise_level", found.level, levels.get(guide.exercise_level or "")),
        ("type", found.type, types.get(guide.type or "")),
        ("basic_code", found.basic_code, guide.basic_code),
        ("credit_code", found.credit_code, guide.body.credit_code if guide.body else None),
        ("credit_code", found.credit_code, around.credit_code(guide)),
    ]
    for field, in_code, beside in dict.fromkeys(said):
        if beside is not None and beside != in_code:
            yield ("code",), {"what": f"guide_{field}", "in_code": in_code, "beside": beside}


@RULES.wrong("DS810", "C1-5", "D2-1", source=ITEM_CODES)
def other_codes_have_their_length(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """The basic code has 12 characters; a business item's code continues the item's code by two digits."""
    if guide.basic_code is not None and not item_code.BASIC.fullmatch(guide.basic_code):
        yield ("basic_code",), {"given": guide.basic_code}
    business = guide.business_code
    if business is not None and not (len(business) == 33 and business.startswith(guide.code or "")):
        yield ("business_code",), {"given": business}


@RULES.wrong("DS811", "C1-5", "D2-1")
def code_is_nobody_elses(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """No other guide publishes the same code, unless both are business items of it."""
    others = [name for key, name in around.codes.get(guide.code or "", {}).items() if key != guide.id]
    if others and guide.business_code is None:
        shown = [*others[:3], f"… ({len(others)})"] if len(others) > 3 else others
        yield ("code",), {"given": guide.code, "others": shown}


def _of_item(guide: ServiceGuide, around: Surroundings) -> Iterator[tuple[str, object, object]]:
    item = around.item
    if item is None:
        return
    yield "type", guide.type and f"list_type_{guide.type}", f"list_type_{item.kind}"
    yield "handling", guide.handling and f"list_handling_{guide.handling}", f"list_handling_{item.handling}"
    yield "department", guide.department, item.department
    yield "code", guide.code, item.code
    for name in ("statutory", "promised"):
        ours, theirs = getattr(guide, name), getattr(item.limits, name, None)
        if ours is not None and ours.amount is not None and ours.unit and theirs is not None:
            yield name, Period(amount=ours.amount, unit=ours.unit), Period.model_validate(str(theirs))
    if guide.charged is not None and item.fee is not None:
        yield "charged", "charged" if guide.charged else "free", "free" if item.fee == "none" else "charged"


@RULES.wrong("DS812", "B3-2", "A3-1")
def guide_agrees_with_the_process_file(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """What the guide and the file of the process both say is the same."""
    for field, ours, theirs in _of_item(guide, around):
        if ours is not None and theirs is not None and ours != theirs:
            yield (field,), {"what": f"guide_{field}", "given": _in_words(ours), "item": _in_words(theirs)}


def _in_words(value: object) -> object:
    return value if not isinstance(value, str) else {lang: label(value, lang) for lang in LANGS}


@RULES.wrong("DS813", "C1-6", source=CHECKER)
def audience_fits_the_topics(guide: ServiceGuide, _: Surroundings) -> Iterator[Hit]:
    """An item for organisations alone is not filed under topics of natural persons, nor the other way round."""
    if not guide.audience:
        return
    persons = "natural_person" in guide.audience
    organisations = any(word != "natural_person" for word in guide.audience)
    wrong = (frozenset() if persons else PERSONAL_TOPICS) | (frozenset() if organisations else CORPORATE_TOPICS)
    for number, topic in enumerate(guide.topics or ()):
        if topic in wrong:
            audience = tuple(f"list_audience_{word}" for word in guide.audience)
            yield ("topics", number), {"given": topic, "audience": audience}


@RULES.note("DS814", "D1-1", "D1-2", "D1-3", "D1-4")
def guide_has_a_process(guide: ServiceGuide, around: Surroundings) -> Iterator[Hit]:
    """Without a process file nothing can be derived; `process: none` says that this is meant."""
    if around.item is None and guide.process is None:
        yield ("id",), {"item": guide.name}
