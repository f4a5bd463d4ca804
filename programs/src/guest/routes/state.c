/* A state, to a plan and back. The README has the bytes. */
#include "plan.h"

enum { STATE_HEAD = 32, MAGIC = 0x31505245 }; /* ERP1 */

static uint32_t get16(uint32_t at) { return buffer_bytes[at] | (uint32_t)buffer_bytes[at + 1] << 8; }

static uint32_t get32(uint32_t at) { return get16(at) | get16(at + 2) << 16; }

static void put16(uint32_t at, uint32_t value) {
    buffer_bytes[at] = (uint8_t)value;
    buffer_bytes[at + 1] = (uint8_t)(value >> 8);
}

static void put32(uint32_t at, uint32_t value) {
    put16(at, value);
    put16(at + 2, value >> 16);
}

static int out_of(int32_t coordinate) { return coordinate < -MAX_COORDINATE || coordinate > MAX_COORDINATE; }

static int read_head(void) {
    plan.stops = get16(4);
    plan.vehicles = get16(6);
    plan.capacity = get32(8);
    plan.cycles = get32(12);
    plan.done = get32(16);
    plan.heat = get32(20);
    plan.generator = get32(24) | (uint64_t)get32(28) << 32;
    return plan.stops >= 1 && plan.stops <= MAX_STOPS && plan.vehicles >= 1 && plan.vehicles <= MAX_VEHICLES &&
           plan.capacity <= MAX_CAPACITY && plan.cycles >= 1 && plan.cycles <= MAX_CYCLES &&
           plan.done <= plan.cycles && plan.heat >= 1 && plan.generator != 0;
}

static int read_places(uint32_t at) {
    uint32_t n = plan.stops;
    for (uint32_t place = 0; place <= n; place++, at += 8) {
        uint32_t node = place == 0 ? n : place - 1;
        plan.x[node] = (int32_t)get32(at);
        plan.y[node] = (int32_t)get32(at + 4);
        if (out_of(plan.x[node]) || out_of(plan.y[node])) return 0;
    }
    for (uint32_t v = 0; v < plan.vehicles; v++) {
        plan.x[n + v] = plan.x[n];
        plan.y[n + v] = plan.y[n];
        plan.demand[n + v] = 0;
    }
    for (uint32_t i = 0; i < n; i++, at += 4) {
        plan.demand[i] = get32(at);
        if (plan.demand[i] > MAX_DEMAND) return 0;
    }
    return 1;
}

/* Reads tours into the rings: each stop once, no vehicle beyond its capacity. */
static int read_tours(uint32_t at) {
    uint32_t v = 0, last = plan.stops, most = plan.stops + plan.vehicles;
    static uint8_t seen[MAX_STOPS];
    for (uint32_t i = 0; i < plan.stops; i++) seen[i] = 0;
    plan.cost = 0;
    no_tours();
    for (uint32_t k = 0; k < most; k++, at += 2) {
        uint32_t stop = get16(at);
        if (v == plan.vehicles || stop > plan.stops) return 0;
        uint32_t node = stop == 0 ? plan.stops + v : stop - 1;
        uint32_t length = distance(last, node);
        join(1, last, node, length);
        plan.cost += length;
        if (stop == 0) {
            last = plan.stops + ++v;
        } else {
            if (seen[node]) return 0;
            seen[node] = 1;
            plan.vehicle[node] = (uint16_t)v;
            plan.load[v] += plan.demand[node];
            if (plan.load[v] > plan.capacity) return 0;
            last = node;
        }
    }
    return v == plan.vehicles;
}

static int32_t read_names(uint32_t at, uint32_t length) {
    plan.names_length = 0;
    for (uint32_t place = 0; place <= plan.stops; place++) {
        if (at >= length) return EVENHAND_CUT_SHORT;
        uint32_t count = buffer_bytes[at];
        if (count < 1 || count > MAX_NAME) return EVENHAND_DAMAGED;
        if (count >= length - at) return EVENHAND_CUT_SHORT;
        plan.names[plan.names_length++] = (uint8_t)count;
        for (at++; count > 0; count--, at++) {
            if (!is_in_name(buffer_bytes[at])) return EVENHAND_DAMAGED;
            plan.names[plan.names_length++] = buffer_bytes[at];
        }
    }
    return at == length ? EVENHAND_OK : EVENHAND_LEFT_OVER;
}

int32_t read_state(uint32_t length) {
    if (length < STATE_HEAD) return EVENHAND_CUT_SHORT;
    if (get32(0) != MAGIC) return EVENHAND_HEADER;
    if (!read_head()) return EVENHAND_DAMAGED;
    uint32_t n = plan.stops, tours = STATE_HEAD + 8 * (n + 1) + 4 * n, nodes = n + plan.vehicles;
    uint32_t names = tours + 4 * nodes;
    if (length < names) return EVENHAND_CUT_SHORT;
    if (!read_places(STATE_HEAD)) return EVENHAND_DAMAGED;
    if (!read_tours(tours + 2 * nodes)) return EVENHAND_DAMAGED;
    keep_best();
    if (!read_tours(tours)) return EVENHAND_DAMAGED;
    if (plan.cost < plan.best_cost) return EVENHAND_DAMAGED;
    return read_names(names, length);
}

/* Writes the tours now as a state has them. */
static void list_tours(uint16_t *to) {
    for (uint32_t v = 0; v < plan.vehicles; v++) {
        for (uint32_t node = plan.link[1][plan.stops + v]; node < plan.stops; node = plan.link[1][node]) {
            *to++ = (uint16_t)(node + 1);
        }
        *to++ = 0;
    }
}

void keep_best(void) {
    list_tours(plan.best);
    plan.best_cost = plan.cost;
}

uint32_t write_state(void) {
    static uint16_t now[MAX_NODES];
    uint32_t n = plan.stops, at = STATE_HEAD, nodes = n + plan.vehicles;
    put32(0, MAGIC);
    put16(4, n);
    put16(6, plan.vehicles);
    put32(8, plan.capacity);
    put32(12, plan.cycles);
    put32(16, plan.done);
    put32(20, plan.heat);
    put32(24, (uint32_t)plan.generator);
    put32(28, (uint32_t)(plan.generator >> 32));
    for (uint32_t place = 0; place <= n; place++, at += 8) {
        uint32_t node = place == 0 ? n : place - 1;
        put32(at, (uint32_t)plan.x[node]);
        put32(at + 4, (uint32_t)plan.y[node]);
    }
    for (uint32_t i = 0; i < n; i++, at += 4) put32(at, plan.demand[i]);
    list_tours(now);
    for (uint32_t k = 0; k < nodes; k++, at += 2) put16(at, now[k]);
    for (uint32_t k = 0; k < nodes; k++, at += 2) put16(at, plan.best[k]);
    for (uint32_t k = 0; k < plan.names_length; k++) buffer_bytes[at++] = plan.names[k];
    return at;
}
