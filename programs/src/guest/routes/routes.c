/* The route planner: vehicles with a capacity, one depot, the shortest tours that simulated annealing finds.
 *
 * One cycle is at most 1,000 steps of annealing. The output is the best cost after each cycle, 8 bytes, the lowest one
 * first. run() does fewer cycles than it is asked for when the cooling is over.
 */
#include "plan.h"

struct plan plan;

/* A file or a state that comes in, a state or a file that goes out. */
uint8_t buffer_bytes[BUFFER];

/* The output has a place of its own: the host reads it after the state. */
static uint8_t costs[BUFFER];
static uint32_t costs_length;
static int loaded;

static int32_t took(int32_t code) {
    loaded = code == EVENHAND_OK;
    costs_length = 0;
    if (loaded) look_around();
    return code;
}

void *buffer(int32_t length) { return length < 0 || length > BUFFER ? EVENHAND_NOWHERE : buffer_bytes; }

int32_t load(int32_t length) {
    return took(length < 0 || length > BUFFER ? EVENHAND_TOO_LARGE : read_state((uint32_t)length));
}

/* The first state is that of the tours which import_ finds. */
EVENHAND_EXPORT("import_") int32_t import_(int32_t length) {
    return took(length < 0 || length > BUFFER ? EVENHAND_TOO_LARGE : read_file((uint32_t)length));
}

int64_t run(int64_t cycles) {
    if (!loaded || cycles < 0) __builtin_trap();
    int64_t left = (int64_t)plan.cycles - plan.done, count = cycles < left ? cycles : left;
    if (count > BUFFER / 8) __builtin_trap(); /* no place for so much output */
    for (int64_t n = 0; n < count; n++) {
        cycle();
        for (int k = 0; k < 8; k++) costs[costs_length++] = (uint8_t)(plan.best_cost >> 8 * k);
    }
    return count;
}

uint64_t state(void) { return evenhand_range(buffer_bytes, loaded ? write_state() : 0); }

uint64_t output(void) { return evenhand_range(costs, costs_length); }

EVENHAND_EXPORT("export_") uint64_t export_(void) {
    return evenhand_range(buffer_bytes, loaded ? write_file() : 0);
}
