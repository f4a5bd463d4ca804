// Which parts make a line, where its letters stand and how high they are.
#include "ocr.h"

#define HIGHEST 512

// The height that splits the parts' ink in two: that of most small letters.
static OUTLINE int usual_height(const Page *page) {
    u32 *weight = take_or_trap(sizeof(u32) * (HIGHEST + 1));
    memset(weight, 0, sizeof(u32) * (HIGHEST + 1));
    u64 sum = 0;
    for (int i = 0; i < page->count; i++) {
        Part p = page->parts[i];
        int h = p.y1 - p.y0;
        int w = p.x1 - p.x0;
        if (h >= 4 && h <= HIGHEST && w <= 12 * h) {
            weight[h] += (u32)least(w, 2 * h);
            sum += (u64)least(w, 2 * h);
        }
    }
    u64 half = 0;
    for (int h = 4; h <= HIGHEST; h++) {
        half += weight[h];
        if (half * 2 > sum) {
            return h;
        }
    }
    return 0;
}

// Ink of each row, of parts that may be letters.
static OUTLINE u32 *profile(const Page *page) {
    u32 *ink = take_or_trap(sizeof(u32) * (page->ink.h + 1));
    memset(ink, 0, sizeof(u32) * (page->ink.h + 1));
    for (int y = 0; y < page->ink.h; y++) {
        for (int i = page->row[y]; i < page->row[y + 1]; i++) {
            Run run = page->runs[i];
            if (run.part < 0) {
                continue;
            }
            const Part *p = page->parts + run.part;
            int h = p->y1 - p->y0;
            if (2 * h >= page->size && h <= 5 * page->size) {
                ink[y] += (u32)(run.x1 - run.x0);
            }
        }
    }
    return ink;
}

static OUTLINE u32 *smoothed(const u32 *ink, int h, int width) {
    u32 *result = take_or_trap(sizeof(u32) * (h + 1));
    int half = width / 2;
    u64 sum = 0;
    for (int y = -half; y < h; y++) {
        if (y + half < h) {
            sum += ink[y + half];
        }
        if (y - half - 1 >= 0) {
            sum -= ink[y - half - 1];
        }
        if (y >= 0) {
            result[y] = (u32)(sum * 4 / (u64)(2 * half + 1));
        }
    }
    return result;
}

typedef struct {
    const u32 *ink;
    Line *lines;
    int count, limit;
} Split;

// How far the core of a line reaches from its peak: the rows with half of its ink.
static void find_core(const u32 *ink, Line *line) {
    int top = line->peak;
    int bottom = line->peak;
    while (top > line->top && ink[top - 1] * 2 > ink[line->peak]) {
        top--;
    }
    while (bottom + 1 < line->bottom && ink[bottom + 1] * 2 > ink[line->peak]) {
        bottom++;
    }
    line->core_top = top;
    line->core_bottom = bottom + 1;
}

static void add_line(Split *split, int top, int bottom, int peak) {
    if (split->count < split->limit) {
        Line *line = split->lines + split->count++;
        memset(line, 0, sizeof(Line));
        line->top = top;
        line->bottom = bottom;
        line->peak = peak;
        find_core(split->ink, line);
    }
}

// Lines from valley to valley. A valley has at most 5/8 of the ink of the peaks at its sides.
static OUTLINE void split_rows(Split *split, int h) {
    const u32 *ink = split->ink;
    int start = 0;
    int peak = 0;
    int valley = -1;
    for (int y = 0; y < h; y++) {
        u64 now = ink[y];
        if (valley < 0) {
            if (now > ink[peak]) {
                peak = y;
            } else if (now * 8 < ink[peak] * 5ull) {
                valley = y;
            }
        } else if (now < ink[valley]) {
            valley = y;
        } else if (now * 5 > ink[valley] * 8ull) {
            add_line(split, start, valley, peak);
            start = valley;
            peak = y;
            valley = -1;
        }
    }
    if (ink[peak] > 0) {
        add_line(split, start, h, peak);
    }
}

// Whether the two are one line, such as letters and their lower ends.
static int one_line(const Split *split, const Line *a, const Line *b, int size) {
    if (b->peak - a->peak < size) {
        return 1;
    }
    int a_strong = split->ink[a->peak] > split->ink[b->peak];
    const Line *strong = a_strong ? a : b;
    const Line *weak = a_strong ? b : a;
    int core = strong->core_bottom - strong->core_top;
    return split->ink[weak->peak] * 2 < split->ink[strong->peak]
            && weak->core_bottom - weak->core_top < core * 2 / 3 && b->core_top - a->core_bottom < core / 2;
}

static OUTLINE void unite(Split *split, int size) {
    int kept = 0;
    for (int i = 1; i < split->count; i++) {
        Line *last = split->lines + kept;
        Line next = split->lines[i];
        if (one_line(split, last, &next, size)) {
            int weaker = split->ink[next.peak] < split->ink[last->peak];
            Line strong = weaker ? *last : next;
            strong.top = last->top;
            strong.bottom = next.bottom;
            *last = strong;
        } else {
            split->lines[++kept] = next;
        }
    }
    split->count = least(split->count, kept + 1);
}

// Overlap in rows, or minus the distance.
static int nearness(const Line *line, const Part *part) {
    return least(part->y1, line->core_bottom) - most(part->y0, line->core_top);
}

static OUTLINE void share_parts(Page *page, Line *lines, int count) {
    for (int i = 0; i < page->count; i++) {
        Part *part = page->parts + i;
        int best = -1;
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) / 2;
            if (lines[middle].core_bottom < part->y0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        for (int l = most(0, low - 1); l < least(count, low + 6); l++) {
            int core = lines[l].core_bottom - lines[l].core_top;
            int near = nearness(lines + l, part);
            if (near > -core - core / 4 && (best < 0 || near > nearness(lines + best, part))) {
                best = l;
            }
        }
        int h = part->y1 - part->y0;
        int w = part->x1 - part->x0;
        if (best >= 0) {
            int core = most(4, lines[best].core_bottom - lines[best].core_top);
            // Frames, pictures and rules are not read.
            if (h > 4 * core || w > 40 * core || (w > 8 * core && h < core / 2)) {
                best = -1;
            }
        }
        part->line = best;
    }
}

// Parts in the order of their lines.
static OUTLINE void sort_parts(Page *page, Line *lines, int count) {
    int next = 0;
    page->by_line = take_or_trap(sizeof(int) * page->count);
    for (int i = 0; i < page->count; i++) {
        if (page->parts[i].line >= 0) {
            lines[page->parts[i].line].parts++;
        }
    }
    for (int l = 0; l < count; l++) {
        lines[l].first = next;
        next += lines[l].parts;
        lines[l].parts = 0;
    }
    for (int i = 0; i < page->count; i++) {
        if (page->parts[i].line >= 0) {
            Line *line = lines + page->parts[i].line;
            page->by_line[line->first + line->parts++] = i;
        }
    }
}

int find_lines(Page *page, Line **lines) {
    page->size = usual_height(page);
    if (page->size == 0) {
        return 0;
    }
    u32 *ink = profile(page);
    u32 *soft = smoothed(ink, page->ink.h, most(3, page->size * 5 / 8));
    soft = smoothed(soft, page->ink.h, most(3, page->size * 3 / 8));
    int limit = page->ink.h / 4 + 1;
    Split split = {soft, take_or_trap(sizeof(Line) * limit), 0, limit};
    split_rows(&split, page->ink.h);
    unite(&split, page->size);
    share_parts(page, split.lines, split.count);
    sort_parts(page, split.lines, split.count);
    *lines = split.lines;
    return split.count;
}

// Heights and ends of the parts of one line, counted by rows around its core.
typedef struct {
    int from, size;
    int *bottoms, *heights;
} Counts;

static int near_count(const int *counts, int size, int at, int width) {
    int sum = 0;
    for (int i = most(0, at - width); i <= least(size - 1, at + width); i++) {
        sum += counts[i];
    }
    return sum;
}

static int top_of(const int *counts, int size, int from, int to, int width) {
    int best = most(0, from);
    for (int i = best; i <= least(size - 1, to); i++) {
        int now = near_count(counts, size, i, width) * 4 + counts[i];
        if (now > near_count(counts, size, best, width) * 4 + counts[best]) {
            best = i;
        }
    }
    return best;
}

// The mean of the entries about `at`, in 1/16.
static int mean16(const int *counts, int size, int at, int width) {
    int64_t sum = 0;
    int count = 0;
    for (int i = most(0, at - width); i <= least(size - 1, at + width); i++) {
        sum += (int64_t)counts[i] * i;
        count += counts[i];
    }
    return count == 0 ? at * 16 : (int)((sum * 16 + count / 2) / count);
}

static void measure_height(Line *line, Counts *c, int core) {
    int width = most(1, core / 12);
    int high = top_of(c->heights, c->size, core / 2, 3 * core, width);
    int main = near_count(c->heights, c->size, high, width);
    // If what is found are capitals, small letters stand beside them.
    int low = top_of(c->heights, c->size, high * 5 / 8, high * 4 / 5, width);
    int seen = near_count(c->heights, c->size, low, width);
    if (seen * 4 >= main && seen >= 2) {
        high = low;
        line->sure = main >= 8;
    } else {
        int above = top_of(c->heights, c->size, high * 5 / 4, high * 27 / 16, width);
        line->sure = main >= 8 && near_count(c->heights, c->size, above, width) * 8 >= main;
    }
    line->x_height = mean16(c->heights, c->size, high, width);
}

static const Part *part_of(const Page *page, const Line *line, int i) {
    return page->parts + page->by_line[line->first + i];
}

static void measure_line(const Page *page, Line *line, Counts *c) {
    int core = line->core_bottom - line->core_top;
    c->from = line->core_top - 2 * core;
    memset(c->bottoms, 0, sizeof(int) * c->size);
    memset(c->heights, 0, sizeof(int) * c->size);
    for (int i = 0; i < line->parts; i++) {
        const Part *p = part_of(page, line, i);
        if (2 * (p->y1 - p->y0) >= core) {
            int at = p->y1 - c->from;
            if (at >= 0 && at < c->size) {
                c->bottoms[at]++;
            }
        }
    }
    int middle = line->core_bottom - c->from;
    int width = most(1, core / 12);
    int base = top_of(c->bottoms, c->size, middle - core / 2, middle + core / 2, width);
    for (int i = 0; i < line->parts; i++) {
        const Part *p = part_of(page, line, i);
        if (size_of(p->y1 - c->from - base) <= width) {
            int height = p->y1 - p->y0;
            if (height < c->size) {
                c->heights[height]++;
            }
        }
    }
    line->base = mean16(c->bottoms, c->size, base, width) + c->from * 16;
    measure_height(line, c, core);
}

void measure_lines(Page *page, Line *lines, int count) {
    for (int l = 0; l < count; l++) {
        size_t place = mark();
        int core = lines[l].core_bottom - lines[l].core_top;
        Counts c;
        c.size = 6 * core + 8;
        c.bottoms = take_or_trap(sizeof(int) * c.size);
        c.heights = take_or_trap(sizeof(int) * c.size);
        measure_line(page, lines + l, &c);
        release(place);
    }
}
