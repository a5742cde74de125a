"""Handling-depth levels (网上办理深度) and level schemes: which options a level admits and what it demands."""

from __future__ import annotations

from enum import StrEnum
from functools import total_ordering
from typing import Annotated, Literal

from pydantic import Field, StrictBool

from depthsim.model.provenance import Sourced
from depthsim.model.value import FrozenMap, Identifier, Named, Value


@total_ordering
class Level(StrEnum):
    """A level of the 2018 standard; `none` (未达Ⅰ级) lies below level I and is no level of the standard."""

    NONE = "none"
    I = "I"  # noqa: E741
    II = "II"
    III = "III"
    IV = "IV"

    @property
    def rank(self) -> int:
        """Return 0 for none, 1 to 4 for I to IV."""
        return list(Level).index(self)

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, Level) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, Level) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, Level) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, Level) else NotImplemented


Channel = Literal["online", "mobile", "window", "kiosk", "post", "agent"]
ON_SITE: frozenset[str] = frozenset({"window", "kiosk"})
ONLINE: frozenset[str] = frozenset({"online", "mobile"})

Stage = Literal["preparation", "acceptance", "review", "approval", "completion", "delivery"]
STAGES: tuple[Stage, ...] = ("preparation", "acceptance", "review", "approval", "completion", "delivery")

Role = Literal[
    "fill_in", "upload", "prereview", "submit", "accept", "verify_originals", "identify", "appear", "examine",
    "inspect", "expert_review", "review", "countersign", "publicise", "forward", "approve", "pay", "complete",
    "produce", "notify", "collect", "deliver", "supplement", "appoint",
]  # fmt: skip

AFTERWARDS: frozenset[Role] = frozenset({"inspect", "expert_review", "examine", "review", "verify_originals"})
"""Roles of the checks that the office may make behind the delivery, when the result is in hand (告知承诺)."""

CriterionId = Literal[
    "guide", "consultation", "complaint", "status_query", "submitted_online", "corrected_online",
    "checked_online", "result_obtainable", "accepted_without_visit", "verified_online", "fee_paid_online",
    "result_sent", "once_only", "visit_after", "admitted", "visits",
]  # fmt: skip


class Admission(Value):
    """Admits options by channel where its conditions hold; the first rule of a level that matches decides."""

    before_first_check: StrictBool | None = None
    stages: tuple[Stage, ...] = ()
    roles: tuple[Role, ...] = ()
    channels: tuple[Channel, ...] | Literal["all"]


class SchemeLevel(Sourced):
    """One level of a scheme: admitted options, criteria, the cap on required visits and where visits may fall."""

    id: str = Field(min_length=1, max_length=40)
    name: Named
    means: Level
    admitted: tuple[Admission, ...] = (Admission(channels="all"),)
    criteria: tuple[CriterionId, ...] = ()
    visits: Annotated[int, Field(ge=0, strict=True)] | None = None
    visit_after: Literal["anywhere", "acceptance", "decision"] = "anywhere"


class LevelScheme(Sourced):
    """A level scheme: its levels from the lowest to the highest; `schema: depthsim/standard/1`.

    `means` maps each of its levels to the four of the 2018 standard, so that schemes can be compared.
    """

    schema_: Literal["depthsim/standard/1"] = Field("depthsim/standard/1", alias="schema")
    id: Identifier
    name: Named
    none: Named
    levels: tuple[SchemeLevel, ...] = Field(min_length=1)
    notes: FrozenMap[str, str] | None = None
