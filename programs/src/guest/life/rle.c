/* Files of patterns, run length encoded: comments (#), "x = W, y = H, rule = B3/S23", then runs such as 3o$b2o!
 *
 * The torus is as large as the pattern; with a rule that ends in :TW,H it is W by H, and the pattern lies in its first
 * columns and rows. Behind the ! stand notes. Files that are written name the torus.
 */
#include "life.h"

#define LINE 70u

typedef struct {
    const unsigned char *at, *end;
} reader;

static int peek(reader *r) { return r->at < r->end ? *r->at : -1; }

static int is_blank(int c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

static void skip_spaces(reader *r) {
    while (peek(r) == ' ' || peek(r) == '\t') r->at++;
}

static int lower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static int is_digit(int c) { return c >= '0' && c <= '9'; }

/* A number below 2^32, or -1 if there is none, or -2 if it is larger. */
static int64_t number(reader *r) {
    if (!is_digit(peek(r))) return -1;
    int64_t value = 0;
    while (is_digit(peek(r))) {
        value = value * 10 + (*r->at++ - '0');
        if (value > 0xffffffff) return -2;
    }
    return value;
}

static int accept(reader *r, const char *text) {
    skip_spaces(r);
    const unsigned char *at = r->at;
    for (; *text; text++, at++) {
        if (at >= r->end || lower(*at) != *text) return 0;
    }
    r->at = at;
    return 1;
}

/* A size, as behind "x =". */
static int32_t size(reader *r, int64_t *value) {
    skip_spaces(r);
    *value = number(r);
    return *value >= 0 ? EVENHAND_OK : *value == -1 ? EVENHAND_HEADER : EVENHAND_TOO_LARGE;
}

/* The first line: the pattern's size, and the torus. */
static int32_t header(reader *r, int64_t *w, int64_t *h) {
    while (peek(r) == '#' || is_blank(peek(r))) {
        if (is_blank(*r->at)) {
            r->at++;
        } else {
            while (r->at < r->end && *r->at != '\n') r->at++;
        }
    }
    int32_t bad = EVENHAND_HEADER;
    if (!accept(r, "x") || !accept(r, "=") || (bad = size(r, w))) return bad;
    bad = EVENHAND_HEADER;
    if (!accept(r, ",") || !accept(r, "y") || !accept(r, "=") || (bad = size(r, h))) return bad;
    int64_t torus_w = *w, torus_h = *h;
    if (accept(r, ",")) {
        if (!accept(r, "rule") || !accept(r, "=")) return EVENHAND_HEADER;
        if (!accept(r, "b3/s23") && !accept(r, "23/3")) return EVENHAND_UNSUPPORTED;
        if (accept(r, ":")) {
            if (!accept(r, "t")) return EVENHAND_UNSUPPORTED;
            if ((bad = size(r, &torus_w))) return bad;
            if (!accept(r, ",")) return EVENHAND_HEADER;
            if ((bad = size(r, &torus_h))) return bad;
        }
    }
    skip_spaces(r);
    if (peek(r) == '\r') r->at++;
    if (peek(r) != '\n') return r->at < r->end ? EVENHAND_HEADER : EVENHAND_CUT_SHORT;
    if (*w > torus_w || *h > torus_h) return EVENHAND_SIZE;
    return lay_out((uint64_t)torus_w, (uint64_t)torus_h);
}

/* The runs, none of which leaves the w by h cells that the first line speaks of. */
static int32_t pattern(reader *r, int64_t w, int64_t h) {
    int64_t x = 0, y = 0;
    for (;;) {
        while (is_blank(peek(r))) r->at++;
        int64_t count = number(r);
        if (count == -2) return EVENHAND_OUTSIDE;
        if (count == 0) return EVENHAND_SIZE;
        int c = peek(r);
        if (c < 0) return EVENHAND_CUT_SHORT;
        r->at++;
        if (c == '!') return count == -1 ? EVENHAND_OK : EVENHAND_LETTER;
        if (count == -1) count = 1;
        if (c == '$') {
            x = 0;
            y += count;
            if (y > h) return EVENHAND_OUTSIDE;
            continue;
        }
        c = lower(c);
        if (c != 'o' && c != 'b') return EVENHAND_LETTER;
        if (y >= h || count > w - x) return EVENHAND_OUTSIDE;
        if (c == 'o') {
            for (int64_t i = 0; i < count; i++) make_live((uint32_t)(x + i), (uint32_t)y);
        }
        x += count;
    }
}

EVENHAND_EXPORT("import_") int32_t import_(int32_t len) {
    reader r = {in, in + (uint32_t)len};
    int64_t w, h;
    int32_t bad = header(&r, &w, &h);
    if (bad) return bad;
    bad = make_room();
    if (bad) return bad;
    bad = pattern(&r, w, h);
    return bad ? bad : room_for_state();
}

/* A file on its way out, which grows as it is written: nothing else asks for memory meanwhile. */
typedef struct {
    unsigned char *from;
    uint32_t length, line;
    uint64_t room;
} writer;

static void put(writer *w, char c) {
    if (w->length == w->room) {
        /* Right behind what is there, or nowhere, where a byte more traps. */
        uint64_t room = 4096;
        unsigned char *more_room = more(room);
        if (!w->from) w->from = more_room;
        w->room += room;
        if (more_room == EVENHAND_NOWHERE) __builtin_trap();
    }
    w->from[w->length++] = (unsigned char)c;
    w->line++;
}

static uint32_t digits(uint32_t value, char *to) {
    char turned[10];
    uint32_t count = 0;
    do {
        turned[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    for (uint32_t i = 0; i < count; i++) to[i] = turned[count - 1 - i];
    return count;
}

static void text(writer *w, const char *from) {
    while (*from) put(w, *from++);
}

static void decimal(writer *w, uint32_t value) {
    char to[10];
    uint32_t count = digits(value, to);
    for (uint32_t i = 0; i < count; i++) put(w, to[i]);
}

/* A run, on the next line if this one is full. */
static void run_of(writer *w, uint32_t count, char c) {
    char to[11];
    uint32_t length = count > 1 ? digits(count, to) : 0;
    to[length++] = c;
    if (w->line + length > LINE) {
        put(w, '\n');
        w->line = 0;
    }
    for (uint32_t i = 0; i < length; i++) put(w, to[i]);
}

EVENHAND_EXPORT("export_") uint64_t export_(void) {
    writer w = {0};
    text(&w, "x = ");
    decimal(&w, width);
    text(&w, ", y = ");
    decimal(&w, height);
    text(&w, ", rule = B3/S23:T");
    decimal(&w, width);
    put(&w, ',');
    decimal(&w, height);
    put(&w, '\n');
    w.line = 0;
    uint32_t ends = 0; /* of rows, not yet written */
    for (uint32_t y = 0; y < height; y++, ends++) {
        uint32_t x = 0;
        while (x < width) {
            uint32_t from = x;
            int now = is_live(x, y);
            while (x < width && is_live(x, y) == now) x++;
            if (!now && x == width) break; /* dead cells at a row's end are not written */
            if (ends) run_of(&w, ends, '$');
            ends = 0;
            run_of(&w, x - from, now ? 'o' : 'b');
        }
    }
    run_of(&w, 1, '!');
    put(&w, '\n');
    return evenhand_range(w.from, w.length);
}
