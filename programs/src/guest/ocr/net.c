// The classifier: two layers that look at squares of the glyph, two that look at all of it. Values
// between layers are 0..127. See train/README.md.
//
// Weights are bytes, 128 for 0. Eight of them are loaded at once and multiplied in pairs: of a number
// of 64 bits each half sums one output, and no sum of bytes by values reaches 32 bits. What the 128s
// add is taken off in the end.
#include "ocr.h"

#define C1 8
#define C2 24
#define H1 12
#define W1 10
#define H2 6
#define W2 5
#define FLAT (H2 * W2 * C2)
#define HIDDEN 96
#define BLOCK 32
#define WIDE 128

// As train/train.py writes it.
typedef struct {
    int bias1[C1], bias2[C2], bias3[HIDDEN], bias4[CLASSES];
    // A sum becomes a value by (sum * scale) >> 20; the last layer's are ln p in 1/256.
    int scale[4];
    // What it costs that a kind of letter follows another.
    int kinds[KINDS][KINDS];
    u8 w1[5][5][C1];
    u8 w2[3][3][C1][C2];
    u8 w3[FLAT + GLYPH_EXTRA][HIDDEN];
    u8 w4[HIDDEN][WIDE];
    // Space that letters have at their sides, in 1/100 of the height of an x.
    int8_t left[CLASSES], right[CLASSES];
} Model;

#ifdef __wasm__
#define SECTION ".section .rodata.ocr_model,\"\",@\n"
#else
#define SECTION ".section .rodata\n"
#endif
#ifndef MODEL
#define MODEL "ocr/model.bin"
#endif
extern const Model ocr_model;
__asm__(SECTION ".globl ocr_model\n.p2align 4\n.type ocr_model,@object\nocr_model:\n.incbin \"" MODEL "\"\n"
        ".size ocr_model, 84840\n.text\n");
_Static_assert(sizeof(Model) == 84840, "the size above is that of the model");

static u8 value_of(int sum, int scale) {
    int64_t value = ((int64_t)sum * scale + (1 << 19)) >> 20;
    return (u8)(value < 0 ? 0 : value > 127 ? 127 : value);
}

// Sums of eight outputs: k and k + 4 in the halves of s[k].
typedef struct {
    u64 s[4];
} Eight;

#define HALVES 0x000000ff000000ffull

static inline __attribute__((always_inline)) Eight more(Eight e, const u8 *weights, u32 value) {
    u64 w;
    memcpy(&w, weights, 8);
    e.s[0] += (w & HALVES) * value;
    e.s[1] += (w >> 8 & HALVES) * value;
    e.s[2] += (w >> 16 & HALVES) * value;
    e.s[3] += (w >> 24 & HALVES) * value;
    return e;
}

static inline __attribute__((always_inline)) void put_sums(Eight e, int total, const int *bias, int *sums) {
    for (int k = 0; k < 4; k++) {
        sums[k] = (int)(u32)e.s[k] - 128 * total + bias[k];
        sums[k + 4] = (int)(u32)(e.s[k] >> 32) - 128 * total + bias[k + 4];
    }
}

static OUTLINE void cell_of_first(const u8 *glyph, int oy, int ox, int *sums) {
    Eight e = {{0, 0, 0, 0}};
    int total = 0;
    for (int ky = most(0, 2 - 2 * oy); ky < least(5, GLYPH_H + 2 - 2 * oy); ky++) {
        const u8 *row = glyph + (2 * oy + ky - 2) * GLYPH_W + 2 * ox - 2;
        for (int kx = most(0, 2 - 2 * ox); kx < least(5, GLYPH_W + 2 - 2 * ox); kx++) {
            u32 value = row[kx];
            if (value != 0) {
                e = more(e, ocr_model.w1[ky][kx], value);
                total += (int)value;
            }
        }
    }
    put_sums(e, total, ocr_model.bias1, sums);
}

static OUTLINE void cell_of_second(const u8 *before, int oy, int ox, int *sums) {
    Eight a = {{0, 0, 0, 0}};
    Eight b = a;
    Eight c = a;
    int total = 0;
    for (int ky = most(0, 1 - 2 * oy); ky < least(3, H1 + 1 - 2 * oy); ky++) {
        int from = most(0, 1 - 2 * ox);
        int to = least(3, W1 + 1 - 2 * ox);
        const u8 *at = before + ((2 * oy + ky - 1) * W1 + 2 * ox + from - 1) * C1;
        const u8 *weights = ocr_model.w2[ky][from][0];
        for (int i = 0; i < (to - from) * C1; i++, weights += C2) {
            u32 value = at[i];
            if (value != 0) {
                a = more(a, weights, value);
                b = more(b, weights + 8, value);
                c = more(c, weights + 16, value);
                total += (int)value;
            }
        }
    }
    put_sums(a, total, ocr_model.bias2, sums);
    put_sums(b, total, ocr_model.bias2 + 8, sums + 8);
    put_sums(c, total, ocr_model.bias2 + 16, sums + 16);
}

// The values that are not 0, each with its number above it: value | number << 8.
static OUTLINE int list(const u8 *values, int count, u32 *listed, int *total) {
    int found = 0;
    *total = 0;
    for (int i = 0; i < count; i++) {
        u32 value = values[i];
        if (value != 0) {
            listed[found++] = value | (u32)i << 8;
            *total += (int)value;
        }
    }
    return found;
}

// 32 outputs of all inputs.
static OUTLINE void block(const u32 *listed, int count, const u8 *weights, int stride, Eight *sums) {
    Eight a = {{0, 0, 0, 0}};
    Eight b = a;
    Eight c = a;
    Eight d = a;
    for (int i = 0; i < count; i++) {
        u32 value = listed[i] & 255;
        const u8 *w = weights + (listed[i] >> 8) * (u32)stride;
        a = more(a, w, value);
        b = more(b, w + 8, value);
        c = more(c, w + 16, value);
        d = more(d, w + 24, value);
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

// A layer in which each output looks at all values; `bias` and `sums` have `outputs` of them.
static OUTLINE void dense(const u8 *values, int count, const u8 *weights, int stride, const int *bias, int outputs,
        int *sums) {
    u32 listed[FLAT + GLYPH_EXTRA];
    int total;
    int found = list(values, count, listed, &total);
    for (int from = 0; from < outputs; from += BLOCK) {
        Eight eights[4];
        block(listed, found, weights + from, stride, eights);
        for (int i = from; i < least(outputs, from + BLOCK); i++) {
            const u64 *s = eights[(i - from) / 8].s;
            u32 sum = (u32)(s[i % 4] >> (i % 8 / 4 * 32));
            sums[i] = (int)sum - 128 * total + bias[i];
        }
    }
}

static void finish(const int *sums, int count, int scale, u8 *values) {
    for (int i = 0; i < count; i++) {
        values[i] = value_of(sums[i], scale);
    }
}

static OUTLINE void first_layer(const u8 *glyph, u8 *values) {
    for (int i = 0; i < H1 * W1; i++) {
        int sums[C1];
        cell_of_first(glyph, i / W1, i % W1, sums);
        finish(sums, C1, ocr_model.scale[0], values + i * C1);
    }
}

static OUTLINE void second_layer(const u8 *before, u8 *values) {
    for (int i = 0; i < H2 * W2; i++) {
        int sums[C2];
        cell_of_second(before, i / W2, i % W2, sums);
        finish(sums, C2, ocr_model.scale[1], values + i * C2);
    }
}

static OUTLINE void third_layer(const u8 *before, u8 *values) {
    int sums[HIDDEN];
    dense(before, FLAT + GLYPH_EXTRA, ocr_model.w3[0], HIDDEN, ocr_model.bias3, HIDDEN, sums);
    finish(sums, HIDDEN, ocr_model.scale[2], values);
}

static OUTLINE void last_layer(const u8 *before, int *values) {
    dense(before, HIDDEN, ocr_model.w4[0], WIDE, ocr_model.bias4, CLASSES, values);
    for (int c = 0; c < CLASSES; c++) {
        values[c] = (int)(((int64_t)values[c] * ocr_model.scale[3] + (1 << 19)) >> 20);
    }
}

// e^(-i/256) in 1/65536: e^-1, e^-2, e^-4, ... multiplied.
static int power(int i) {
    static const u16 part[12] = {65280, 65026, 64520, 63520, 61565, 57835, 51039, 39750, 24109, 8869, 1200, 22};
    if (i >= 4096) {
        return 0;
    }
    u32 result = 65536;
    for (int bit = 0; bit < 12; bit++) {
        if (i >> bit & 1) {
            result = (u32)(((u64)result * part[bit]) >> 16);
        }
    }
    return (int)result;
}

// ln(x / 65536) in 1/256.
static int logarithm(u32 x) {
    int bits = 31 - __builtin_clz(x);
    u64 rest = (u64)x << 30 >> bits;
    int log2 = (bits - 16) * 256;
    for (int bit = 128; bit > 0; bit >>= 1) {
        rest = (rest * rest) >> 30;
        if (rest >> 31) {
            rest >>= 1;
            log2 += bit;
        }
    }
    return log2 * 45426 / 65536;
}

OUTLINE Guess classify(const u8 *glyph) {
    u8 first[H1 * W1 * C1];
    u8 second[FLAT + GLYPH_EXTRA];
    u8 third[HIDDEN];
    int logits[CLASSES];
    first_layer(glyph, first);
    second_layer(first, second);
    memcpy(second + FLAT, glyph + GLYPH_H * GLYPH_W, GLYPH_EXTRA);
    third_layer(second, third);
    last_layer(third, logits);
    int top = logits[JUNK];
    Guess guess = {{-1, -1, -1}, {0, 0, 0}};
    for (int c = 0; c < JUNK; c++) {
        top = most(top, logits[c]);
        for (int k = 0; k < 3; k++) {
            if (guess.class[k] < 0 || logits[c] > logits[guess.class[k]]) {
                for (int m = 2; m > k; m--) {
                    guess.class[m] = guess.class[m - 1];
                }
                guess.class[k] = c;
                break;
            }
        }
    }
    u32 sum = 0;
    for (int c = 0; c < CLASSES; c++) {
        sum += (u32)power(top - logits[c]);
    }
    int base = top + logarithm(sum);
    for (int k = 0; k < 3; k++) {
        guess.cost[k] = base - logits[guess.class[k]];
    }
    return guess;
}

const char *class_text(int class) {
    static char single[2];
    static const char *const joined[3] = {"fi", "fl", "ff"};
    if (class >= 94) {
        return joined[class - 94];
    }
    single[0] = (char)('!' + class);
    return single;
}

int space_before(int class) { return ocr_model.left[class]; }

int space_behind(int class) { return ocr_model.right[class]; }

int kind_cost(int before, int after) { return ocr_model.kinds[before][after]; }
