/* The workload of jackson.py in C: an array heap, xoshiro256+, a record a case. The yardstick of what is possible.
 *
 * workload CASES SEED WARM_UP_SHARE: prints one JSON object with the seconds and the mean waits of the three queues
 * over the requests of cases after the warm-up. A request takes the server that is free earliest, so that one event
 * a step is enough. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { APPLY, WINDOW, REVIEW, APPROVAL, COLLECT };
typedef struct { double time; uint32_t number, stage; } Event;
typedef struct { double arrival, end, wait, served; uint32_t corrections, visits; } Case;

static uint64_t state[4];

static uint64_t rotated(uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }

static double uniform(void) { /* xoshiro256+, Blackman & Vigna 2018 */
    uint64_t result = state[0] + state[3], t = state[1] << 17;
    state[2] ^= state[0]; state[3] ^= state[1]; state[1] ^= state[2]; state[0] ^= state[3];
    state[2] ^= t; state[3] = rotated(state[3], 45);
    return ((double)(result >> 11) + 0.5) * 0x1p-53;
}

static void seeded(uint64_t seed) { /* SplitMix64 */
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += 0x9E3779B97F4A7C15u);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        state[i] = z ^ (z >> 31);
    }
}

static double exponential(double mean) { return -mean * log(uniform()); }

static Event *heap;
static size_t held, room;

static void push(Event event) {
    if (held == room) heap = realloc(heap, (room = room ? 2 * room : 1024) * sizeof *heap);
    size_t at = held++;
    while (at && heap[(at - 1) / 2].time > event.time) { heap[at] = heap[(at - 1) / 2]; at = (at - 1) / 2; }
    heap[at] = event;
}

static Event pop(void) {
    Event first = heap[0], last = heap[--held];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= held) break;
        if (child + 1 < held && heap[child + 1].time < heap[child].time) child++;
        if (heap[child].time >= last.time) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = last;
    return first;
}

static double seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(int count, char **given) {
    if (count != 4) return 2;
    uint32_t cases = (uint32_t)atol(given[1]), skipped = (uint32_t)(cases * atof(given[3]));
    seeded((uint64_t)atoll(given[2]));
    static const int servers[] = {0, 3, 4, 2};
    static const double means[] = {0, 9.6, 12.8, 8.0};
    static double nearest[4][4];
    double waits[4] = {0};
    uint64_t requests[4] = {0};
    double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    Case *records = calloc(cases, sizeof *records);
    if (!records) return 1;
    push((Event){exponential(5.0), 0, APPLY});
    while (held) {
        Event now = pop();
        Case *mine = &records[now.number];
        if (now.stage == APPLY) {
            mine->arrival = now.time;
            if (now.number + 1 < cases) push((Event){now.time + exponential(5.0), now.number + 1, APPLY});
            push((Event){now.time, now.number, WINDOW});
        } else if (now.stage == COLLECT) {
            mine->end = now.time;
        } else {
            double *server = nearest[now.stage];
            int best = 0;
            for (int s = 1; s < servers[now.stage]; s++) if (server[s] < server[best]) best = s;
            double start = server[best] > now.time ? server[best] : now.time, takes = exponential(means[now.stage]);
            server[best] = start + takes;
            mine->wait += start - now.time;
            mine->served += takes;
            if (now.number >= skipped) { waits[now.stage] += start - now.time; requests[now.stage]++; }
            uint32_t next = now.stage + 1;
            if (now.stage == REVIEW && uniform() < 0.2) { next = WINDOW; mine->corrections++; }
            push((Event){start + takes, now.number, next});
        }
    }
    double elapsed = 0;
    for (uint32_t i = 0; i < cases; i++) elapsed += records[i].end - records[i].arrival;
    wall = seconds(CLOCK_MONOTONIC) - wall;
    cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    printf("{\"seconds\": %.6f, \"cpu_seconds\": %.6f, \"mean_elapsed\": %.6f, \"waits\": [%.6f, %.6f, %.6f]}\n",
           wall, cpu, elapsed / cases, waits[1] / requests[1], waits[2] / requests[2], waits[3] / requests[3]);
    return 0;
}
