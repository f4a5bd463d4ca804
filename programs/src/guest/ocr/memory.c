// A stack of memory that begins behind the program's own data and grows by whole pages.
#include "ocr.h"

#ifdef __wasm__
extern u8 __heap_base;
#define BEGIN ((size_t)&__heap_base)

static int reach(size_t end) {
    size_t have = (size_t)__builtin_wasm_memory_size(0) << 16;
    if (end <= have) {
        return 1;
    }
    size_t pages = (end - have + 0xffff) >> 16;
    return __builtin_wasm_memory_grow(0, pages) != (size_t)-1;
}
#else
static u8 native[512u << 20] __attribute__((aligned(16)));
#define BEGIN ((size_t)native)

static int reach(size_t end) { return end <= BEGIN + sizeof native; }
#endif

static size_t used;

size_t mark(void) { return used; }

void release(size_t place) { used = place; }

// Returns 16-byte aligned memory, or null when there is no more.
void *take(size_t bytes) {
    size_t at = (BEGIN + used + 15) & ~(size_t)15;
    if (bytes > MAX_FILE * 3u || !reach(at + bytes)) {
        return 0;
    }
    used = at + bytes - BEGIN;
    return (void *)at;
}

// The limits of a page leave room enough in 256 MiB; with less memory than that a page that
// does not fit stops the program.
void *take_or_trap(size_t bytes) {
    void *at = take(bytes);
    if (!at) {
        __builtin_trap();
    }
    return at;
}
