// From gray to ink: the light of the paper is found in squares, evened out and divided away; then
// the darkest strokes are stretched to 255.
#include "ocr.h"

#define SQUARE 32

// Where there is less light than this (of 255) nothing can be read.
#define DARKEST 16

// Ink fainter than this part of the light (of 255) is no text.
#define FAINTEST 28

typedef struct {
    int w, h, nx, ny;
    int *light;
} Paper;

// The light that three quarters of a square's pixels do not exceed: text covers less than half.
static int light_of_square(const Image *page, int x0, int y0, int x1, int y1) {
    int count[256];
    memset(count, 0, sizeof count);
    for (int y = y0; y < y1; y++) {
        const u8 *row = page->px + (size_t)y * page->w;
        for (int x = x0; x < x1; x++) {
            count[row[x]]++;
        }
    }
    int above = (x1 - x0) * (y1 - y0) / 4;
    int level = 255;
    while (level > 0 && above >= count[level]) {
        above -= count[level--];
    }
    return level << 4;
}

static int light_at(const Paper *paper, int i, int j) {
    i = most(0, least(i, paper->nx - 1));
    j = most(0, least(j, paper->ny - 1));
    return paper->light[j * paper->nx + i];
}

// Of each square and its eight neighbours the most light (or the mean).
static OUTLINE void spread(Paper *paper, int mean) {
    int *next = take_or_trap(sizeof(int) * paper->nx * paper->ny);
    for (int j = 0; j < paper->ny; j++) {
        for (int i = 0; i < paper->nx; i++) {
            int sum = 0;
            int top = 0;
            for (int k = 0; k < 9; k++) {
                int light = light_at(paper, i + k % 3 - 1, j + k / 3 - 1);
                sum += light;
                top = most(top, light);
            }
            next[j * paper->nx + i] = mean ? sum / 9 : top;
        }
    }
    paper->light = next;
}

static OUTLINE Paper find_paper(const Image *page) {
    Paper paper;
    paper.w = page->w;
    paper.h = page->h;
    paper.nx = most(1, page->w / SQUARE);
    paper.ny = most(1, page->h / SQUARE);
    paper.light = take_or_trap(sizeof(int) * paper.nx * paper.ny);
    for (int j = 0; j < paper.ny; j++) {
        int y0 = (int)((u64)page->h * j / paper.ny);
        int y1 = (int)((u64)page->h * (j + 1) / paper.ny);
        for (int i = 0; i < paper.nx; i++) {
            int x0 = (int)((u64)page->w * i / paper.nx);
            int x1 = (int)((u64)page->w * (i + 1) / paper.nx);
            paper.light[j * paper.nx + i] = light_of_square(page, x0, y0, x1, y1);
        }
    }
    spread(&paper, 0);
    spread(&paper, 1);
    return paper;
}

// Light at the pixel, in 1/16, between the middles of four squares.
static void light_of_row(const Paper *paper, int y, int *light) {
    int v = (int)(((u64)(2 * y + 1) * paper->ny * 128) / paper->h) - 128;
    int j = v >> 8;
    int fv = v & 255;
    for (int i = -1; i <= paper->nx; i++) {
        light[i + 1] = (light_at(paper, i, j) * (256 - fv) + light_at(paper, i, j + 1) * fv) >> 8;
    }
}

static OUTLINE void divide_row(const Paper *paper, const u8 *from, int y, int *light, u8 *to) {
    light_of_row(paper, y, light);
    int step = (int)(((u64)paper->nx << 16) / paper->w);
    int u = step / 2 - (1 << 15);
    for (int x = 0; x < paper->w; x++, u += step) {
        int i = (u >> 16) + 1;
        int fu = (u & 0xffff) >> 8;
        int here = (light[i] * (256 - fu) + light[i + 1] * fu) >> 8;
        int ink = here < DARKEST << 4 ? 0 : 255 - (int)from[x] * (255 << 4) / here;
        to[x] = (u8)most(0, ink);
    }
}

// The level that parts dark from light best: the greatest variance between the two sides.
static int parting(const int *count, u64 pixels) {
    u64 sum = 0;
    for (int i = 0; i < 256; i++) {
        sum += (u64)count[i] * i;
    }
    u64 below = 0;
    u64 sum_below = 0;
    u64 best = 0;
    int level = 128;
    for (int i = 0; i < 255; i++) {
        below += (u64)count[i];
        sum_below += (u64)count[i] * i;
        if (below == 0 || below == pixels) {
            continue;
        }
        int64_t gap = (int64_t)(sum * 16 / pixels) - (int64_t)(sum_below * 16 / below);
        // below / (pixels - below) * gap^2, in parts that fit 64 bits.
        u64 score = below * 1024 / (pixels - below) * (u64)(gap * gap);
        if (score > best) {
            best = score;
            level = i;
        }
    }
    return level;
}

// How black the middle of a stroke is: the mean of the darker half above the parting level.
static int blackness(const int *count, int level) {
    u64 above = 0;
    for (int i = level + 1; i < 256; i++) {
        above += (u64)count[i];
    }
    u64 half = (above + 1) / 2;
    u64 seen = 0;
    u64 sum = 0;
    for (int i = 255; i > level && seen < half; i--) {
        u64 now = (u64)count[i] < half - seen ? (u64)count[i] : half - seen;
        seen += now;
        sum += now * (u64)i;
    }
    return seen == 0 ? 0 : (int)(sum / seen);
}

static OUTLINE void stretch(Image *ink, int black, int white) {
    u8 map[256];
    for (int i = 0; i < 256; i++) {
        map[i] = (u8)most(0, least(255, (i - white) * 255 / (black - white)));
    }
    size_t pixels = (size_t)ink->w * ink->h;
    for (size_t i = 0; i < pixels; i++) {
        ink->px[i] = map[ink->px[i]];
    }
}

// Returns 0 for a page without ink.
int ink_of(const Image *page, Image *ink) {
    size_t pixels = (size_t)page->w * page->h;
    ink->w = page->w;
    ink->h = page->h;
    ink->px = take_or_trap(pixels);
    Paper paper = find_paper(page);
    int *light = take_or_trap(sizeof(int) * (paper.nx + 2));
    for (int y = 0; y < page->h; y++) {
        divide_row(&paper, page->px + (size_t)y * page->w, y, light, ink->px + (size_t)y * page->w);
    }
    int count[256];
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < pixels; i++) {
        count[ink->px[i]]++;
    }
    int level = parting(count, pixels);
    int black = blackness(count, level);
    if (black < FAINTEST) {
        return 0;
    }
    stretch(ink, black, 0);
    return 1;
}
