"""Where everything stands: the fields of the records in the compiled engine's two arrays of 64-bit words.

`tables` hold what does not change in a run: laws, calendars, steps, items. `memory` holds cases under way. A record
is the place of its first word; a field is an offset from it. Both arrays are also seen as floats: a field marked
`f` is read there. References are places, -1 where there is none; ends of processes are negative numbers.
"""

from __future__ import annotations

# ---------------------------------------------------------------------------------------------------- tables

# A law: kind, least value (f), parameters (f). Of a table of quantiles: its place and how many words it has.
(LAW_KIND, LAW_LEAST, LAW_A, LAW_B, LAW_C, LAW_TABLE, LAW_COUNT, LAW_SIZE) = range(8)
(CONSTANT, UNIFORM, TRIANGULAR, EXPONENTIAL, LOGNORMAL, TABLED, WEIBULL, EMPIRICAL) = range(8)

# A calendar: places of its openings, closings, open minutes before (f), first opening of each day, N by date.
(HOURS_ALWAYS, HOURS_COUNT, HOURS_OPENS, HOURS_CLOSES, HOURS_BEFORE, HOURS_DAYS, HOURS_LEGAL, HOURS_UNTIL,
 HOURS_TOTAL, HOURS_NUMBER, HOURS_SIZE) = range(11)  # fmt: skip

# Weighted pieces of time (f), of a day or of the whole run: begin, end, weight, and the mass before.
(PIECES_COUNT, PIECES_BEGIN, PIECES_END, PIECES_WEIGHT, PIECES_BEFORE, PIECES_SIZE) = range(6)

# An item's arrivals: rate (f) in its operational time.
(ITEM_KEY, ITEM_PLAN, ITEM_TIME, ITEM_RATE, ITEM_SIZE) = range(5)

# A process that cases run: one variant of an item for one segment. `BLOCK` is how many words a case takes.
(PLAN_START, PLAN_TOKENS, PLAN_BLOCK, PLAN_USED, PLAN_TRAVEL, PLAN_ITEM, PLAN_PROCESS, PLAN_SEGMENT, PLAN_CLASS,
 PLAN_SEGMENTS, PLAN_SEGMENT_COUNT, PLAN_CHECKS, PLAN_CHECK_COUNT, PLAN_FORWARDED, PLAN_DECISION,
 PLAN_SIZE) = range(16)  # fmt: skip
(SEGMENT_SHARE, SEGMENT_AT, SEGMENT_PLAN, SEGMENT_SIZE) = range(4)
(CHECK_STARTS, CHECK_ADOPTION, CHECK_AT, CHECK_PLAN, CHECK_SIZE) = range(5)

# Steps. The first two fields are common.
(STEP_KIND, STEP_NUMBER) = range(2)
STEP_SIZE = 14
(OFFICE, APPLICANT, PARALLEL) = range(3)
(OFFICE_POOL, OFFICE_WAITS, OFFICE_LAG, OFFICE_LAG_IN_DAYS, OFFICE_HOURS, OFFICE_TAKES, OFFICE_OUTCOMES,
 OFFICE_COUNT, OFFICE_LIMITED, OFFICE_LAG_AT, OFFICE_TAKES_AT, OFFICE_OUTCOME_AT) = range(2, STEP_SIZE)  # fmt: skip
(APPLICANT_OPTIONS, APPLICANT_COUNT, APPLICANT_ANEW, APPLICANT_TAKES_AT, APPLICANT_DELAY_AT, APPLICANT_SERVED_AT,
 APPLICANT_HOUR_AT) = range(2, 9)  # fmt: skip
(PARALLEL_BRANCHES, PARALLEL_COUNT, PARALLEL_NEXT, PARALLEL_DONE, PARALLEL_REFUSED, PARALLEL_WITHDRAWN) = range(2, 8)

(OPTION_NEXT, OPTION_ON_SITE, OPTION_PLACE, OPTION_POOL, OPTION_SHARE, OPTION_AT, OPTION_DELAY, OPTION_DELAY_HOURS,
 OPTION_TAKES, OPTION_AGAIN, OPTION_SERVED, OPTION_HOURS, OPTION_VISITING, OPTION_FACT, OPTION_CLASS,
 OPTION_APPOINTMENT, OPTION_TRAVEL, OPTION_TRAVEL_AT, OPTION_WAY, OPTION_SIZE) = range(20)  # fmt: skip
(OUTCOME_NEXT, OUTCOME_CHANCE, OUTCOME_LIMIT, OUTCOME_COUNTER, OUTCOME_AWAY, OUTCOME_SPOT, OUTCOME_FACT,
 OUTCOME_SIZE) = range(8)  # fmt: skip
(BRANCH_TOKEN, BRANCH_START, BRANCH_DEADLINE, BRANCH_HOURS, BRANCH_SIZE) = range(5)

# A pool; in memory are its `STATE`, the instants at which servers are free, or, with priorities, a queue, and its
# `SUMS`, which a batch takes along.
(POOL_NUMBER, POOL_FRONT, POOL_SERVERS, POOL_HOURS, POOL_RANKED, POOL_SLOT, POOL_STATE, POOL_SUMS,
 POOL_SIZE) = range(9)  # fmt: skip

# What reading needs of a row that does not depend on the case. `TOP` numbers the outermost parallel step.
(FACT_FLAGS, FACT_POOL, FACT_POSTAGE, FACT_TOKEN, FACT_TOP, FACT_SIZE) = range(6)
(BY_OFFICE, BY_APPLICANT, BY_PARALLEL, ACCEPTS, COMPLETES, DECIDES, BEFORE, AFTERWARDS, CORRECTS, PAYS, STOPS,
 EXTERNAL) = (1 << n for n in range(12))  # fmt: skip

# ---------------------------------------------------------------------------------------------------- memory

# A token: one strand of a case. The trunk's stands at the head of the case's block; T_EID breaks the last
# ties. What moves use most comes first, in lines of eight words.
(T_CASE, T_ORDER, T_MODE, T_STEP, T_PLACE, T_HOLD, T_POOL, T_END,
 T_OPTION, T_OCCURRENCE, T_ENTERED, T_REQUEST, T_TAKES, T_PAUSE, T_PRESENT, T_SPOT,
 T_WAY, T_SERVED, T_VISIT, T_EID, T_CAME, T_CAME_TO, T_JOIN, T_BRANCH, T_NEXT, T_SIZE) = range(26)  # fmt: skip

# How a token holds its server: not at all (an appointment), known at the request, or until it lets go.
(HOLDS_NONE, HOLDS_KNOWN, HOLDS_EXPLICIT) = range(3)

# What a token does next.
(GO, ASK, SERVE, SESSION, BOOK, JOINED, WATCH) = range(7)

# A case, from the trunk's token on; then how often it entered each step, used each counter, and its ways (f). What
# its rows come to is added up as they are made; instants (f) are infinitely early before the first such row. C_DAYS
# holds working days and dates in one word.
(C_KEY, C_PLAN, C_COUNTED, C_LIVE, C_ROWS, C_FIRST, C_LAST, C_K, C_ARRIVAL, C_END, C_OUTCOME,
 C_BEGIN, C_DECIDED, C_COMPLETED, C_OFFICE, C_HANDED,
 C_DAYS, C_DAYS_DECIDED, C_DAYS_COMPLETED, C_EARLY, C_BEHIND, C_COUNTS,
 C_TRAVEL, C_WAITING, C_SERVED, C_FORM, C_WORK, C_EXTERNAL, C_POSTAGE,
 C_ENTERED) = range(26, 56)  # fmt: skip
DATES = 1 << 32
"""C_DAYS counts dates in these."""
CORRECTION, PAID = 1 << 24, 1 << 62
"""C_COUNTS counts visits in ones and corrections in these, and notes that something was paid."""

# A join of branches; then how each ended, 0 while it runs.
(J_PARENT, J_WAITING, J_WORST, J_HELD, J_ENDS) = range(5)

# A row of the log. Its head holds the fact's number, three flags and the occurrence. Chunks of rows are linked.
(R_HEAD, R_ENTERED, R_REQUEST, R_START, R_END, R_TRAVEL, R_TAKES, R_SERVED, R_DELAY, R_LAG, R_SIZE) = range(11)
VISIT, PRESENT, ASKED = 1 << 32, 1 << 33, 1 << 34
OCCURRENCE_SHIFT = 35
FACT_MASK = (1 << 32) - 1
CHUNK_ROWS = 4
CHUNK_SIZE = 1 + CHUNK_ROWS * R_SIZE

# An item's stream of arrivals: the k-th, the sum of gaps (f), the piece of operational time.
(A_K, A_TOTAL, A_PIECE, A_SIZE) = range(4)

# A pool with an explicit queue: servers at rest, then head and tail of each class's queue.
(Q_IDLE, Q_QUEUES) = range(2)

# ------------------------------------------------------------------------------------------- the kernel's state

(K_HEAP, K_STALE, K_EID, K_RANK, K_TOP, K_RESERVE, K_EVENTS, K_NEED, K_TOKEN, K_TURN, K_FACTS, K_TOKENS, K_CLASSES,
 K_ITEMS, K_STREAMS, K_ARRIVALS, K_OUT, K_ROWS, K_KEEP, K_LEGAL, K_POOLS, K_BOOKINGS, K_FULL, K_GAP_AT, K_STARTED,
 K_LACKS, K_BUCKET, K_LATER, K_LATER_TOP, K_LATER_FREE, K_LATER_AT, K_BUCKETS_AT,
 K_ROOM, K_AHEAD, K_SIZE) = range(35)  # fmt: skip
(X_NOW, X_NEED, X_UNTIL, X_COUNTED, X_COUNTED_END, X_PACE, X_SIZE) = range(7)

# Why the kernel returns.
(FINISHED, BATCH, MEMORY, HOURS, BOOKINGS, ROWS, SCRATCH) = range(7)

# The columns that it fills, by type.
(O_ARRIVAL, O_END, O_HANDED, O_TRAVEL, O_WAITING, O_SERVED, O_FORM, O_WORK, O_EXTERNAL, O_POSTAGE,
 O_FLOATS) = range(11)  # fmt: skip
(O_K, O_WORKING_DAYS, O_CALENDAR_DAYS, O_LONGS) = range(4)
(O_ITEM, O_PROCESS, O_SEGMENT, O_VISITS, O_CORRECTIONS, O_INTS) = range(6)
(O_COUNTED, O_PAID, O_OUTCOME, O_BYTES) = range(4)
(P_WITHIN, P_WORK, P_PRESENT, P_PRESENT_WAIT, P_FILES, P_FILE_WAIT, P_OVERTIME, P_VISITS, P_OVERNIGHT,
 P_SIZE) = range(10)  # fmt: skip
