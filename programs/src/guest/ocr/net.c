// The classifier: two layers that look at squares of the glyph, two that look at all of it. Weights
// are signed bytes, values between layers 0..127. See train/README.md.
#include "ocr.h"

#define C1 8
#define C2 24
#define H1 12
#define W1 10
#define H2 6
#define W2 5
#define FLAT (H2 * W2 * C2)
#define HIDDEN 96

// As train/train.py writes it.
typedef struct {
    int bias1[C1], bias2[C2], bias3[HIDDEN], bias4[CLASSES];
    // A sum becomes a value by (sum * scale) >> 20; the last layer's are ln p in 1/256.
    int scale[4];
    // What it costs that a kind of letter follows another.
    int kinds[KINDS][KINDS];
    int8_t w1[5][5][C1];
    int8_t w2[C1][3][3][C2];
    int8_t w3[FLAT + GLYPH_EXTRA][HIDDEN];
    int8_t w4[HIDDEN][CLASSES];
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
        ".size ocr_model, 81960\n.text\n");
_Static_assert(sizeof(Model) == 81960, "the size above is that of the model");

static u8 value_of(int sum, int scale) {
    int64_t value = ((int64_t)sum * scale + (1 << 19)) >> 20;
    return (u8)(value < 0 ? 0 : value > 127 ? 127 : value);
}

static void begin(int *sums, int cells, const int *bias, int channels) {
    for (int i = 0; i < cells; i++) {
        for (int c = 0; c < channels; c++) {
            sums[i * channels + c] = bias[c];
        }
    }
}

static void finish(const int *sums, int count, int scale, u8 *values) {
    for (int i = 0; i < count; i++) {
        values[i] = value_of(sums[i], scale);
    }
}

// Each pixel with ink is added to the up to nine cells whose 5 x 5 square has it.
static void add_pixel(int *sums, int y, int x, int ink) {
    for (int ky = y & 1; ky < 5; ky += 2) {
        int oy = (y + 2 - ky) / 2;
        if (y + 2 - ky < 0 || oy >= H1) {
            continue;
        }
        for (int kx = x & 1; kx < 5; kx += 2) {
            int ox = (x + 2 - kx) / 2;
            if (x + 2 - kx < 0 || ox >= W1) {
                continue;
            }
            int *sum = sums + (oy * W1 + ox) * C1;
            const int8_t *weight = ocr_model.w1[ky][kx];
            for (int c = 0; c < C1; c++) {
                sum[c] += ink * weight[c];
            }
        }
    }
}

static OUTLINE void first_layer(const u8 *glyph, u8 *values) {
    int sums[H1 * W1 * C1];
    begin(sums, H1 * W1, ocr_model.bias1, C1);
    for (int y = 0; y < GLYPH_H; y++) {
        for (int x = 0; x < GLYPH_W; x++) {
            if (glyph[y * GLYPH_W + x] != 0) {
                add_pixel(sums, y, x, glyph[y * GLYPH_W + x]);
            }
        }
    }
    finish(sums, H1 * W1 * C1, ocr_model.scale[0], values);
}

static void add_cell(int *sums, int y, int x, int channel, int value) {
    for (int ky = (y + 1) & 1; ky < 3; ky += 2) {
        int oy = (y + 1 - ky) / 2;
        if (y + 1 - ky < 0 || oy >= H2) {
            continue;
        }
        for (int kx = (x + 1) & 1; kx < 3; kx += 2) {
            int ox = (x + 1 - kx) / 2;
            if (x + 1 - kx < 0 || ox >= W2) {
                continue;
            }
            int *sum = sums + (oy * W2 + ox) * C2;
            const int8_t *weight = ocr_model.w2[channel][ky][kx];
            for (int c = 0; c < C2; c++) {
                sum[c] += value * weight[c];
            }
        }
    }
}

static OUTLINE void second_layer(const u8 *before, u8 *values) {
    int sums[FLAT];
    begin(sums, H2 * W2, ocr_model.bias2, C2);
    for (int i = 0; i < H1 * W1 * C1; i++) {
        if (before[i] != 0) {
            add_cell(sums, i / C1 / W1, i / C1 % W1, i % C1, before[i]);
        }
    }
    finish(sums, FLAT, ocr_model.scale[1], values);
}

static OUTLINE void third_layer(const u8 *before, u8 *values) {
    int sums[HIDDEN];
    begin(sums, 1, ocr_model.bias3, HIDDEN);
    for (int i = 0; i < FLAT + GLYPH_EXTRA; i++) {
        int value = before[i];
        if (value != 0) {
            const int8_t *weight = ocr_model.w3[i];
            for (int c = 0; c < HIDDEN; c++) {
                sums[c] += value * weight[c];
            }
        }
    }
    finish(sums, HIDDEN, ocr_model.scale[2], values);
}

static OUTLINE void last_layer(const u8 *before, int *values) {
    begin(values, 1, ocr_model.bias4, CLASSES);
    for (int i = 0; i < HIDDEN; i++) {
        int value = before[i];
        if (value != 0) {
            const int8_t *weight = ocr_model.w4[i];
            for (int c = 0; c < CLASSES; c++) {
                values[c] += value * weight[c];
            }
        }
    }
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
