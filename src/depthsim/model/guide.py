"""A service guide (办事指南): what an office publishes about one item, as published, right or wrong.

The fields follow GB/T 39046-2020 and the records that platforms exchange. What is absent is unknown; an empty list
says that there is none; booleans have three values. Words outside a closed list are kept: rules find them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, StrictBool

from depthsim.model.guide_parts import (
    Body,
    Earlier,
    GuideDepth,
    GuideFee,
    GuideLinks,
    GuideMaterial,
    GuidePlace,
    GuideResult,
    GuideStep,
    GuideVisits,
    Intermediary,
    LegalBasis,
    PeriodField,
    Publication,
    Question,
    SpecialProcedure,
    Text,
    Titled,
    Word,
    listed,
)
from depthsim.model.provenance import Sourced
from depthsim.model.service import Declared
from depthsim.model.value import FrozenMap, Identifier


class ServiceGuide(Sourced):
    """The guide of an item, under the item's id; `schema: depthsim/guide/1`; `process: none` where there is no item."""

    schema_: Literal["depthsim/guide/1"] = Field("depthsim/guide/1", alias="schema")
    id: Identifier
    name: Titled
    process: Literal["none"] | None = None
    code: Word | None = None
    basic_code: Word | None = None
    business_code: Word | None = None
    part_of: Word | None = None
    type: Word | None = listed("type")
    power_source: Word | None = listed("power_source")
    quota: Text | None = None
    handling: Word | None = listed("handling")
    exercise_level: Word | None = listed("exercise_level")
    department: Identifier | None = None
    county: Identifier | None = None
    body: Body | None = None
    application_based: StrictBool | None = None
    audience: tuple[Word, ...] | None = listed("audience", several=True)
    topics: tuple[Word, ...] | None = None
    forms: tuple[Word, ...] | None = listed("forms", several=True)
    conditions: tuple[Text, ...] | None = None
    statutory: PeriodField | None = None
    promised: PeriodField | None = None
    special: tuple[SpecialProcedure, ...] | None = None
    intermediaries: tuple[Intermediary, ...] | None = None
    places: tuple[GuidePlace, ...] | None = None
    hours: Text | None = None
    contact_phones: tuple[Word, ...] | None = None
    supervision_phones: tuple[Word, ...] | None = None
    basis: tuple[LegalBasis, ...] | None = None
    depth: GuideDepth | None = None
    visits: GuideVisits | None = None
    online_handling: StrictBool | None = None
    charged: StrictBool | None = None
    fees: tuple[GuideFee, ...] | None = None
    online_payment: StrictBool | None = None
    courier: StrictBool | None = None
    appointment: StrictBool | None = None
    result: GuideResult | None = None
    links: GuideLinks | None = None
    single_sign_on: StrictBool | None = None
    unified_approval: StrictBool | None = None
    notify_and_commit: StrictBool | None = None
    accept_with_gaps: StrictBool | None = None
    cross_region: StrictBool | None = None
    joint_departments: tuple[Text, ...] | None = None
    published_on: tuple[Publication, ...] | None = None
    updated: date | None = None
    version: Word | None = None
    materials: tuple[GuideMaterial, ...] | None = None
    steps: tuple[GuideStep, ...] | None = None
    faq: tuple[Question, ...] | None = None
    before: Earlier | None = None
    raw: FrozenMap[str, str] = Field(default_factory=dict, validate_default=True)

    @property
    def permit(self) -> bool:
        """Return whether it says that it is a permit (行政许可)."""
        return self.type == "licence"

    @property
    def online(self) -> bool | None:
        """Return whether it says that one can apply online: by the forms of handling, or else by the flag for it."""
        if self.forms is not None:
            return not {"computer", "mobile"}.isdisjoint(self.forms)
        return self.online_handling

    @property
    def declared(self) -> Declared:
        """Return the level and visits that it declares, as an item declares them."""
        visits = self.visits
        return Declared(
            level=self.depth.level if self.depth else None,
            visits=visits.count if visits and visits.count is not None and visits.count <= 1000 else None,
            meaning=visits.meaning if visits else None,
            reason=visits.reason if visits else None,
        )

    @property
    def opening_times(self) -> tuple[tuple[tuple[str | int, ...], str], ...]:
        """Return every text of opening times with its path in the guide."""
        own: list[tuple[tuple[str | int, ...], str]] = [(("hours",), self.hours)] if self.hours else []
        at = [(("places", n, "hours"), p.hours) for n, p in enumerate(self.places or ()) if p.hours]
        return (*own, *at)
