/* Lengths in whole numbers. */
#include "plan.h"

__attribute__((always_inline)) static inline uint32_t root_of(uint64_t v) {
    if (v == 0) return 0;
    /* v = m * 4^half, where m is within 1 and 4, a fraction of 30 bits. A straight line is off from the root of m by
       less than a twentieth, and each step of Newton's halves the square of that. No step ends below the root. */
    int half = (63 - __builtin_clzll(v)) >> 1;
    int64_t m = (int64_t)(half <= 15 ? v << (30 - 2 * half) : v >> (2 * half - 30));
    int64_t line = 724000000 + (m * 357 >> 10);
    int64_t r = (half <= 30 ? line >> (30 - half) : line << (half - 30)) + 1;
    r = (r + (int64_t)v / r) >> 1;
    r = (r + (int64_t)v / r) >> 1;
    if (half >= 22) r = (r + (int64_t)v / r) >> 1;
    while (r * r > (int64_t)v) r--;
    return (uint32_t)r;
}

uint32_t root(uint64_t v) { return root_of(v); }

uint32_t distance(uint32_t a, uint32_t b) { return root_of(square(a, b)); }
