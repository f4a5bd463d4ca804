/* Conway's Game of Life on a torus of any size up to 16384 cells a side and 2^26 in all. A cycle is a generation.
 *
 * State, little-endian: "life", u16 width, u16 height, u64 generation, then row by row ceil(width / 8) bytes, cell 0 of
 * a row in bit 0 of its first byte; bits behind the width are 0. There is no output.
 *
 * In the memory cells are bits of words that stand in columns, and a generation is logic on whole words:
 *
 *   width <= 64   one column; a row's cells turn around within their word, cell 0 in bit 0
 *   wider         columns of 48 cells in bits 8 to 55; the 8 bits on each side are copies of the cells next to them
 *
 * Each generation spoils one more of the copies on each side, so they are made anew every 8. When that is due follows
 * from the generation in the state, so that fuel does not depend on where rounds end.
 */
#include "life.h"

#define HEAD 16u
#define SPAN 48u /* cells of a word in wide grids */
#define EDGE 8u  /* copies on each side */

typedef uint64_t word;

uint32_t width, height;
unsigned char *in;

static uint32_t top;
static uint64_t generation;
static uint32_t columns, span, first; /* words in a row, cells of a word, bit of the first one */
static word *grid;

static uint32_t row_bytes(void) { return (width + 7) / 8; }

static uint32_t state_bytes(void) { return HEAD + height * row_bytes(); }

static int is_nowhere(const void *place) { return place == EVENHAND_NOWHERE; }

void *more(uint64_t len) { return evenhand_more(&top, len); }

/* With room behind it, since states are read and written by eight bytes. */
static void *room_for(uint32_t len) { return in = more((uint64_t)len + sizeof(word)); }

void *buffer(int32_t len) { return room_for((uint32_t)len); }

int32_t lay_out(uint64_t w, uint64_t h) {
    if (w == 0 || h == 0) return EVENHAND_SIZE;
    if (w > MAX_SIDE || h > MAX_SIDE || w * h > MAX_CELLS) return EVENHAND_TOO_LARGE;
    width = (uint32_t)w;
    height = (uint32_t)h;
    return EVENHAND_OK;
}

int32_t make_room(void) {
    int narrow = width <= 64;
    span = narrow ? 64 : SPAN;
    first = narrow ? 0 : EDGE;
    columns = (width + span - 1) / span;
    grid = more((uint64_t)columns * height * sizeof(word));
    return is_nowhere(grid) ? EVENHAND_NO_MEMORY : EVENHAND_OK;
}

int32_t room_for_state(void) {
    return is_nowhere(room_for(state_bytes())) ? EVENHAND_NO_MEMORY : EVENHAND_OK;
}

static word *column(uint32_t x) { return grid + x * height; }

int is_live(uint32_t x, uint32_t y) { return (int)(column(x / span)[y] >> (first + x % span) & 1); }

void make_live(uint32_t x, uint32_t y) { column(x / span)[y] |= (word)1 << (first + x % span); }

static word eight(const unsigned char *from) {
    word value;
    __builtin_memcpy(&value, from, sizeof value);
    return value;
}

static void put_eight(unsigned char *to, word value) { __builtin_memcpy(to, &value, sizeof value); }

static uint32_t two(const unsigned char *from) { return from[0] | (uint32_t)from[1] << 8; }

/* Bytes of a state's row that a word of this column holds. */
static uint32_t bytes_of(uint32_t x) {
    uint32_t left = row_bytes() - x * (span / 8);
    return left < span / 8 ? left : span / 8;
}

/* Puts the copies in place, on the left and on the right of the words. A row's end and its beginning are neighbours. */
static void copy_edges(void) {
    if (columns == 1) return;
    uint32_t rest = width - (columns - 1) * SPAN; /* cells of the last word, perhaps fewer than are copied */
    word *end = column(columns - 1);
    for (uint32_t y = 0; y < height; y++)
        end[y] = (end[y] & ~(word)0 >> (SPAN + EDGE - rest)) | (grid[y] >> EDGE & 0xff) << (EDGE + rest);
    for (uint32_t x = 1; x < columns; x++) {
        word *to = column(x);
        for (const word *from = column(x - 1); to < column(x) + height; to++, from++)
            *to = (*to & ~(word)0xff) | (*from >> SPAN & 0xff);
    }
    for (uint32_t x = 0; x + 1 < columns; x++) {
        word *to = column(x);
        for (const word *from = column(x + 1); to < column(x) + height; to++, from++)
            *to = (*to << EDGE >> EDGE) | (*from >> EDGE & 0xff) << (EDGE + SPAN);
    }
    for (uint32_t y = 0; y < height; y++) grid[y] = (grid[y] & ~(word)0xff) | (end[y] >> rest & 0xff);
}

int32_t load(int32_t len) {
    if ((uint32_t)len < HEAD) return EVENHAND_CUT_SHORT;
    if (in[0] != 'l' || in[1] != 'i' || in[2] != 'f' || in[3] != 'e') return EVENHAND_HEADER;
    int32_t bad = lay_out(two(in + 4), two(in + 6));
    if (bad) return bad;
    if ((uint32_t)len < state_bytes()) return EVENHAND_CUT_SHORT;
    if ((uint32_t)len > state_bytes()) return EVENHAND_LEFT_OVER;
    generation = eight(in + 8);
    bad = make_room();
    if (bad) return bad;
    unsigned spare = width % 8 ? 0xffu << width % 8 & 0xffu : 0;
    const unsigned char *from = in + HEAD;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < columns; x++) {
            uint32_t bytes = bytes_of(x);
            column(x)[y] = (eight(from) & ~(word)0 >> (64 - 8 * bytes)) << first;
            from += bytes;
        }
        if (from[-1] & spare) return EVENHAND_DAMAGED;
    }
    copy_edges();
    return EVENHAND_OK;
}

/* How many of three cells in a row live, as `one` + 2 * `two` in each bit, and the same without the middle one. */
typedef struct {
    word cell, pair_one, pair_two, one, two;
} sums;

static inline sums sum(word left, word cell, word right) {
    sums s;
    s.cell = cell;
    s.pair_one = left ^ right;
    s.pair_two = left & right;
    s.one = s.pair_one ^ cell;
    s.two = s.pair_two | (s.pair_one & cell);
    return s;
}

/* The row between `above` and `below` in the next generation: alive with three neighbours, or with two if it was. */
static inline word next(sums above, sums mid, sums below) {
    word half = above.one ^ mid.pair_one;
    word odd = half ^ below.one;
    word carry = (above.one & mid.pair_one) | (half & below.one);
    /* Of the four twos exactly one. */
    word one = above.two ^ mid.pair_two ^ below.two ^ carry;
    word many = (above.two & mid.pair_two) | (below.two & carry);
    return one & ~many & (odd | mid.cell);
}

/* Of a grid of one column. */
static inline sums turned(word cell) {
    uint32_t last = width - 1;
    return sum((cell << 1 | cell >> last) & ~(word)0 >> (63 - last), cell, cell >> 1 | (cell & 1) << last);
}

static inline sums shifted(word cell) { return sum(cell << 1, cell, cell >> 1); }

/* One generation of a column, from top to bottom and around. */
#define STEP(name, sums_of)                     \
    static void name(word *at) {                \
        word *end = at + height - 1;            \
        sums begin = sums_of(*at);              \
        sums above = sums_of(*end);             \
        sums mid = begin;                       \
        _Pragma("clang loop unroll_count(4)")   \
        for (; at < end; at++) {                \
            sums below = sums_of(at[1]);        \
            *at = next(above, mid, below);      \
            above = mid;                        \
            mid = below;                        \
        }                                       \
        *end = next(above, mid, begin);         \
    }

STEP(step_turned, turned)
STEP(step_shifted, shifted)

int64_t run(int64_t cycles) {
    for (int64_t i = 0; i < cycles; i++) {
        if (columns == 1) {
            step_turned(grid);
        } else {
            for (uint32_t x = 0; x < columns; x++) step_shifted(column(x));
        }
        if (++generation % EDGE == 0) copy_edges();
    }
    return cycles;
}

/* Goes where the state came from. */
uint64_t state(void) {
    __builtin_memcpy(in, "life", 4);
    in[4] = (unsigned char)width, in[5] = (unsigned char)(width >> 8);
    in[6] = (unsigned char)height, in[7] = (unsigned char)(height >> 8);
    put_eight(in + 8, generation);
    unsigned char *to = in + HEAD;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < columns; x++) {
            put_eight(to, column(x)[y] >> first);
            to += bytes_of(x);
        }
        if (width % 8) to[-1] &= 0xffu >> (8 - width % 8);
    }
    return evenhand_range(in, state_bytes());
}

uint64_t output(void) { return evenhand_range(in, 0); }
