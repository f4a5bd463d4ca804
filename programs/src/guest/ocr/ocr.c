// Reads pages: a program of the guest interface program/1. One cycle reads one page. README.md says
// what a state is.
#include "ocr.h"

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(name)))
#else
#define EXPORT(name)
#endif

static u8 *given;
static Bytes now;
static Bytes told;

static u64 range(Bytes bytes) { return (u64)(uintptr_t)bytes.at << 32 | (u32)bytes.length; }

EXPORT("buffer") void *buffer(int32_t length) {
    if (length < 0 || length > MAX_FILE) {
        return (void *)(uintptr_t)0xffffffffu;
    }
    given = take((size_t)length);
    return given ? given : (void *)(uintptr_t)0xffffffffu;
}

EXPORT("load") int32_t load(int32_t length) {
    if (!given || length < 0) {
        return HEADER;
    }
    int code = check_state(given, (size_t)length);
    if (code == OK) {
        now = (Bytes){given, (size_t)length};
    }
    return code;
}

static void count_page(u8 *state) {
    put32(state + 4, get32(state + 4) - 1);
    u64 read = ((u64)get32(state + 12) << 32 | get32(state + 8)) + 1;
    put32(state + 8, (u32)read);
    put32(state + 12, (u32)(read >> 32));
}

// The texts of the round's pages follow one another in front of what the next page needs.
EXPORT("run") int64_t run(int64_t cycles) {
    int64_t done = 0;
    while (done < cycles && get32(now.at + 4) > 0) {
        size_t place = mark();
        Image page = next_page(now.at, now.length);
        u8 *text;
        size_t length = read_page(&page, &text);
        release(place);
        u8 *to = take_or_trap(told.length + length);
        if (told.at) {
            memmove(to, told.at, told.length);
        }
        memmove(to + told.length, text, length);
        told = (Bytes){to, told.length + length};
        now.length -= (size_t)page.w * page.h + PAGE_TAIL;
        count_page((u8 *)now.at);
        done++;
    }
    return done;
}

EXPORT("state") uint64_t state(void) { return range(now); }

EXPORT("output") uint64_t output(void) { return range(told); }

EXPORT("import_") int32_t import_(int32_t length) {
    if (!given || length < 0) {
        return HEADER;
    }
    return pages_of_file(given, (size_t)length, &now);
}

EXPORT("export_") uint64_t export_(void) {
    Bytes file = {0, 0};
    // Beyond the memory there is no file, and a range of 0 bytes at 0 would be one.
    if (file_of_pages(now.at, now.length, &file) != OK) {
        __builtin_trap();
    }
    return range(file);
}
