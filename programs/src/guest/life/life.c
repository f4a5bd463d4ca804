/* Conway's Game of Life on a torus of any size up to 16384 cells a side and 2^26 in all. A cycle is a generation.
 *
 * State, little-endian: "life", u16 width, u16 height, then row by row ceil(width / 8) bytes, cell 0 of a row in bit 0
 * of its first byte; bits behind the width are 0. There is no output.
 *
 * In the memory a row is words of 64 cells, cell 0 in bit 0, and a generation is logic on whole words.
 */
#include "life.h"

#define HEAD 8u

uint32_t width, height;
unsigned char *in;

static uint32_t top;
static uint32_t words;  /* of a row, without what stands around them */
static uint32_t stride; /* words from row to row */
static word *now, *next;

static uint32_t row_bytes(void) { return (width + 7) / 8; }

static uint32_t state_bytes(void) { return HEAD + height * row_bytes(); }

static int is_nowhere(const void *place) { return place == EVENHAND_NOWHERE; }

void *more(uint64_t len) { return evenhand_more(&top, len); }

void *buffer(int32_t len) { return in = more((uint32_t)len); }

int32_t lay_out(uint64_t w, uint64_t h) {
    if (w == 0 || h == 0) return EVENHAND_SIZE;
    if (w > MAX_SIDE || h > MAX_SIDE || w * h > MAX_CELLS) return EVENHAND_TOO_LARGE;
    width = (uint32_t)w;
    height = (uint32_t)h;
    return EVENHAND_OK;
}

/* A row wider than a word has one word on each side for the cells across the edge. */
int32_t make_room(void) {
    words = (width + 63) / 64;
    stride = words == 1 ? 1 : words + 2;
    uint64_t bytes = (uint64_t)stride * height * sizeof(word);
    now = more(bytes);
    if (is_nowhere(now)) return EVENHAND_NO_MEMORY;
    next = words == 1 ? now : more(bytes);
    return is_nowhere(next) ? EVENHAND_NO_MEMORY : EVENHAND_OK;
}

static word *row(word *grid, uint32_t y) { return grid + y * stride + (words > 1); }

word *cells(uint32_t y) { return row(now, y); }

int32_t load(int32_t len) {
    if ((uint32_t)len < HEAD) return EVENHAND_CUT_SHORT;
    if (in[0] != 'l' || in[1] != 'i' || in[2] != 'f' || in[3] != 'e') return EVENHAND_HEADER;
    int32_t bad = lay_out(in[4] | in[5] << 8, in[6] | in[7] << 8);
    if (bad) return bad;
    if ((uint32_t)len < state_bytes()) return EVENHAND_CUT_SHORT;
    if ((uint32_t)len > state_bytes()) return EVENHAND_LEFT_OVER;
    bad = make_room();
    if (bad) return bad;
    uint32_t bytes = row_bytes();
    unsigned spare = width % 8 ? 0xffu << width % 8 & 0xffu : 0;
    for (uint32_t y = 0; y < height; y++) {
        const unsigned char *from = in + HEAD + y * bytes;
        if (from[bytes - 1] & spare) return EVENHAND_DAMAGED;
        __builtin_memcpy(row(now, y), from, bytes);
    }
    return EVENHAND_OK;
}

/* Counts of three neighbours, side by side or with the cell between them: `one` + 2 * `two` for each bit. */
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
static inline word step(sums above, sums mid, sums below) {
    word half = above.one ^ mid.pair_one;
    word odd = half ^ below.one;
    word carry = (above.one & mid.pair_one) | (half & below.one);
    /* Of the four twos exactly one. */
    word one = above.two ^ mid.pair_two ^ below.two ^ carry;
    word many = (above.two & mid.pair_two) | (below.two & carry);
    return one & ~many & (odd | mid.cell);
}

/* A row of one word: its cells turn around within the word. */
static inline sums turned(word cell, uint32_t last, word mask) {
    return sum((cell << 1 | cell >> last) & mask, cell, cell >> 1 | (cell & 1) << last);
}

static void narrow(void) {
    uint32_t last = width - 1;
    word mask = ~(word)0 >> (64 - width);
    word *at = now, *end = now + height - 1;
    sums first = turned(*at, last, mask);
    sums above = turned(*end, last, mask);
    sums mid = first;
#pragma clang loop unroll_count(4)
    for (; at < end; at++) {
        sums below = turned(at[1], last, mask);
        *at = step(above, mid, below);
        above = mid;
        mid = below;
    }
    *end = step(above, mid, first);
}

/* Copies the cells across the edge to where the shifts find them. */
static void wrap(void) {
    uint32_t last = (width - 1) % 64;
    for (uint32_t y = 0; y < height; y++) {
        word *r = row(now, y);
        r[-1] = r[words - 1] << (63 - last);
        if (last == 63) {
            r[words] = r[0];
        } else {
            r[words - 1] |= r[0] << (last + 1);
        }
    }
}

static inline sums beside(const word *w) {
    return sum(w[0] << 1 | w[-1] >> 63, w[0], w[0] >> 1 | w[1] << 63);
}

static void wide(void) {
    wrap();
    for (uint32_t x = 0; x < words; x++) {
        word mask = x + 1 < words ? ~(word)0 : ~(word)0 >> (63 - (width - 1) % 64);
        const word *at = row(now, 0) + x;
        word *to = row(next, 0) + x;
        const word *end = at + (uint64_t)(height - 1) * stride;
        sums first = beside(at);
        sums above = beside(end);
        sums mid = first;
#pragma clang loop unroll_count(4)
        for (; at < end; at += stride, to += stride) {
            sums below = beside(at + stride);
            *to = step(above, mid, below) & mask;
            above = mid;
            mid = below;
        }
        *to = step(above, mid, first) & mask;
    }
    word *swap = now;
    now = next;
    next = swap;
}

int64_t run(int64_t cycles) {
    if (words == 1) {
        for (int64_t i = 0; i < cycles; i++) narrow();
    } else {
        for (int64_t i = 0; i < cycles; i++) wide();
    }
    return cycles;
}

int32_t room_for_state(void) {
    in = more(state_bytes());
    return is_nowhere(in) ? EVENHAND_NO_MEMORY : EVENHAND_OK;
}

/* Goes where the state came from. */
uint64_t state(void) {
    uint32_t bytes = row_bytes();
    in[0] = 'l', in[1] = 'i', in[2] = 'f', in[3] = 'e';
    in[4] = (unsigned char)width, in[5] = (unsigned char)(width >> 8);
    in[6] = (unsigned char)height, in[7] = (unsigned char)(height >> 8);
    unsigned used = width % 8 ? 0xffu >> (8 - width % 8) : 0xffu;
    for (uint32_t y = 0; y < height; y++) {
        unsigned char *to = in + HEAD + y * bytes;
        __builtin_memcpy(to, row(now, y), bytes);
        to[bytes - 1] &= used;
    }
    return evenhand_range(in, state_bytes());
}

uint64_t output(void) { return evenhand_range(in, 0); }
