"""Luck is addressed, not drawn in sequence: one number in (0, 1) for each address, by names, in any order.

An address is (seed, replication, item, k, step path, occurrence, purpose). Names are hashed once with blake2b;
what remains for each number is a mix of 64-bit integers (the finaliser of SplitMix64, Steele, Lea & Flood 2014),
written so that a kernel with unsigned 64-bit arithmetic gives the same bits.
"""

from __future__ import annotations

from enum import IntEnum
from hashlib import blake2b

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
MIX_1 = 0xBF58476D1CE4E5B9
MIX_2 = 0x94D049BB133111EB
UNIT = 2.0**-52


class Purpose(IntEnum):
    """What a number is for. Closed; numbers are never reused."""

    GAP = 1
    OPTION = 2
    TAKES = 3
    DELAY = 4
    TRAVEL = 5
    HOUR = 6
    SERVED = 7
    LAG = 8
    OUTCOME = 9
    ADOPTION = 10
    SEGMENT = 11


def name_hash(name: str) -> int:
    """Return 64 bits of a name."""
    return int.from_bytes(blake2b(name.encode("utf-8"), digest_size=8).digest(), "little")


def mix(z: int) -> int:
    """Return 64 well-mixed bits of 64 bits; a bijection."""
    z = (z ^ (z >> 30)) * MIX_1 & MASK
    z = (z ^ (z >> 27)) * MIX_2 & MASK
    return z ^ (z >> 31)


def item_key(seed: int, replication: int, item: str) -> int:
    """Return the key of an item's luck in one replication. Seeds of any size are told apart."""
    run = name_hash(f"depthsim/{seed}/{replication}")
    return mix(run ^ name_hash(item))


def case_key(item: int, k: int) -> int:
    """Return the key of the k-th case of an item, from the item's key."""
    return mix(item + k * GOLDEN & MASK)


def address(path: str, purpose: Purpose, name: str = "") -> int:
    """Return the static part of an address: step path (or place), purpose, and an option's name."""
    key = mix(name_hash(path) + purpose * GOLDEN & MASK)
    return mix(key ^ name_hash(name)) if name else key


def uniform(case: int, where: int, occurrence: int) -> float:
    """Return the number in (0, 1) of a case's key, an address and an occurrence: ((z >> 12) + 0.5) * 2^-52."""
    z = (case ^ where) + occurrence * GOLDEN & MASK
    z = (z ^ (z >> 30)) * MIX_1 & MASK
    z = (z ^ (z >> 27)) * MIX_2 & MASK
    return (((z ^ (z >> 31)) >> 12) + 0.5) * UNIT
