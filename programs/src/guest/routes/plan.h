/* What the files of the route planner share: the problem, the tours, the limits.
 *
 *   routes.c      what the host calls
 *     csv.c       a user's file to a plan, and the best tours to a file
 *     state.c     a state to a plan, and back
 *     anneal.c    the first tours, and one cycle: better ones
 *       length.c  of the way between two nodes
 *
 * Stops have the numbers 0 to stops - 1. Each vehicle's tour is a ring that begins at a node of its own, which stands
 * where the depot is: nodes stops to stops + vehicles - 1.
 */
#ifndef PLAN_H
#define PLAN_H

#include "evenhand_program.h"
#include <stdint.h>

/* Codes of this program's own. Those of a file have 1000 times the line added, if it is one line that is wrong. */
enum {
    BAD_FIELDS = 100, /* too few or too many */
    BAD_NUMBER = 101,
    BAD_NAME = 102,
    TOO_HEAVY = 103,  /* a stop, for one vehicle */
    NO_ROOM = 104,    /* all stops, for all vehicles */
    NOT_LOADED = 105, /* no way to load the vehicles was found */
    OUT_OF_RANGE = 106
};

enum {
    MAX_STOPS = 2000,
    MAX_VEHICLES = 2000,
    MAX_NODES = MAX_STOPS + MAX_VEHICLES,
    MAX_NAME = 32,           /* bytes of a place's name */
    MAX_CYCLES = 1000000,    /* that the cooling may take */
    MAX_DEMAND = 1000000,    /* of one stop */
    MAX_CAPACITY = 1000000000,
    MAX_COORDINATE = 1000000000, /* thousandths, to both sides of 0 */
    BUFFER = 1 << 18         /* bytes of a file, a state, or the outputs of a round */
};

/* Lengths are in thousandths of the file's unit. */
struct plan {
    uint32_t stops, vehicles, capacity, cycles; /* cycles that the cooling takes */
    uint32_t done;                              /* cycles */
    uint32_t heat;                              /* the first temperature, a length */
    uint64_t generator;                         /* never 0 */

    int32_t x[MAX_NODES], y[MAX_NODES]; /* thousandths */
    uint32_t demand[MAX_NODES];         /* 0 at the vehicles' nodes */

    /* The tours now. link[1] is the next node, link[0] the one before, leg[] the way to each. */
    uint16_t link[2][MAX_NODES];
    uint32_t leg[2][MAX_NODES];
    uint16_t vehicle[MAX_NODES];
    uint32_t load[MAX_VEHICLES];
    uint64_t cost;

    /* The best ones found, as a state has them: stops counted from 1, 0 after each tour. */
    uint16_t best[MAX_NODES];
    uint64_t best_cost;

    /* For each place, the depot first: the length of its name, then the name. */
    uint8_t names[(MAX_STOPS + 1) * (MAX_NAME + 1)];
    uint32_t names_length;
};

/* Not part of its caller: the sandbox takes a function of more than 12,000 bytes of Java code for four times as slow. */
#define APART __attribute__((noinline))

extern struct plan plan;
extern uint8_t buffer_bytes[BUFFER];

/* The square of the distance between two nodes, not rounded: below 2^63. */
static inline uint64_t square(uint32_t a, uint32_t b) {
    int64_t dx = (int64_t)plan.x[a] - plan.x[b], dy = (int64_t)plan.y[a] - plan.y[b];
    return (uint64_t)(dx * dx) + (uint64_t)(dy * dy);
}

/* length.c */
uint32_t root(uint64_t v);                 /* the largest number whose square is at most v, below 2^63 */
uint32_t distance(uint32_t a, uint32_t b); /* of two nodes, rounded down */

/* b comes after a in this direction, at this distance. */
static inline void join(uint32_t direction, uint32_t a, uint32_t b, uint32_t length) {
    plan.link[direction][a] = (uint16_t)b;
    plan.link[1 - direction][b] = (uint16_t)a;
    plan.leg[direction][a] = length;
    plan.leg[1 - direction][b] = length;
}

/* A byte that a name may have: whatever is neither a control character nor special in a CSV file. */
static inline int is_in_name(int c) { return c >= ' ' && c != ',' && c != '"' && c != 127; }

/* csv.c */
int32_t read_file(uint32_t length);  /* from the buffer; 0 or a code */
uint32_t write_file(void);           /* the best tours, to the buffer; returns the length */

/* state.c */
int32_t read_state(uint32_t length); /* from the buffer; 0 or a code */
uint32_t write_state(void);          /* to the buffer; returns the length */
void keep_best(void);                /* the tours now are the best ones */

/* anneal.c */
void no_tours(void);                 /* each vehicle's ring has its own node only */
int first_tours(void);               /* 0 if no way to load the vehicles was found */
void look_around(void);              /* finds each stop's neighbourhood; before the first cycle */
void cycle(void);

#endif
