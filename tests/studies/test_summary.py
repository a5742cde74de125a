"""Summaries: quantiles and distributions beside the means."""

from __future__ import annotations

import pytest

from depthsim.cli._measures import spread
from depthsim.cli._words import Words
from depthsim.engines import discrete_event
from depthsim.measures import measures_of
from depthsim.model.log import CaseLog
from depthsim.studies.exact import exact_means
from depthsim.studies.recorder import Recorder
from depthsim.studies.run import Setting
from depthsim.studies.sketches import SKETCHED
from depthsim.studies.summary import Summary, summarise
from depthsim.texts import LANGS
from reference_hall import hall

REPLICATIONS = 2


def summary(days: int = 60) -> tuple[Summary, list[CaseLog]]:
    system = hall()
    measures = measures_of(system)
    setting = Setting(system, "discrete_event", 3, days)
    tallies, cases = [], []
    for replication in range(REPLICATIONS):
        recorder = Recorder(system, measures, setting.span)
        for batch in discrete_event.run(system, seed=3, replication=replication, horizon_days=days):
            recorder.fold(batch)
            cases += batch
        tallies.append(recorder.tally())
    return summarise(setting, measures, exact_means(system, measures), tallies), cases


def test_quantiles_and_visits_are_of_all_replications() -> None:
    found, cases = summary()
    elapsed = sorted((c.end - c.arrival) / 1440 for c in cases)
    quantiles = found.totals["elapsed_days"].quantiles
    assert quantiles is not None
    for name, share in (("p50", 0.5), ("p90", 0.9), ("p95", 0.95)):
        assert quantiles[name] == pytest.approx(elapsed[int(share * (len(elapsed) - 1))], rel=0.0100001)
    visits = [sum(row.visit for row in c.rows) for c in cases]
    assert found.totals["visits"].distribution == tuple(visits.count(n) for n in range(max(visits) + 1))
    assert sum(sum(item.measures["visits"].distribution or ()) for item in found.items) == found.cases
    days = found.totals["limit_days"].quantiles
    assert days is not None
    assert all(number == int(number) for number in days.values()), "days of a limit are whole"


def test_json_carries_them_where_they_are_known() -> None:
    totals = summary()[0].to_json()["totals"]
    assert {name for name, found in totals.items() if "quantiles" in found} == set(SKETCHED)
    assert {name for name, found in totals.items() if "distribution" in found} == {"visits"}
    assert totals["elapsed_days"]["quantiles"].keys() == {"p50", "p90", "p95", "relative_error"}
    nothing = summary(days=0)[0].to_json()["totals"]
    assert "quantiles" not in nothing["elapsed_days"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_says_what_nine_cases_in_ten_take(lang: str) -> None:
    found, _ = summary()
    quantiles = found.totals["elapsed_days"].quantiles
    assert quantiles is not None
    said = spread(found, Words(lang))  # type: ignore[arg-type]
    assert f"{quantiles['p90']:.2f}" in said
    assert "%" in said
    assert spread(summary(days=0)[0], Words(lang)) == ""  # type: ignore[arg-type]
