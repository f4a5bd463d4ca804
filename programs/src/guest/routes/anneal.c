/* One cycle of simulated annealing, in whole numbers.
 *
 * A step picks a stop, a place near it and a change that makes the two neighbours: it moves up to three stops, swaps
 * two, turns a part of a tour round, or swaps the ends of two tours. A change that makes the tours longer is taken if it
 * costs less than temperature * -log(u), u drawn evenly from 0 to 1: the rule of Metropolis.
 */
#include "plan.h"

enum {
    STEPS = 1000,    /* of a cycle, at most */
    WALKED = 20000,  /* nodes that a cycle may walk along tours: with STEPS, a bound of its work */
    LONGEST = 400,   /* nodes that one step may walk */
    HALVINGS = 7,    /* of the temperature from the first cycle to the last */
    CELLS = 2 * MAX_STOPS + 16
};

/* The stops by cell of a grid with an empty border, row by row. */
static uint16_t stops_by_cell[MAX_STOPS];
static uint16_t first_of_cell[CELLS + 1];
static uint16_t cell[MAX_STOPS];
static uint32_t row_length;

static uint32_t walked;

static inline uint64_t draw(void) {
    uint64_t g = plan.generator;
    g ^= g >> 12;
    g ^= g << 25;
    g ^= g >> 27;
    plan.generator = g;
    return g * 2685821657736338717u;
}

/* A number below n, out of 32 random bits. */
static inline uint32_t below(uint32_t n, uint32_t bits) { return (uint32_t)((uint64_t)n * bits >> 32); }

static inline int is_stop(uint32_t node) { return node < plan.stops; }

static inline uint32_t next(uint32_t direction, uint32_t node) { return plan.link[direction][node]; }

/* ---- the neighbourhood */

static uint32_t smallest(const int32_t *of, uint32_t *span) {
    int32_t least = of[0], most = of[0];
    for (uint32_t i = 1; i < plan.stops; i++) {
        if (of[i] < least) least = of[i];
        if (of[i] > most) most = of[i];
    }
    *span = (uint32_t)((int64_t)most - least);
    return (uint32_t)least;
}

void look_around(void) {
    uint32_t width, height, n = plan.stops;
    uint32_t left = smallest(plan.x, &width), bottom = smallest(plan.y, &height);
    /* About two stops a cell. However long and narrow the map is, there are at most n / 2 cells to a side, and so at
       most 2 * n + 11 with the border. */
    uint32_t side = root(2 * (uint64_t)width * height / n) + 1;
    uint32_t least = (uint32_t)(2 * (uint64_t)(width > height ? width : height) / n) + 1;
    if (side < least) side = least;
    row_length = width / side + 3;
    uint32_t cells = row_length * (height / side + 3);
    for (uint32_t c = 0; c <= cells; c++) first_of_cell[c] = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t column = ((uint32_t)plan.x[i] - left) / side + 1, row = ((uint32_t)plan.y[i] - bottom) / side + 1;
        cell[i] = (uint16_t)(row * row_length + column);
        first_of_cell[cell[i]]++;
    }
    /* Where each cell ends; putting the stops in, the last one first, makes it where each begins. */
    for (uint32_t c = 0; c < cells; c++) first_of_cell[c + 1] += first_of_cell[c];
    for (uint32_t i = n; i-- > 0;) stops_by_cell[--first_of_cell[cell[i]]] = (uint16_t)i;
}

/* Another stop of its own cell or, if not so close or alone there, of the nine cells around it; or this one again. */
static inline uint32_t near(uint32_t stop, uint32_t bits, uint32_t close) {
    uint32_t at = cell[stop], own = first_of_cell[at], count = first_of_cell[at + 1] - own;
    if (close && count > 1) return stops_by_cell[own + below(count, bits)];
    uint32_t a = first_of_cell[at - row_length - 1], b = first_of_cell[at - 1], c = first_of_cell[at + row_length - 1];
    uint32_t as = first_of_cell[at - row_length + 2] - a, bs = first_of_cell[at + 2] - b;
    uint32_t cs = first_of_cell[at + row_length + 2] - c;
    if (as + bs + cs == 1) return below(plan.stops, bits); /* a stop far from all others */
    uint32_t pick = below(as + bs + cs, bits);
    return stops_by_cell[pick < as ? a + pick : pick < as + bs ? b + pick - as : c + pick - as - bs];
}

/* ---- the changes; each takes place if it adds less than `most` to the cost */

/* Puts `count` stops, the first is i and the others follow it in direction s, between j and what follows j in
   direction d. */
static APART void move(uint32_t i, uint32_t j, uint32_t s, uint32_t d, uint32_t count, int64_t most) {
    uint32_t before = next(1 - s, i), last = i, weight = plan.demand[i];
    while (--count > 0) {
        uint32_t more = next(s, last);
        if (!is_stop(more) || more == j) break;
        last = more;
        weight += plan.demand[last];
    }
    uint32_t after = next(s, last), q = next(d, j);
    if (q == i || q == last) return;
    uint32_t from = plan.vehicle[i], to = plan.vehicle[j];
    if (from != to && plan.load[to] + weight > plan.capacity) return;
    int64_t saved = (int64_t)plan.leg[1 - s][i] + plan.leg[s][last] + plan.leg[d][j];
    uint32_t first_leg = distance(j, i);
    if (first_leg >= most + saved) return;
    uint32_t closing = distance(before, after), last_leg = distance(last, q);
    int64_t more = (int64_t)closing + first_leg + last_leg - saved;
    if (more >= most) return;
    plan.cost += (uint64_t)more;
    plan.load[from] -= weight;
    plan.load[to] += weight;
    join(s, before, after, closing);
    for (uint32_t length = first_leg;;) {
        uint32_t following = next(s, i), its_leg = plan.leg[s][i];
        join(d, j, i, length);
        plan.vehicle[i] = (uint16_t)to;
        if (i == last) break;
        j = i;
        i = following;
        length = its_leg;
    }
    join(d, last, q, last_leg);
}

/* Swaps i and what follows j in direction d. */
static APART void swap(uint32_t i, uint32_t j, uint32_t d, int64_t most) {
    uint32_t m = next(d, j), a = next(1 - d, i), b = next(d, i);
    if (!is_stop(m) || m == i || m == a) return;
    uint32_t q = next(d, m), vi = plan.vehicle[i], vm = plan.vehicle[m];
    if (vi != vm) {
        if (plan.load[vm] - plan.demand[m] + plan.demand[i] > plan.capacity) return;
        if (plan.load[vi] - plan.demand[i] + plan.demand[m] > plan.capacity) return;
    }
    int64_t saved = (int64_t)plan.leg[d][j] + plan.leg[d][m] + plan.leg[0][i] + plan.leg[1][i];
    uint32_t ji = distance(j, i);
    if (ji >= most + saved) return;
    uint32_t iq = distance(i, q), am = distance(a, m), mb = distance(m, b);
    int64_t more = (int64_t)ji + iq + am + mb - saved;
    if (more >= most) return;
    plan.cost += (uint64_t)more;
    plan.load[vi] += plan.demand[m] - plan.demand[i];
    plan.load[vm] += plan.demand[i] - plan.demand[m];
    plan.vehicle[i] = (uint16_t)vm;
    plan.vehicle[m] = (uint16_t)vi;
    join(d, a, m, am);
    join(d, m, b, mb);
    join(d, j, i, ji);
    join(d, i, q, iq);
}

/* Turns round the nodes from `from` to `to`, which follows in direction d. */
static APART void turn_round(uint32_t from, uint32_t to, uint32_t d) {
    for (uint32_t node = from;;) {
        uint32_t following = next(d, node), leg = plan.leg[d][node];
        plan.link[d][node] = plan.link[1 - d][node];
        plan.link[1 - d][node] = (uint16_t)following;
        plan.leg[d][node] = plan.leg[1 - d][node];
        plan.leg[1 - d][node] = leg;
        walked++;
        if (node == to) return;
        node = following;
    }
}

/* Makes i and j of one tour neighbours, and the two that follow them in direction d, by turning round what lies
   between: the shorter way. */
static APART void untwist(uint32_t i, uint32_t j, uint32_t d, int64_t most) {
    uint32_t b = next(d, i), q = next(d, j);
    if (b == j || q == i) return;
    int64_t saved = (int64_t)plan.leg[d][i] + plan.leg[d][j];
    uint32_t ij = distance(i, j);
    if (ij >= most + saved) return;
    uint32_t bq = distance(b, q);
    int64_t more = (int64_t)ij + bq - saved;
    if (more >= most) return;
    uint32_t u = b, w = q, steps = 0;
    while (u != j && w != i && steps < LONGEST) {
        u = next(d, u);
        w = next(d, w);
        steps++;
    }
    walked += steps;
    if (u == j) {
        turn_round(b, j, d);
        join(d, i, j, ij);
        join(d, b, q, bq);
    } else if (w == i) {
        turn_round(q, i, d);
        join(d, j, i, ij);
        join(d, q, b, bq);
    } else {
        return;
    }
    plan.cost += (uint64_t)more;
}

/* From a node in direction d to the end of its tour, which may be the node itself: the last stop, or the node before
   the end, and what the stops weigh. */
struct rest {
    uint32_t last, end, weight;
};

static APART int walk_to_end(uint32_t node, uint32_t d, struct rest *rest) {
    rest->last = node;
    rest->weight = 0;
    uint32_t steps = 0;
    while (is_stop(node)) {
        if (++steps > LONGEST) return 0;
        rest->weight += plan.demand[node];
        rest->last = node;
        node = next(d, node);
    }
    walked += steps;
    rest->end = node;
    return 1;
}

static APART void give(uint32_t first, uint32_t last, uint32_t d, uint32_t vehicle) {
    for (uint32_t node = first;; node = next(d, node)) {
        plan.vehicle[node] = (uint16_t)vehicle;
        walked++;
        if (node == last) return;
    }
}

/* Two tours swap their ends: what follows i in direction d, and what begins with j in direction e. */
static APART void swap_ends(uint32_t i, uint32_t j, uint32_t d, uint32_t e, int64_t most) {
    uint32_t b = next(d, i), p = next(1 - e, j);
    int64_t saved = (int64_t)plan.leg[d][i] + plan.leg[1 - e][j];
    uint32_t ij = distance(i, j);
    if (ij >= most + saved) return;
    uint32_t pb = distance(p, b);
    int64_t more = (int64_t)ij + pb - saved;
    if (more >= most) return;
    struct rest of_i, of_j, whole;
    if (!walk_to_end(b, d, &of_i) || !walk_to_end(j, e, &of_j)) return;
    uint32_t vi = plan.vehicle[i], vj = plan.vehicle[j];
    uint32_t load_i = plan.load[vi] - of_i.weight + of_j.weight;
    uint32_t load_j = plan.load[vj] - of_j.weight + of_i.weight;
    if (load_i > plan.capacity || load_j > plan.capacity) return;
    if (e != d) {
        /* A tour may be driven either way. */
        if (!walk_to_end(next(e, of_j.end), e, &whole)) return;
        turn_round(of_j.end, whole.last, e);
    }
    uint32_t home_i = plan.leg[d][of_i.last], home_j = plan.leg[d][of_j.last];
    plan.cost += (uint64_t)more;
    plan.load[vi] = load_i;
    plan.load[vj] = load_j;
    give(j, of_j.last, d, vi);
    join(d, i, j, ij);
    join(d, of_j.last, of_i.end, home_j);
    if (is_stop(b)) {
        give(b, of_i.last, d, vj);
        join(d, p, b, pb);
        join(d, of_i.last, of_j.end, home_i);
    } else {
        join(d, p, of_j.end, pb);
    }
}

/* ---- a step, and a cycle of them */

/* temperature * -log2(u / 2^32), where the temperature is a length in 256ths. */
static int64_t most_added(uint64_t temperature, uint32_t u) {
    u |= 1;
    uint32_t zeros = (uint32_t)__builtin_clz(u);
    uint32_t m = (u << zeros) >> 15 & 0xffff;             /* u = 2^(31 - zeros) * (1 + m) */
    uint32_t log = m + (m * (0x10000 - m) / 0x10000 * 22527 >> 16);
    return (int64_t)(temperature * ((zeros + 1) * 0x10000 - log) >> 24);
}

static inline void step(uint64_t temperature) {
    uint64_t where = draw(), what = draw();
    int64_t most = most_added(temperature, (uint32_t)(what >> 32));
    uint32_t bits = (uint32_t)what >> 8;
    uint32_t i = below(plan.stops, (uint32_t)(where >> 32)), d = bits & 1, e = bits >> 1 & 1;
    uint32_t kind = bits >> 2 & 15, count = (bits >> 6 & 3) + 1;
    if (count > 3) count = 1;
    if (kind == 0) {
        move(i, plan.stops + below(plan.vehicles, (uint32_t)where), e, d, count, most);
        return;
    }
    uint32_t j = near(i, (uint32_t)where, bits >> 8 & 1);
    if (j == i) return;
    if (kind < 6) {
        move(i, j, e, d, count, most);
    } else if (kind < 10) {
        swap(i, j, d, most);
    } else if (plan.vehicle[i] == plan.vehicle[j]) {
        untwist(i, j, d, most);
    } else {
        swap_ends(i, j, d, e, most);
    }
}

/* The first temperature, halved HALVINGS times until the last cycle, in 256ths of a length. */
static uint64_t temperature(void) {
    uint64_t fallen = (uint64_t)plan.done * HALVINGS * 0x10000 / plan.cycles;
    uint64_t g = 0x10000 - (fallen & 0xffff);
    uint64_t power = 0x10000 + (g * (43025 + (g * 22511 >> 16)) >> 16); /* 2^g, g from 0 to 1 */
    return ((uint64_t)plan.heat << 8) * power >> 17 >> (fallen >> 16);
}

void cycle(void) {
    uint64_t now = temperature();
    walked = 0;
    for (uint32_t s = 0; s < STEPS && walked < WALKED; s++) step(now);
    plan.done++;
    if (plan.cost < plan.best_cost) keep_best();
}

/* ---- the first tours */

static APART void append(uint32_t vehicle, uint32_t stop) {
    uint32_t home = plan.stops + vehicle, last = plan.link[0][home];
    join(1, last, stop, distance(last, stop));
    join(1, stop, home, distance(stop, home));
    plan.vehicle[stop] = (uint16_t)vehicle;
    plan.load[vehicle] += plan.demand[stop];
}

void no_tours(void) {
    for (uint32_t v = 0; v < plan.vehicles; v++) {
        uint32_t home = plan.stops + v;
        join(1, home, home, 0);
        plan.vehicle[home] = (uint16_t)v;
        plan.load[v] = 0;
    }
}

enum { NOBODY = 0xffff };

/* Each vehicle goes to the nearest stop that it can still load. Returns how many stops are left. */
static APART uint32_t by_distance(void) {
    uint32_t left = plan.stops;
    for (uint32_t v = 0; v < plan.vehicles && left > 0; v++) {
        for (uint32_t at = plan.stops + v;;) {
            uint32_t best = NOBODY;
            uint64_t best_square = 0;
            for (uint32_t s = 0; s < plan.stops; s++) {
                if (plan.vehicle[s] != NOBODY || plan.load[v] + plan.demand[s] > plan.capacity) continue;
                uint64_t there = square(at, s);
                if (best == NOBODY || there < best_square) {
                    best = s;
                    best_square = there;
                }
            }
            if (best == NOBODY) break;
            append(v, best);
            left--;
            at = best;
        }
    }
    return left;
}

/* The heaviest stop first, each to the first vehicle that can load it. Returns how many stops are left. */
static APART uint32_t by_weight(void) {
    for (uint32_t left = plan.stops;; left--) {
        uint32_t heaviest = NOBODY, v = 0;
        for (uint32_t s = 0; s < plan.stops; s++) {
            if (plan.vehicle[s] != NOBODY) continue;
            if (heaviest == NOBODY || plan.demand[s] > plan.demand[heaviest]) heaviest = s;
        }
        if (heaviest == NOBODY) return 0;
        while (v < plan.vehicles && plan.load[v] + plan.demand[heaviest] > plan.capacity) v++;
        if (v == plan.vehicles) return left;
        append(v, heaviest);
    }
}

int first_tours(void) {
    for (int attempt = 0; attempt < 2; attempt++) {
        no_tours();
        for (uint32_t s = 0; s < plan.stops; s++) plan.vehicle[s] = NOBODY;
        if ((attempt == 0 ? by_distance() : by_weight()) == 0) {
            plan.cost = 0;
            for (uint32_t node = 0; node < plan.stops + plan.vehicles; node++) plan.cost += plan.leg[1][node];
            plan.heat = (uint32_t)(plan.cost / (4 * plan.stops)) + 1;
            keep_best();
            return 1;
        }
    }
    return 0;
}
