"""The parts of a published service guide (办事指南): periods, materials, steps, places, fees, results.

What is absent is unknown; an empty list says that there is none; booleans have three values.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_serializer, model_validator

from depthsim.model.code_lists import CODE_LISTS, DEPTH_MAPS
from depthsim.model.level import Level, Stage
from depthsim.model.provenance import Sourced
from depthsim.model.service import Money
from depthsim.model.time import plain_number
from depthsim.model.value import FrozenMap, Identifier, Value

Text = Annotated[str, Field(min_length=1, max_length=20_000)]
Word = Annotated[str, Field(min_length=1, max_length=200)]
"""A word of a closed list, or what was published instead."""
Count = Annotated[int, Field(ge=0, le=100_000, strict=True)]


def listed(code_list: str, several: bool = False) -> Any:
    """Return an optional field whose words come from a closed list: editors offer them, others are kept."""
    words = CODE_LISTS[code_list].words
    return Field(None, json_schema_extra={"examples": [[word] if several else word for word in words]})


class Title(Value):
    """What something is called in both languages, as long as guides make it; a plain string stands for both."""

    zh: str = Field(min_length=1, max_length=2000)
    en: str = Field(min_length=1, max_length=2000)


def _both(value: Any) -> Any:
    return {"zh": value, "en": value} if isinstance(value, str) else value


Titled = Annotated[Title, BeforeValidator(_both, json_schema_input_type=str | Title)]

PeriodUnit = Literal["min", "h", "days", "working days"]
_UNITS: dict[str, PeriodUnit] = {
    "min": "min", "分钟": "min", "h": "h", "小时": "h", "个小时": "h",
    "day": "days", "days": "days", "calendar days": "days", "自然日": "days", "个自然日": "days", "日历日": "days",
    "working day": "working days", "working days": "working days", "工作日": "working days", "个工作日": "working days",
}  # fmt: skip
_PERIOD = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*([A-Za-z ]+|[一-鿿]+)")
_WORKING_DAYS_A_DAY: dict[PeriodUnit, float] = {"working days": 1.0, "days": 5 / 7, "h": 1 / 7, "min": 1 / 420}


class Period(Value):
    """A limit or a duration as published: number, unit, and the text beside it; `none`: there is no limit.

    Written `20 working days`, `none`, or `{amount: 20, unit: working days, text: …}`; any other text is only a text.
    """

    amount: float | None = Field(None, ge=0, le=100_000, strict=True)
    unit: PeriodUnit | None = None
    text: Text | None = None
    unlimited: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, data: Any) -> Any:
        if not isinstance(data, str):
            return data
        if data.strip() == "none":
            return {"unlimited": True}
        found = _PERIOD.fullmatch(data.strip())
        unit = _UNITS.get(found[2].strip().lower()) if found else None
        return {"amount": float(found[1]), "unit": unit} if found and unit else {"text": data}

    @model_serializer(mode="wrap")
    def _short(self, handler: Any) -> Any:
        if self == Period(unlimited=True):
            return "none"
        if self.amount is not None and self.unit and self.text is None and not self.unlimited:
            short = f"{plain_number(self.amount)} {self.unit}"
            if Period.model_validate(short) == self:
                return short
        return {k: v for k, v in handler(self).items() if v is not None and v is not False}

    @property
    def working_days(self) -> float | None:
        """Return its length in working days (a week of 7 days has 5, a working day 7 hours), None where unknown."""
        if self.amount is None or self.unit is None:
            return None
        return self.amount * _WORKING_DAYS_A_DAY[self.unit]

    def in_words(self, lang: str) -> str:
        """Return it as people say it in a language."""
        if self.amount is None:
            return self.text or ("无期限" if lang == "zh" else "no limit")
        units = {"min": "分钟", "h": "小时", "days": "个自然日", "working days": "个工作日", None: "（无单位）"}
        unit = units[self.unit] if lang == "zh" else self.unit or "(no unit)"
        return f"{plain_number(self.amount)} {unit}"


def _as_given(value: Any) -> Any:
    return value


PeriodField = Annotated[Period, BeforeValidator(_as_given, json_schema_input_type=str | Period)]


class Attachment(Value):
    """A file to download: a blank form, a filled-in sample, a sample of the result. `state` is a link check's."""

    name: Text | None = None
    url: Text | None = None
    sha256: str | None = Field(None, pattern="^[0-9a-f]{64}$")
    state: Literal["works", "dead", "garbled", "other_item"] | None = None
    checked: date | None = None


class GuideMaterial(Value):
    """An application material as published. `source` says who issues it, `issued_by` names the body."""

    name: Titled
    id: Identifier | None = None
    type: Word | None = listed("material_type")
    source: Word | None = listed("material_source")
    issued_by: Text | None = None
    originals: Count | None = None
    copies: Count | None = None
    medium: tuple[Word, ...] | None = listed("medium", several=True)
    necessity: Word | None = listed("necessity")
    trust: Literal["A", "B", "C", "D"] | None = None
    e_licence: StrictBool | None = None
    condition: Text | None = None
    form: Attachment | None = None
    sample: Attachment | None = None
    criteria: Text | None = None
    note: Text | None = None


class GuideStep(Value):
    """A step of the published process, with the six attributes asked of it; `counted`: within the promised limit."""

    name: Titled
    stage: Stage | None = None
    start: Text | None = None
    end: Text | None = None
    duration: PeriodField | None = None
    person: Text | None = None
    window: Text | None = None
    criteria: Text | None = None
    counted: StrictBool | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return which of the six attributes it lacks."""
        return tuple(name for name in SIX_ATTRIBUTES if getattr(self, name) is None)


SIX_ATTRIBUTES = ("start", "end", "duration", "person", "window", "criteria")


class SpecialProcedure(Value):
    """A special procedure (特别程序), with its code and days; `counted`: within the promised limit."""

    code: Word | None = listed("special_procedure")
    name: Text | None = None
    takes: PeriodField | None = None
    counted: StrictBool | None = None
    body: Text | None = None
    note: Text | None = None


class Intermediary(Value):
    """An intermediary service (中介服务) that applicants must buy."""

    name: Text
    body: Text | None = None
    basis: Text | None = None
    fee: Text | None = None


class GuidePlace(Value):
    """Where one goes: hall, address down to the window or room, opening times as published."""

    name: Text | None = None
    address: Text | None = None
    window: Text | None = None
    room: Text | None = None
    hours: Text | None = None
    phone: Text | None = None
    directions: Text | None = None


class LegalBasis(Value):
    """A law or document with its number, the clause quoted and the clause's wording."""

    title: Text
    number: Text | None = None
    clause: Text | None = None
    text: Text | None = None


class GuideFee(Value):
    """A fee: its name, its standard or way of computing, its basis, its amount where it is fixed."""

    name: Text | None = None
    standard: Text | None = None
    basis: LegalBasis | None = None
    amount: Money | None = None


class GuideVisits(Value):
    """Declared visits (到办事现场次数), whether the number means the least or the greatest, and the reason for them."""

    count: Count | None = None
    meaning: Literal["least", "greatest"] | None = None
    reason: Text | None = None


class GuideDepth(Value):
    """The declared depth (网上办理深度): codes as published, and the coding (`map`) that says what they mean."""

    codes: tuple[Word, ...]
    map: Word = Field("levels", json_schema_extra={"examples": list(DEPTH_MAPS)})

    @property
    def level(self) -> Level | None:
        """Return the level that the codes declare in their coding, None where the coding does not say."""
        coding = DEPTH_MAPS.get(self.map)
        return coding.level(self.codes) if coding else None


class GuideResult(Value):
    """What the applicant gets: code, name, type, form, and a sample of it."""

    name: Titled | None = None
    code: Word | None = None
    type: Word | None = listed("result_type")
    form: Literal["physical", "electronic", "none"] | None = None
    sample: Attachment | None = None


class Question(Value):
    """A frequent question and its answer."""

    question: Text
    answer: Text | None = None


class GuideLinks(Value):
    """Addresses of what is offered online; `mobile` is for handling on a phone."""

    guide: Text | None = None
    apply: Text | None = None
    consult: Text | None = None
    complain: Text | None = None
    query: Text | None = None
    mobile: Text | None = None
    login: tuple[Text, ...] | None = None


class Publication(Value):
    """That the guide is published on one of the city's portals; `values` are fields as they read there."""

    portal: Identifier
    url: Text | None = None
    same_source: StrictBool | None = None
    checked: date | None = None
    values: FrozenMap[str, Text] = Field(default_factory=dict, validate_default=True)


class Body(Value):
    """The implementing body (实施主体)."""

    name: Titled | None = None
    nature: Word | None = listed("body_nature")
    credit_code: Word | None = None


class Earlier(Sourced):
    """What the guide said before: valid until a day; `material_count` where the materials are not listed."""

    until: date | None = None
    statutory: PeriodField | None = None
    promised: PeriodField | None = None
    materials: tuple[GuideMaterial, ...] | None = None
    material_count: Count | None = None
    visits: GuideVisits | None = None
    depth: GuideDepth | None = None

    @property
    def number_of_materials(self) -> int | None:
        """Return how many materials were asked for, None where unknown."""
        return len(self.materials) if self.materials is not None else self.material_count
