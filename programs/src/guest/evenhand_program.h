/* What a program of the guest interface program/1 exports; docs/reference/program-abi.md has the rules.
 *
 *   buffer(len) -> place      where the host writes a state (or a file)
 *   load(len) -> code         takes that state; 0, or why it is refused
 *   run(cycles) -> done       goes on; fewer than `cycles` means that it is through
 *   state() -> range          the state now, so that load takes it again
 *   output() -> range         what this round gave, besides the state
 *   import_(len) -> code      optional: makes a state of a user's file that stands in the buffer
 *   export_() -> range        optional: makes a file of the loaded state
 *
 * Before each round the memory and all globals are as they were in the beginning, so nothing but the state goes from
 * one round to the next. With any way of splitting cycles into rounds the states must be the same: that is up to you.
 */
#ifndef EVENHAND_PROGRAM_H
#define EVENHAND_PROGRAM_H

#include <stdint.h>

#define EVENHAND_EXPORT(name) __attribute__((export_name(name)))

EVENHAND_EXPORT("buffer") void *buffer(int32_t len);
EVENHAND_EXPORT("load") int32_t load(int32_t len);
EVENHAND_EXPORT("run") int64_t run(int64_t cycles);
EVENHAND_EXPORT("state") uint64_t state(void);
EVENHAND_EXPORT("output") uint64_t output(void);

/* A program that defines one of these puts EVENHAND_EXPORT in front of it. */
int32_t import_(int32_t len);
uint64_t export_(void);

/* Why load or import_ refuses. Codes of a program's own begin at 100. */
enum {
    EVENHAND_OK = 0,
    EVENHAND_CUT_SHORT = 1,
    EVENHAND_HEADER = 2,
    EVENHAND_SIZE = 3,
    EVENHAND_TOO_LARGE = 4,
    EVENHAND_LETTER = 5,
    EVENHAND_OUTSIDE = 6,
    EVENHAND_LEFT_OVER = 7,
    EVENHAND_DAMAGED = 8,
    EVENHAND_UNSUPPORTED = 9,
    EVENHAND_NO_MEMORY = 10
};

/* Bytes in the memory, as state, output and export_ return them. */
static inline uint64_t evenhand_range(const void *from, uint32_t len) {
    return (uint64_t)(uintptr_t)from << 32 | len;
}

/* A place that is none: from buffer it ends the round in a fault, as there is no code for it. */
#define EVENHAND_NOWHERE ((void *)(uintptr_t)0xffffffffu)

extern unsigned char __heap_base;

/* The next `len` bytes behind all others, at a multiple of 8, or EVENHAND_NOWHERE. They are zeros, and are never given
 * back: the round's end does that. `top` is 0 in the beginning and belongs to the caller. */
static inline void *evenhand_more(uint32_t *top, uint64_t len) {
    uint64_t from = *top ? *top : ((uint64_t)(uintptr_t)&__heap_base + 7) & ~7ull;
    uint64_t end = (from + len + 7) & ~7ull;
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) << 16;
    if (end > 0xfffffff8u) return EVENHAND_NOWHERE;
    if (end > have && __builtin_wasm_memory_grow(0, (end - have + 0xffff) >> 16) == (__SIZE_TYPE__)-1)
        return EVENHAND_NOWHERE;
    *top = (uint32_t)end;
    return (void *)(uintptr_t)from;
}

#endif
