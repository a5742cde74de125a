"""Formulas of queueing theory that simulated waits are held against. Minutes in, minutes out.

Sources: A. K. Erlang (1917); F. Pollaczek (1930) and A. Khinchine (1932); A. Cobham (1954); J. R. Jackson (1957); as in
L. Kleinrock, Queueing Systems I (1975).
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def erlang_b(servers: int, load: float) -> float:
    """Return the blocking probability of M/M/c/c with offered load a = rate x mean service (erlang)."""
    blocking = 1.0
    for n in range(1, servers + 1):
        blocking = load * blocking / (n + load * blocking)
    return blocking


def erlang_c(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c; 1 where the load is not below the number of servers."""
    if load >= servers:
        return 1.0
    blocking = erlang_b(servers, load)
    return blocking / (1 - load / servers * (1 - blocking))


def mmc_wait(rate: float, service: float, servers: int = 1) -> float:
    """Return the mean wait in M/M/c (arrivals a minute, mean service minutes); inf where it grows without bound."""
    load = rate * service
    return math.inf if load >= servers else erlang_c(servers, load) * service / (servers - load)


def mg1_wait(rate: float, service: float, second_moment: float) -> float:
    """Return the mean wait in M/G/1 (Pollaczek–Khinchine), with the second moment of service in minutes squared."""
    load = rate * service
    return math.inf if load >= 1 else rate * second_moment / (2 * (1 - load))


def priority_waits(rates: Sequence[float], services: Sequence[float], second_moments: Sequence[float]) -> list[float]:
    """Return the mean wait of each class in M/G/1 with priorities and without interruption, the first class first.

    A. Cobham (1954): W_k = R / ((1 - s_{k-1}) (1 - s_k)), with s_k the load of classes up to k and R the mean
    work left of the service under way. Where classes up to k bring a load of 1 or more the wait is inf.
    """
    left = sum(rate * moment for rate, moment in zip(rates, second_moments, strict=True)) / 2
    waits, before = [], 0.0
    for rate, service in zip(rates, services, strict=True):
        load = before + rate * service
        waits.append(math.inf if load >= 1 else left / ((1 - before) * (1 - load)))
        before = load
    return waits


def jackson_rates(arrivals: Sequence[float], routing: Sequence[Sequence[float]]) -> list[float]:
    """Return the total arrival rate at each station of a Jackson network (external rates, routing shares)."""
    import numpy as np

    shares = np.asarray(routing, dtype=float)
    found: list[float] = np.linalg.solve(np.eye(len(arrivals)) - shares.T, np.asarray(arrivals, dtype=float)).tolist()
    return found


def jackson_waits(
    arrivals: Sequence[float],
    routing: Sequence[Sequence[float]],
    services: Sequence[float],
    servers: Sequence[int],
) -> list[float]:
    """Return the mean wait at each station of a Jackson network: each is M/M/c at its total rate."""
    rates = jackson_rates(arrivals, routing)
    return [mmc_wait(r, s, c) for r, s, c in zip(rates, services, servers, strict=True)]
