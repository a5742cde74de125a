"""The log: what an engine returns and measures read. One row a step that a case went through.

All times are minutes from 00:00 of the system's start, on the grid of `depthsim.model.time`.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One passage of a case through one step.

    `entered` is the move into the step; `request` is later by lag, or by delay, the way to the hall and the
    applicant's own minutes; the wait is `start - request`, the work `end - start`.
    """

    case_id: str
    sequence: int
    """Position among the rows of its token, from 0."""
    occurrence: int
    """How often the case had entered this step before."""
    visit: int
    """1 where it cost a visit, else 0."""
    entered: float
    request: float
    start: float
    end: float
    travel: float
    """Minutes on the way there and back; 0 without a visit."""
    takes: float
    """The applicant's own minutes, or the office's working minutes."""
    served: float
    """Minutes at the counter."""
    delay: float
    """Calendar minutes before the applicant acts (post: the transit)."""
    lag: float
    """Minutes of working time (calendar time if given in days) that no queue explains."""
    present: int
    """1 where the applicant stands and waits."""
    asked: int
    """1 where the row is a request of its own to `pool`; 0 without pool or in a session that goes on."""
    item: str
    step: str
    token: int
    """0 for the trunk, else the static number of the branch."""
    stage: str
    role: str
    by: str
    channel: str | None
    place: str | None
    pool: str | None
    outcome: str
    """The option or outcome taken; of a parallel step how it ended: done, refused, withdrawn."""
    kind: str
    """normal, correction, refusal or withdrawal."""
    stops: int
    """1 where the step stops the limit's clock."""
    external: int
    """1 where another authority does it."""

    @property
    def wait(self) -> float:
        """Return the calendar minutes from request to start."""
        return self.start - self.request


class CaseLog(NamedTuple):
    """A finished case. Rows are sorted by (token, sequence)."""

    item: str
    k: int
    """The k-th case of its item, from 1."""
    case_id: str
    arrival: float
    end: float
    """When it came to its final state; a branch past its deadline may still be at work."""
    outcome: str
    """delivered, refused or withdrawn."""
    counted: bool
    """False in warm-up and cool-down."""
    rows: tuple[Row, ...]
    variant: str = ""
    """Which process it ran (`model.variants`); empty: the item itself."""
    segment: str | None = None
    """The segment of its applicant; None where the system has none."""


Batch = tuple[CaseLog, ...]


def in_order(cases: list[CaseLog]) -> list[CaseLog]:
    """Return cases in the order of their case numbers: by arrival, item and k."""
    return sorted(cases, key=lambda case: (case.arrival, case.item, case.k))
