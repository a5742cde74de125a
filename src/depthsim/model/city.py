"""A city's inventory: departments, counties, portals with their links, lists, apps, accounts, licences, cases.

As with guides, what is absent is unknown, an empty list says that there is none, and booleans have three values.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from depthsim.model.guide_parts import Count, LegalBasis, Text, Titled, Word
from depthsim.model.provenance import Sourced
from depthsim.model.value import FrozenMap, Identifier, Value


class CityDepartment(Sourced):
    """A department, under the id that items and guides use; `powers`: it holds powers exercised on application."""

    name: Titled
    credit_code: Word | None = None
    level: Word | None = None
    powers: StrictBool | None = None
    on_platform: StrictBool | None = None
    site: Identifier | None = None


class County(Sourced):
    """A county or district of the city; `on_platform`: its site on the provincial platform is live."""

    name: Titled
    on_platform: StrictBool | None = None
    url: Text | None = None


class SiteLink(Value):
    """A link on a site's home page; `prominent`: somebody found it in an area that one cannot overlook."""

    to: Text
    form: Literal["column", "text", "image"] | None = None
    prominent: StrictBool | None = None
    works: StrictBool | None = None
    checked: date | None = None


class Portal(Sourced):
    """A site that publishes services. `same_source`: it reads the platform's data and keeps no copy of its own."""

    name: Titled
    kind: Literal["provincial_platform", "government_portal", "department_site", "third_party", "mobile"]
    url: Text | None = None
    channel: Text | None = None
    department: Identifier | None = None
    county: Identifier | None = None
    same_source: StrictBool | None = None
    links: tuple[SiteLink, ...] | None = None
    checked: date | None = None


MobileFunction = Literal["handling", "query", "consultation", "complaint"]


class App(Sourced):
    """A mobile application or mini programme, and which functions it offers."""

    name: Titled
    platform: Literal["provincial", "local"]
    url: Text | None = None
    operator: Text | None = None
    launched: date | None = None
    functions: tuple[MobileFunction, ...] | None = None


class Account(Sourced):
    """An official account for services, on a social network."""

    name: Titled
    network: Word
    account: Word | None = None
    last_post: date | None = None


ListKind = Literal[
    "power", "responsibility", "power_and_responsibility", "public_service", "intermediary", "fee", "visits",
    "at_most_one_visit",
]  # fmt: skip


class ListEntry(Value):
    """An entry of a published list; `code` is the item code or the basic code that joins it with guides."""

    name: Titled
    code: Word | None = None
    type: Word | None = None
    basis: tuple[LegalBasis, ...] | None = None
    body: Text | None = None
    item: Identifier | None = None
    department: Identifier | None = None
    application_based: StrictBool | None = None
    visits: Count | None = None


class PublishedList(Sourced):
    """A list (清单) that the city has made; `fields`: the areas of life that it covers."""

    kind: ListKind
    name: Titled | None = None
    published: StrictBool | None = None
    url: Text | None = None
    updated: date | None = None
    fields: tuple[Word, ...] | None = None
    entries: tuple[ListEntry, ...] | None = None


Cases = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]
"""How many cases or licences: a city of millions has millions."""


class ELicence(Sourced):
    """A kind of licence; `in_library`: gathered in the electronic library; `used`: accepted in place of paper."""

    name: Titled
    department: Identifier | None = None
    in_library: StrictBool | None = None
    converted: Cases | None = None
    issued: Cases | None = None
    used: StrictBool | None = None


class CaseStatistics(Sourced):
    """Cases of an item in a period. `queryable`: progress can be asked for by the platform's number.

    `mean_working_days` is from acceptance to completion, over the completed ones.
    """

    item: Identifier
    start: date
    end: date
    synthetic: StrictBool = False
    filed: Cases | None = None
    filed_online: Cases | None = None
    accepted: Cases | None = None
    accepted_online: Cases | None = None
    completed: Cases | None = None
    mean_working_days: float | None = Field(None, ge=0, le=100_000, strict=True)
    unified_approval: Cases | None = None
    queryable: Cases | None = None
    couriered: Cases | None = None
    rated: Cases | None = None
    rated_poor: Cases | None = None


class City(Sourced):
    """A city's inventory; `schema: depthsim/city/1`; `case_log` is a file of events, beside this one."""

    schema_: Literal["depthsim/city/1"] = Field("depthsim/city/1", alias="schema")
    id: Identifier
    name: Titled
    area_code: str | None = Field(None, pattern="^0[0-9]{2,3}$")
    division: str | None = Field(None, pattern="^[0-9]{6}$")
    departments: FrozenMap[Identifier, CityDepartment] = Field(default_factory=dict, validate_default=True)
    counties: FrozenMap[Identifier, County] = Field(default_factory=dict, validate_default=True)
    portals: FrozenMap[Identifier, Portal] = Field(default_factory=dict, validate_default=True)
    apps: tuple[App, ...] | None = None
    accounts: tuple[Account, ...] | None = None
    lists: tuple[PublishedList, ...] | None = None
    e_licences: tuple[ELicence, ...] | None = None
    case_log: Text | None = None
    cases: tuple[CaseStatistics, ...] | None = None

    @property
    def platform(self) -> str | None:
        """Return the id of the provincial platform among the portals, None where there is none."""
        return next((key for key, portal in self.portals.items() if portal.kind == "provincial_platform"), None)
