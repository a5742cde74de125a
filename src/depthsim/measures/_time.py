"""The parts of an applicant's time, and the staff's work, as rows show them; all in minutes on the grid."""

from __future__ import annotations

from depthsim.model.log import CaseLog, Row


def travel(case: CaseLog) -> float:
    """Return the minutes on the way, there and back."""
    return sum((row.travel for row in case.rows), 0.0)


def form(case: CaseLog) -> float:
    """Return the applicant's own minutes."""
    return sum((row.takes for row in case.rows if row.by == "applicant"), 0.0)


def served(case: CaseLog) -> float:
    """Return the minutes at the counter, and of office work done while the applicant stands by."""
    return sum(
        (row.served if row.by == "applicant" else row.takes for row in case.rows if row.present),
        0.0,
    )


def waiting(case: CaseLog) -> float:
    """Return the minutes that the applicant stands in the hall unserved."""
    return sum((_unserved(row) for row in case.rows if row.present), 0.0)


def _unserved(row: Row) -> float:
    if row.by == "applicant":
        return row.start - row.request
    return row.end - row.entered - row.takes


def spent(case: CaseLog) -> float:
    """Return the applicant's time: on the way, waiting, being served and filling in."""
    return travel(case) + waiting(case) + served(case) + form(case)


def work(row: Row) -> float:
    """Return the working minutes of the server of a row with a pool."""
    return row.takes if row.by == "office" else row.served
