// Files of PGM pages: P5 (bytes or pairs of bytes) and P2 (numbers), one after the other.
#include "ocr.h"

typedef struct {
    const u8 *at, *end;
} In;

typedef struct {
    int plain, w, h, most;
} Head;

static int blank(int c) { return c == ' ' || (c >= 9 && c <= 13); }

static void skip_blank(In *in) {
    while (in->at < in->end && (blank(*in->at) || *in->at == '#')) {
        if (*in->at == '#') {
            while (in->at < in->end && *in->at != '\n') {
                in->at++;
            }
        } else {
            in->at++;
        }
    }
}

// Returns -1 where no number stands, and -2 where it is above the limit.
static int number(In *in, int limit) {
    skip_blank(in);
    int value = -1;
    while (in->at < in->end && *in->at >= '0' && *in->at <= '9') {
        value = most(value, 0) * 10 + (*in->at++ - '0');
        if (value > limit) {
            return -2;
        }
    }
    return value;
}

static int read_head(In *in, Head *head) {
    if (in->end - in->at < 3 || in->at[0] != 'P' || (in->at[1] != '5' && in->at[1] != '2') || !blank(in->at[2])) {
        return HEADER;
    }
    head->plain = in->at[1] == '2';
    in->at += 2;
    head->w = number(in, 1 << 27);
    head->h = number(in, 1 << 27);
    head->most = number(in, 65535);
    if (head->w <= 0 || head->h <= 0 || head->most <= 0) {
        return SIZE;
    }
    if (head->w > MAX_SIDE || head->h > MAX_SIDE || (u64)head->w * head->h > MAX_PIXELS) {
        return TOO_LARGE;
    }
    if (in->at == in->end) {
        return CUT_SHORT;
    }
    return blank(*in->at++) ? OK : SIZE;
}

static u8 to_byte(int sample, int top) { return (u8)((sample * 255 + top / 2) / top); }

// Pixels go to `px`, or nowhere if it is null.
static int read_plain(In *in, const Head *head, u8 *px) {
    int count = head->w * head->h;
    for (int i = 0; i < count; i++) {
        int sample = number(in, head->most);
        if (sample < 0) {
            return sample == -1 && in->at == in->end ? CUT_SHORT : SAMPLE;
        }
        if (px) {
            px[i] = to_byte(sample, head->most);
        }
    }
    return OK;
}

static int read_binary(In *in, const Head *head, u8 *px) {
    int wide = head->most > 255;
    int count = head->w * head->h;
    if ((size_t)(in->end - in->at) < (size_t)count << wide) {
        return CUT_SHORT;
    }
    for (int i = 0; i < count; i++) {
        int sample = *in->at++;
        if (wide) {
            sample = sample << 8 | *in->at++;
        }
        if (sample > head->most) {
            return SAMPLE;
        }
        if (px) {
            px[i] = to_byte(sample, head->most);
        }
    }
    return OK;
}

static int read_pixels(In *in, const Head *head, u8 *px) {
    return head->plain ? read_plain(in, head, px) : read_binary(in, head, px);
}

static OUTLINE int check_file(In in, u32 *pages, size_t *length) {
    *pages = 0;
    *length = STATE_HEAD;
    do {
        Head head;
        skip_blank(&in);
        int code = read_head(&in, &head);
        if (code == OK) {
            code = read_pixels(&in, &head, 0);
        }
        if (code != OK) {
            return code;
        }
        *pages += 1;
        *length += (size_t)head.w * head.h + PAGE_TAIL;
        if (*length > MAX_STATE) {
            return TOO_LARGE;
        }
        skip_blank(&in);
    } while (in.at < in.end);
    return OK;
}

// Returns a code; the state is made only if it is OK.
int pages_of_file(const u8 *file, size_t length, Bytes *state) {
    if (length > MAX_FILE) {
        return TOO_LARGE;
    }
    In in = {file, file + length};
    u32 pages;
    int code = check_file(in, &pages, &state->length);
    if (code != OK) {
        return code;
    }
    u8 *to = take(state->length);
    if (!to) {
        return NO_MEMORY;
    }
    memset(to, 0, STATE_HEAD);
    memcpy(to, "OCR1", 4);
    put32(to + 4, pages);
    u8 *end = to + state->length;
    while (pages-- > 0) {
        Head head;
        skip_blank(&in);
        read_head(&in, &head);
        end -= PAGE_TAIL;
        put32(end, (u32)head.w);
        put32(end + 4, (u32)head.h);
        end -= (size_t)head.w * head.h;
        read_pixels(&in, &head, end);
    }
    state->at = to;
    return OK;
}

static u8 *write_number(u8 *to, u32 value) {
    u8 digits[10];
    int count = 0;
    do {
        digits[count++] = (u8)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (count > 0) {
        *to++ = digits[--count];
    }
    return to;
}

#define LONGEST_HEAD 20

// Of a checked state: the pages that are left, in the order in which they would be read.
int file_of_pages(const u8 *state, size_t length, Bytes *file) {
    u32 left = get32(state + 4);
    u8 *to = take(length + (size_t)left * LONGEST_HEAD);
    if (!to) {
        return NO_MEMORY;
    }
    file->at = to;
    for (; left > 0; left--) {
        Image page = next_page(state, length);
        size_t pixels = (size_t)page.w * page.h;
        memcpy(to, "P5 ", 3);
        to = write_number(to + 3, (u32)page.w);
        *to++ = ' ';
        to = write_number(to, (u32)page.h);
        memcpy(to, " 255\n", 5);
        memcpy(to + 5, page.px, pixels);
        to += 5 + pixels;
        length -= pixels + PAGE_TAIL;
    }
    file->length = (size_t)(to - file->at);
    return OK;
}
