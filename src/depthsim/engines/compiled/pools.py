"""Pools in machine code: the server that is free earliest, explicit queues by class, work in hours, appointments."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from depthsim.engines.compiled._jit import inlined, jit
from depthsim.engines.compiled.hours import NO_INSTANT, day_of, need, next_open, worked
from depthsim.engines.compiled.layout import (
    HOURS_CLOSES,
    HOURS_COUNT,
    HOURS_DAYS,
    HOURS_OPENS,
    HOURS_UNTIL,
    K_BOOKINGS,
    K_CLASSES,
    K_POOLS,
    POOL_FRONT,
    POOL_HOURS,
    POOL_NUMBER,
    POOL_SERVERS,
    POOL_SLOT,
    POOL_STATE,
    Q_IDLE,
    Q_QUEUES,
    T_NEXT,
)

MIX = np.uint64(0x9E3779B97F4A7C15)
SHIFT = np.uint64(20)
TICKS = 1048576.0


@inlined
def work(
    tables: Any, values: Any, state: Any, instants: Any, pool: Any, since: Any, minutes: Any, present: Any
) -> tuple[Any, Any]:
    """Return start and end of work by a server that is held from `since` on."""
    hours = tables[pool + POOL_HOURS]
    if tables[pool + POOL_FRONT]:
        start = since if present else next_open(tables, values, state, instants, hours, since)
        return start, start + minutes
    return worked(tables, values, state, instants, hours, since, minutes)


@inlined
def hold(tables: Any, floats: Any, pool: Any, end: Any) -> None:
    """Keep the server that is free earliest until `end`: the first of a heap of instants."""
    first, count = tables[pool + POOL_STATE], tables[pool + POOL_SERVERS]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= count:
            break
        if child + 1 < count and floats[first + child + 1] < floats[first + child]:
            child += 1
        if floats[first + child] >= end:
            break
        floats[first + i] = floats[first + child]
        i = child
    floats[first + i] = end


@inlined
def enqueue(tables: Any, memory: Any, pool: Any, rank: Any, token: Any) -> None:
    """Put a token at the end of its class's queue."""
    queue = tables[pool + POOL_STATE] + Q_QUEUES + 2 * rank
    memory[token + T_NEXT] = 0
    if memory[queue]:
        memory[memory[queue + 1] + T_NEXT] = token
    else:
        memory[queue] = token
    memory[queue + 1] = token


@inlined
def let_go(tables: Any, memory: Any, state: Any, pool: Any) -> Any:
    """Return the token that a server passes to, the first of the highest class; 0 if it rests."""
    place = tables[pool + POOL_STATE]
    for rank in range(state[K_CLASSES] - 1, -1, -1):
        queue = place + Q_QUEUES + 2 * rank
        token = memory[queue]
        if token:
            memory[queue] = memory[token + T_NEXT]
            return token
    memory[place + Q_IDLE] += 1
    return 0


@inlined
def _slot_of(booked: Any, key: Any) -> Any:
    """Return the place of a key in the table of bookings, or of the free place where it would stand."""
    mask = len(booked) // 2 - 1
    place = np.int64((np.uint64(key) * MIX) >> SHIFT) & mask
    while booked[2 * place] != key and booked[2 * place] != -1:
        place = (place + 1) & mask
    return 2 * place


@jit
def book(tables: Any, values: Any, state: Any, instants: Any, booked: Any, pool: Any, earliest: Any) -> Any:
    """Take a place in the first slot from an instant on that has one left, and return when the slot begins."""
    hours, length, servers = tables[pool + POOL_HOURS], values[pool + POOL_SLOT], tables[pool + POOL_SERVERS]
    if earliest >= tables[hours + HOURS_UNTIL]:
        need(state, instants, hours, NO_INSTANT)
        return earliest
    pools = state[K_POOLS]
    i = tables[tables[hours + HOURS_DAYS] + day_of(earliest)]
    while True:
        if i >= tables[hours + HOURS_COUNT]:
            need(state, instants, hours, NO_INSTANT)
            return earliest
        opens, closes = values[tables[hours + HOURS_OPENS] + i], values[tables[hours + HOURS_CLOSES] + i]
        i += 1
        if closes <= earliest:
            continue
        n = max(0, math.ceil((earliest - opens) / length))
        while opens + n * length + length <= closes:
            begin = opens + n * length
            place = _slot_of(booked, int(begin * TICKS) * pools + tables[pool + POOL_NUMBER])
            if booked[place + 1] < servers:
                if booked[place] == -1:
                    booked[place] = int(begin * TICKS) * pools + tables[pool + POOL_NUMBER]
                    state[K_BOOKINGS] += 1
                booked[place + 1] += 1
                return begin
            n += 1


@inlined
def unbook(tables: Any, booked: Any, state: Any, pool: Any, begin: Any) -> None:
    """Give a place in a slot back."""
    booked[_slot_of(booked, int(begin * TICKS) * state[K_POOLS] + tables[pool + POOL_NUMBER]) + 1] -= 1


@jit
def rebook(old: Any, new: Any) -> None:
    """Take all bookings over into a larger table."""
    for place in range(0, len(old), 2):
        if old[place] != -1:
            to = _slot_of(new, old[place])
            new[to], new[to + 1] = old[place], old[place + 1]
