"""Rules H1 and H2: one address, one number, whatever the order."""

from __future__ import annotations

import math

from depthsim.engines._luck import MASK, Purpose, address, case_key, item_key, mix, name_hash, uniform


def test_numbers_lie_inside_the_unit_interval() -> None:
    """The largest and smallest values of H1 are neither 0 nor 1 (log1p(-u) stays finite)."""
    for z in (0, MASK):
        u = ((z >> 12) + 0.5) * 2.0**-52
        assert 0 < u < 1
        assert math.isfinite(math.log1p(-u))
        assert math.isfinite(math.log(u))


def test_hashes_and_numbers_are_frozen() -> None:
    """Luck must not change between versions: published results depend on it."""
    assert name_hash("food_business_licence") == 0x194A85ADA3DF5B71
    assert mix(1) == 0x5692161D100B05E5
    key = case_key(item_key(1, 0, "matter"), 1)
    assert uniform(key, address("apply", Purpose.TAKES), 0) == 0.3533957223006895
    assert uniform(key, address("apply", Purpose.OPTION, "online"), 3) == 0.21801740198980502


def test_purposes_keep_their_numbers() -> None:
    assert {p.name: p.value for p in Purpose} == {
        "GAP": 1, "OPTION": 2, "TAKES": 3, "DELAY": 4, "TRAVEL": 5, "HOUR": 6, "SERVED": 7, "LAG": 8,
        "OUTCOME": 9, "ADOPTION": 10, "SEGMENT": 11,
    }  # fmt: skip


def test_every_part_of_an_address_matters() -> None:
    def number(seed=1, replication=0, item="a", k=1, path="s", purpose=Purpose.TAKES, name="", occurrence=0):  # type: ignore[no-untyped-def]
        return uniform(case_key(item_key(seed, replication, item), k), address(path, purpose, name), occurrence)

    changes = [
        {}, {"seed": 2}, {"replication": 1}, {"item": "b"}, {"k": 2}, {"path": "t"}, {"purpose": Purpose.LAG},
        {"name": "x"}, {"occurrence": 1},
    ]  # fmt: skip
    assert len({number(**change) for change in changes}) == len(changes)


def test_numbers_are_uniform_and_uncorrelated() -> None:
    """10,000 cases: means, variances, neighbours in k, occurrence and purpose; each within 4.5 standard errors."""
    n = 10_000
    item = item_key(7, 3, "matter")
    a, b = address("apply", Purpose.TAKES), address("apply", Purpose.LAG)
    keys = [case_key(item, k) for k in range(1, n + 2)]
    u = [uniform(key, a, 0) for key in keys]
    other = [uniform(key, b, 0) for key in keys]
    again = [uniform(key, a, 1) for key in keys]

    def correlation(x: list[float], y: list[float]) -> float:
        return sum((p - 0.5) * (q - 0.5) for p, q in zip(x, y, strict=False)) / n * 12

    bound = 4.5 / math.sqrt(n)
    assert abs(sum(u[:n]) / n - 0.5) < bound / math.sqrt(12)
    assert abs(correlation(u[:n], u[:n]) - 1) < bound
    for x, y in ((u[:n], u[1:]), (u[:n], other), (u[:n], again), (other[:n], again)):
        assert abs(correlation(x, y)) < bound
    cells = [0] * 100
    for value in u[:n]:
        cells[int(value * 100)] += 1
    chi2 = sum((c - n / 100) ** 2 for c in cells) / (n / 100)
    assert 50 < chi2 < 165
