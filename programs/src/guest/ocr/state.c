// The state: "OCR1", pages left (u32), pages read (u64), then the pages, last one first, each as
// its pixels, its width (u32) and its height (u32). All numbers are little-endian.
//
// The page to be read next stands at the end, so that the state after a page is the beginning of
// the state before it, save the head: the difference of two states is a few bytes.
#include "ocr.h"

u32 get32(const u8 *at) {
    return at[0] | (u32)at[1] << 8 | (u32)at[2] << 16 | (u32)at[3] << 24;
}

void put32(u8 *at, u32 value) {
    for (int i = 0; i < 4; i++) {
        at[i] = (u8)(value >> 8 * i);
    }
}

int check_state(const u8 *state, size_t length) {
    if (length > MAX_STATE) {
        return TOO_LARGE;
    }
    if (length < STATE_HEAD || state[0] != 'O' || state[1] != 'C' || state[2] != 'R' || state[3] != '1') {
        return HEADER;
    }
    size_t end = length;
    for (u32 left = get32(state + 4); left > 0; left--) {
        if (end < STATE_HEAD + PAGE_TAIL) {
            return CUT_SHORT;
        }
        u64 w = get32(state + end - 8);
        u64 h = get32(state + end - 4);
        if (w == 0 || h == 0) {
            return SIZE;
        }
        if (w > MAX_SIDE || h > MAX_SIDE || w * h > MAX_PIXELS) {
            return TOO_LARGE;
        }
        if (w * h > end - STATE_HEAD - PAGE_TAIL) {
            return CUT_SHORT;
        }
        end -= PAGE_TAIL + (size_t)(w * h);
    }
    return end == STATE_HEAD ? OK : LEFT_OVER;
}

Image next_page(const u8 *state, size_t length) {
    Image page;
    page.w = (int)get32(state + length - 8);
    page.h = (int)get32(state + length - 4);
    page.px = (u8 *)state + length - PAGE_TAIL - (size_t)page.w * page.h;
    return page;
}
