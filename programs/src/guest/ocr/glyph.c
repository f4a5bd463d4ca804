// A piece of a line as the network sees it: ten cells to the height of an x, the base line always
// in the same row, the middle of the piece in the middle.
#include "ocr.h"

#define PER_X 10

// Rows of cells above the base line; the others lie below.
#define ABOVE 18

typedef struct {
    // Cells' first source column or row, how many there are, and the weights, which sum to 256.
    int from[GLYPH_H], count[GLYPH_H];
    u16 *weight[GLYPH_H];
} Grid;

Atom box_of(const Strip *strip, int first, int last) {
    Atom box = strip->atoms[first];
    for (int i = first + 1; i <= last; i++) {
        Atom next = strip->atoms[i];
        box.x0 = least(box.x0, next.x0);
        box.y0 = least(box.y0, next.y0);
        box.x1 = most(box.x1, next.x1);
        box.y1 = most(box.y1, next.y1);
    }
    return box;
}

// No letter is so wide, or has so wide a gap.
int too_wide(const Strip *strip, int first, int last) {
    int x_height = strip->line.x_height;
    for (int i = first + 1; i <= last; i++) {
        int gap = strip->atoms[i].x0 - strip->atoms[i - 1].x1;
        if (gap * 16 * 5 > x_height * 2) {
            return 1;
        }
    }
    Atom box = box_of(strip, first, last);
    return last > first && (box.x1 - box.x0) * 16 * 2 > x_height * 5;
}

// A cell [at, at + size) in 1/256 pixel; one narrower than a pixel is widened to one.
static void add_cell(Grid *grid, int cell, int at, int size, int end, u16 *weight) {
    if (size < 256) {
        at -= (256 - size) / 2;
        size = 256;
    }
    int first = most(0, at >> 8);
    int last = least(end - 1, (at + size - 1) >> 8);
    grid->from[cell] = first;
    grid->count[cell] = most(0, last - first + 1);
    grid->weight[cell] = weight;
    for (int i = first; i <= last; i++) {
        int covered = least((i + 1) << 8, at + size) - most(i << 8, at);
        weight[i - first] = (u16)(covered * 256 / size);
    }
}

static void make_grid(Grid *grid, int cells, int at, int size, int end) {
    int room = size / 256 + 3;
    u16 *weight = take_or_trap(sizeof(u16) * (size_t)room * cells);
    for (int i = 0; i < cells; i++) {
        add_cell(grid, i, at + i * size, size, end, weight + i * room);
    }
}

// One row of the page, this piece's pixels alone, as cells in 1/16.
static void squeeze_row(const u8 *ink, const Grid *columns, u16 *cells) {
    for (int c = 0; c < GLYPH_W; c++) {
        int sum = 0;
        for (int i = 0; i < columns->count[c]; i++) {
            sum += ink[columns->from[c] + i] * columns->weight[c][i];
        }
        cells[c] = (u16)(sum >> 4);
    }
}

static void mask_row(const Page *page, const Strip *strip, int y, int first, int last, int x0, int w, u8 *ink) {
    const int16_t *label = strip->label + (size_t)(y - strip->y0) * strip->w - strip->x0 + x0;
    const u8 *row = page->ink.px + (size_t)y * page->ink.w + x0;
    for (int x = 0; x < w; x++) {
        ink[x] = label[x] >= first && label[x] <= last ? row[x] : 0;
    }
}

static OUTLINE void squeeze_rows(const u16 *cells, int height, const Grid *rows, u8 *glyph) {
    for (int r = 0; r < GLYPH_H; r++) {
        for (int c = 0; c < GLYPH_W; c++) {
            int sum = 0;
            for (int i = 0; i < rows->count[r] && rows->from[r] + i < height; i++) {
                sum += cells[(rows->from[r] + i) * GLYPH_W + c] * rows->weight[r][i];
            }
            // 255 in 1/16, times 256, to 127.
            glyph[r * GLYPH_W + c] = (u8)least(127, sum >> 13);
        }
    }
}

static u8 limited(int value) { return (u8)most(0, least(127, value)); }

OUTLINE void glyph_of(const Page *page, const Strip *strip, int first, int last, u8 *glyph) {
    size_t place = mark();
    Atom box = box_of(strip, first, last);
    int x0 = most(strip->x0, box.x0 - 1);
    int x1 = least(strip->x0 + strip->w, box.x1 + 1);
    int w = x1 - x0;
    int cell = strip->line.x_height * 16 / PER_X;
    int wide = most(cell, (box.x1 - box.x0) * 256 / GLYPH_W + 1);
    Grid columns;
    Grid rows;
    int middle = (box.x0 + box.x1) * 128 - x0 * 256;
    make_grid(&columns, GLYPH_W, middle - GLYPH_W / 2 * wide, wide, w);
    int top = (strip->line.base - strip->y0 * 16) * 16 - ABOVE * cell;
    make_grid(&rows, GLYPH_H, top, cell, strip->h);
    int y0 = most(0, box.y0 - 1 - strip->y0);
    int y1 = least(strip->h, box.y1 + 1 - strip->y0);
    u8 *ink = take_or_trap((size_t)w);
    u16 *cells = take_or_trap(sizeof(u16) * GLYPH_W * (size_t)strip->h);
    memset(cells, 0, sizeof(u16) * GLYPH_W * (size_t)strip->h);
    for (int y = y0; y < y1; y++) {
        mask_row(page, strip, y + strip->y0, first, last, x0, w, ink);
        squeeze_row(ink, &columns, cells + y * GLYPH_W);
    }
    squeeze_rows(cells, strip->h, &rows, glyph);
    int x_height = strip->line.x_height;
    u8 *more = glyph + GLYPH_H * GLYPH_W;
    more[0] = limited((box.x1 - box.x0) * 16 * 48 / x_height);
    more[1] = limited((strip->line.base - box.y0 * 16) * 48 / x_height + 16);
    more[2] = limited((box.y1 * 16 - strip->line.base) * 48 / x_height + 64);
    release(place);
}
