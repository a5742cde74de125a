"""What happens next, in machine code: the events by (time, case, token), and blocks of memory.

Time is cut into buckets of equal length, numbered from 0. The events of the bucket at work are a small 4-ary heap,
which stays in the cache; those of later buckets are in lists, one a bucket modulo BUCKETS. An entry is four words:
instant (f), order, token, and in lists the next entry. The heap's root stands at 3, so that four children fill two
lines of the cache. The root of the event at work stays until something is pushed into its place.
"""

from __future__ import annotations

from typing import Any

from depthsim.engines.compiled._jit import inlined, jit, prefetch
from depthsim.engines.compiled.layout import (
    C_ENTERED,
    K_BUCKET,
    K_BUCKETS_AT,
    K_EID,
    K_HEAP,
    K_LATER,
    K_LATER_AT,
    K_LATER_FREE,
    K_LATER_TOP,
    K_STALE,
    K_TOP,
    T_EID,
    T_ORDER,
    X_PACE,
)

ROOT = 3
ENTRY = 4
"""Words of an entry."""
BUCKETS = 1 << 13
LANES = 4
"""Lists of a bucket."""
LINE = 8
"""Words in a line of the processor's cache."""


@inlined
def allocate(memory: Any, state: Any, size: Any) -> Any:
    """Return a block of `size` words, in whole lines; the first words of memory head lists of free ones by size."""
    found = memory[size]
    if found:
        memory[size] = memory[found]
        return found
    found = state[K_TOP]
    state[K_TOP] = found + (size + LINE - 1) // LINE * LINE
    return found


@inlined
def release(memory: Any, block: Any, size: Any) -> None:
    """Give a block back."""
    memory[block] = memory[size]
    memory[size] = block


@inlined
def _sooner(memory: Any, time: Any, order: Any, token: Any, other_time: Any, other_order: Any, other: Any) -> Any:
    """Return whether one event comes before another: by time, case, token, and then as they were pushed."""
    if time != other_time:
        return time < other_time
    if order != other_order:
        return order < other_order
    return memory[token + T_EID] < memory[other + T_EID]


@inlined
def _put(heap: Any, times: Any, i: Any, time: Any, order: Any, token: Any) -> None:
    times[ENTRY * i], heap[ENTRY * i + 1], heap[ENTRY * i + 2] = time, order, token


@inlined
def _soonest(heap: Any, times: Any, memory: Any, first: Any, last: Any) -> Any:
    """Return the place of the soonest of the entries from one to another, at most four."""
    least, when, tied = first, times[ENTRY * first], False
    for other in range(first + 1, last + 1):
        at = times[ENTRY * other]
        tied |= at == when
        least = other if at < when else least  # no branch: which one it is nobody can foretell
        when = min(at, when)
    if tied:
        least = first
        for other in range(first + 1, last + 1):
            a, b = ENTRY * other, ENTRY * least
            if _sooner(memory, times[a], heap[a + 1], heap[a + 2], times[b], heap[b + 1], heap[b + 2]):
                least = other
    return least


@jit
def _settle(heap: Any, times: Any, memory: Any, last: Any, time: Any, order: Any, token: Any) -> None:
    """Put an entry at the root and let it sink; `last` is the place of the last entry."""
    i = ROOT
    while True:
        child = 4 * i - 8
        if child + 3 <= last:
            least = _soonest(heap, times, memory, child, child + 3)
        elif child <= last:
            least = _soonest(heap, times, memory, child, last)
        else:
            break
        when, before, which = times[ENTRY * least], heap[ENTRY * least + 1], heap[ENTRY * least + 2]
        if _sooner(memory, time, order, token, when, before, which):
            break
        _put(heap, times, i, when, before, which)
        i = least
    _put(heap, times, i, time, order, token)


@inlined
def _rise(heap: Any, times: Any, memory: Any, state: Any, time: Any, order: Any, token: Any) -> None:
    """Put an entry at the end of the heap and let it rise."""
    i = ROOT + state[K_HEAP]
    state[K_HEAP] += 1
    while i > ROOT:
        parent = i // 4 + 2
        when, before, which = times[ENTRY * parent], heap[ENTRY * parent + 1], heap[ENTRY * parent + 2]
        if not _sooner(memory, time, order, token, when, before, which):
            break
        _put(heap, times, i, when, before, which)
        i = parent
    _put(heap, times, i, time, order, token)


@jit
def push(heap: Any, times: Any, memory: Any, state: Any, instants: Any, time: Any, token: Any) -> None:
    """Wake a token at an instant."""
    memory[token + T_EID] = state[K_EID]
    state[K_EID] += 1
    order, bucket = memory[token + T_ORDER], int(time * instants[X_PACE])
    if bucket > state[K_BUCKET]:
        entry = state[K_LATER_FREE]
        if entry:
            state[K_LATER_FREE] = heap[state[K_LATER_AT] + ENTRY * entry + 3]
        else:
            entry = state[K_LATER_TOP] = state[K_LATER_TOP] + 1
        state[K_LATER] += 1
        first, at = (
            state[K_BUCKETS_AT] + LANES * (bucket & (BUCKETS - 1)) + (entry & (LANES - 1)),
            state[K_LATER_AT] + ENTRY * entry,
        )
        times[at], heap[at + 1], heap[at + 2], heap[at + 3] = time, order, token, heap[first]
        heap[first] = entry
    elif state[K_STALE]:
        state[K_STALE] = 0
        _settle(heap, times, memory, ROOT + state[K_HEAP] - 1, time, order, token)
    else:
        _rise(heap, times, memory, state, time, order, token)


@jit
def drop_root(heap: Any, times: Any, memory: Any, state: Any) -> None:
    """Take the event away that was at work, if nothing came into its place."""
    if state[K_STALE]:
        state[K_STALE] = 0
        last = ROOT + state[K_HEAP] - 1
        state[K_HEAP] -= 1
        if last > ROOT:
            at = ENTRY * last
            _settle(heap, times, memory, last - 1, times[at], heap[at + 1], heap[at + 2])


@inlined
def _take(heap: Any, times: Any, memory: Any, state: Any, entry: Any, bucket: Any, pace: Any, first: Any) -> Any:
    """Put a list's entry at the end of the heap, or back if it is of a later round; return the next of its list."""
    at = state[K_LATER_AT] + ENTRY * entry
    following, time, token = heap[at + 3], times[at], heap[at + 2]
    if int(time * pace) == bucket:
        _put(heap, times, ROOT + state[K_HEAP], time, heap[at + 1], token)
        state[K_HEAP] += 1
        heap[at + 3] = state[K_LATER_FREE]
        state[K_LATER_FREE] = entry
        for line in range(0, C_ENTERED, LINE):
            prefetch(memory, token + line)
    else:
        heap[at + 3] = heap[first]
        heap[first] = entry
    return following


@jit
def open_buckets(heap: Any, times: Any, memory: Any, state: Any, instants: Any, coming: Any) -> None:
    """Make the first bucket with events the one at work, but for those that begin after the next arrival.

    What its events need is fetched into the cache all at once, and its lists are followed side by side.
    """
    bucket, pace = state[K_BUCKET], instants[X_PACE]
    while state[K_HEAP] == 0 and bucket <= coming * pace:
        bucket += 1
        first = state[K_BUCKETS_AT] + LANES * (bucket & (BUCKETS - 1))
        a, b, c, d = heap[first], heap[first + 1], heap[first + 2], heap[first + 3]
        heap[first] = heap[first + 1] = heap[first + 2] = heap[first + 3] = 0
        while a | b | c | d:
            if a:
                a = _take(heap, times, memory, state, a, bucket, pace, first)
            if b:
                b = _take(heap, times, memory, state, b, bucket, pace, first + 1)
            if c:
                c = _take(heap, times, memory, state, c, bucket, pace, first + 2)
            if d:
                d = _take(heap, times, memory, state, d, bucket, pace, first + 3)
    state[K_BUCKET] = bucket
    count = state[K_HEAP]
    state[K_LATER] -= count
    state[K_HEAP] = 0
    for n in range(ROOT, ROOT + count):
        _rise(heap, times, memory, state, times[ENTRY * n], heap[ENTRY * n + 1], heap[ENTRY * n + 2])
