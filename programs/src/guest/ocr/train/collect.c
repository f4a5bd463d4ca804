// The reader as a library for training: every piece of a page that could be a letter, with the
// letter that it is. It sees what the reader sees, for it is the same code.
#include "../ocr.h"

typedef struct {
    // Of each pixel of the page, 1 + the number of the letter drawn there, or 0.
    const u16 *owner;
    int w, h;
    // Ink of each letter, in pixels.
    const int *ink;
    int letters;
    u8 *glyphs;
    // Of each piece: first letter, last letter (-1: none), parts of its ink in 1/256, line, atoms, is group.
    int *labels;
    int count, room;
} Collect;

int collect_lines(const Image *image, Page *page, Line **lines);

static int owner_at(const Collect *c, const Turn *turn, int x, int y) {
    int64_t dx = x - turn->cx;
    int64_t dy = y - turn->cy;
    int u = turn->slope == 0 ? x : turn->from_cx + (int)((dx * turn->cosine - dy * turn->sine + 32768) >> 16);
    int v = turn->slope == 0 ? y : turn->from_cy + (int)((dx * turn->sine + dy * turn->cosine + 32768) >> 16);
    return u < 0 || v < 0 || u >= c->w || v >= c->h ? 0 : c->owner[(size_t)v * c->w + u];
}

// The letters that lie in [first, last], each with how much of it; at most four.
typedef struct {
    int letter[4], ink[4], others, all;
} Content;

static Content content(const Collect *c, const Page *page, const Strip *strip, int first, int last) {
    Content found = {{-1, -1, -1, -1}, {0, 0, 0, 0}, 0, 0};
    Atom box = box_of(strip, first, last);
    for (int y = box.y0; y < box.y1; y++) {
        for (int x = box.x0; x < box.x1; x++) {
            int label = strip->label[(size_t)(y - strip->y0) * strip->w + x - strip->x0];
            if (label < first || label > last || page->ink.px[(size_t)y * page->ink.w + x] < INK) {
                continue;
            }
            found.all++;
            int letter = owner_at(c, &page->turn, x, y) - 1;
            if (letter < 0) {
                continue;
            }
            int k = 0;
            while (k < 4 && found.letter[k] != letter && found.letter[k] >= 0) {
                k++;
            }
            if (k == 4) {
                found.others++;
            } else {
                found.letter[k] = letter;
                found.ink[k]++;
            }
        }
    }
    return found;
}

static void add(Collect *c, const Page *page, const Strip *strip, int first, int last, int group) {
    if (c->count == c->room) {
        return;
    }
    Content found = content(c, page, strip, first, last);
    int *label = c->labels + c->count * 10;
    for (int k = 0; k < 4; k++) {
        label[k] = found.letter[k];
        label[4 + k] = found.ink[k];
    }
    label[8] = found.all;
    label[9] = group;
    glyph_of(page, strip, first, last, c->glyphs + (size_t)c->count * GLYPH_SIZE);
    c->count++;
}

static int whole(const Strip *strip, int first, int last) {
    for (int g = 0; g < strip->groups; g++) {
        if (strip->first_of[g] == first && strip->first_of[g + 1] == last + 1) {
            return 1;
        }
    }
    return 0;
}

// `base` and `stretch` in 1/16 and 1/256: by how much to mistake the line's measures.
int collect(const Image *image, Collect *c, int base, int stretch) {
    Page page;
    Line *lines;
    release(0);
    int count = collect_lines(image, &page, &lines);
    for (int l = 0; l < count; l++) {
        size_t place = mark();
        Strip strip;
        if (make_strip(&page, lines + l, l, &strip)) {
            strip.line.base += base;
            strip.line.x_height = strip.line.x_height * stretch / 256;
            for (int first = 0; first < strip.count; first++) {
                for (int last = first; last < least(strip.count, first + 9) && !too_wide(&strip, first, last); last++) {
                    add(c, &page, &strip, first, last, whole(&strip, first, last));
                }
            }
        }
        release(place);
    }
    return c->count;
}
