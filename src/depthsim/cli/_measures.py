"""How measured numbers look in tables: means with their 95 % intervals, shares in percent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depthsim.cli._layout import Column
from depthsim.cli._words import Words
from depthsim.texts import text

if TYPE_CHECKING:
    from depthsim.studies import Estimate, Summary
    from depthsim.studies.statistics import Interval
    from depthsim.studies.warm_up import WarmUp

MAIN = ("visits", "applicant_minutes", "elapsed_days")
"""The measures that a table of items shows."""
SEGMENTS = ("visits", "applicant_minutes", "waiting_minutes", "elapsed_days")
"""Those that a table of segments shows: windows that serve some first are seen in the waiting."""
MOST_VISITS = 3
"""So many visits and more are shown together."""


def measure_name(measure: str, say: Words) -> str:
    """Return a measure's label with its unit."""
    return text(f"measures.{measure}", say.lang)


def is_share(measure: str) -> bool:
    """Return whether a measure is a share of cases."""
    from depthsim import measures

    return measures.load(measure).unit == "share"


def amount(measure: str, value: float | None, say: Words, *, sign: bool = False, unit: bool = True) -> str:
    """Return a measure's number: shares in percent, small numbers with two decimals, large ones with one.

    With `sign` it is a difference: `+0.12`, percentage points for shares, and 0 where nothing changes at all.
    """
    if value is None:
        return say("unknown")
    if sign and value == 0:
        return "0"
    plus = "+" if sign else ""
    if is_share(measure):
        after = (say("points") if sign else "%") if unit else ""
        return f"{100 * value + 0.0:{plus}.1f}{after}"
    digits = 1 if abs(value) >= 100 else 2
    return f"{value + 0.0:{plus}.{digits}f}"


def interval(measure: str, ci95: Interval | None, say: Words, *, sign: bool = False) -> str:
    """Return an interval, or a dash where there is none; that of a share is shown within 0 and 100 %."""
    if ci95 is None:
        return say("unknown")
    low, high = ci95
    if sign and low == high == 0:
        return "0"
    if is_share(measure) and not sign:
        low, high = max(low, 0.0), min(high, 1.0)
    words = [amount(measure, value, say, sign=sign, unit=not sign) for value in (low, high)]
    return say("interval", low=words[0], high=words[1])


def with_half(measure: str, value: float | None, ci95: Interval | None, say: Words, *, sign: bool = False) -> str:
    """Return a number with half the width of its interval: `1.04 ± 0.02`."""
    mean = amount(measure, value, say, sign=sign)
    if ci95 is None or value is None or ci95[0] == ci95[1]:
        return mean
    return say("half", mean=mean, half=amount(measure, (ci95[1] - ci95[0]) / 2, say))


def total_columns(say: Words) -> list[Column]:
    """Return the columns of a table of totals."""
    return [
        Column(say("table.measure"), wide=True),
        Column(say("table.mean"), right=True),
        Column(say("table.interval"), right=True),
        Column(say("table.exact"), right=True),
    ]


def total_row(measure: str, found: Estimate, say: Words) -> list[str]:
    """Return the row of one measure."""
    numbers = (amount(measure, found.mean, say), interval(measure, found.ci95, say), amount(measure, found.exact, say))
    return [measure_name(measure, say), *numbers]


def spread(summary: Summary, say: Words) -> str:
    """Return what nine cases in ten do not exceed, and the shares of cases by visits; empty without cases."""
    from depthsim.studies.sketches import RELATIVE_ERROR, SKETCHED

    found = {name: summary.totals[name].quantiles for name in SKETCHED if name in summary.totals}
    known = {name: quantiles["p90"] for name, quantiles in found.items() if quantiles}
    limits = tuple(say(f"spread.{name}", number=_most(name, number, say)) for name, number in known.items())
    counts = summary.totals["visits"].distribution if "visits" in summary.totals else None
    if not limits or not counts:
        return ""
    few, more = counts[:MOST_VISITS], sum(counts[MOST_VISITS:])
    shares = [say("spread.visits", n=n, share=f"{count / sum(counts):.1%}") for n, count in enumerate(few)]
    if more:
        shares.append(say("spread.more_visits", n=MOST_VISITS, share=f"{more / sum(counts):.1%}"))
    return say("spread", limits=limits, error=f"{RELATIVE_ERROR:.0%}", shares=tuple(shares))


def _most(measure: str, number: float, say: Words) -> str:
    from depthsim.studies.sketches import WHOLE

    return f"{number:.0f}" if measure in WHOLE or number == 0 else amount(measure, number, say)


def settling(summary: Summary, warm_up_days: float, say: Words) -> str:
    """Return what the first days, when halls begin empty, do to the means that queues move."""
    warm_up = f"{warm_up_days:g}"
    if not summary.warming_up:
        return say("settling.unknown", warm_up=warm_up)
    effects = tuple(
        say("settling.effect", measure=measure_name(w.measure, say), effect=_effect(w, say)) for w in summary.warming_up
    )
    return say("settling.known", days=summary.warming_up[0].days, effects=effects, warm_up=warm_up)


def _effect(found: WarmUp, say: Words) -> str:
    mean = amount(found.measure, found.effect, say, sign=True)
    if found.ci95[0] == found.ci95[1] == 0:
        return mean
    return say("settling.with_interval", mean=mean, interval=interval(found.measure, found.ci95, say, sign=True))
