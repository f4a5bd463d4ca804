// Connected pixels: runs of each row, joined with those they touch (also corner to corner) above.
#include "ocr.h"

// A page with more is noise: it has no text.
#define MOST_RUNS (4 << 20)
#define MOST_PARTS (1 << 20)

// Smaller parts are specks.
#define SMALLEST 3

static int find(Run *runs, int i) {
    while (runs[i].part != i) {
        runs[i].part = runs[runs[i].part].part;
        i = runs[i].part;
    }
    return i;
}

static void join(Run *runs, int a, int b) {
    a = find(runs, a);
    b = find(runs, b);
    // The earlier one leads, so that the order of parts is that of the page.
    if (a < b) {
        runs[b].part = a;
    } else {
        runs[a].part = b;
    }
}

static int count_runs(const Image *ink) {
    int count = 0;
    for (int y = 0; y < ink->h; y++) {
        const u8 *row = ink->px + (size_t)y * ink->w;
        int before = 0;
        for (int x = 0; x < ink->w; x++) {
            int now = row[x] >= INK;
            count += now & ~before;
            before = now;
        }
        if (count > MOST_RUNS) {
            return -1;
        }
    }
    return count;
}

static int runs_of_row(const u8 *row, int w, Run *to, int first) {
    int count = 0;
    for (int x = 0; x < w; x++) {
        if (row[x] < INK) {
            continue;
        }
        int x0 = x;
        while (x < w && row[x] >= INK) {
            x++;
        }
        to[count] = (Run){(u16)x0, (u16)x, first + count};
        count++;
    }
    return count;
}

static void join_rows(Run *runs, int above, int here, int end) {
    int a = above;
    int b = here;
    while (a < here && b < end) {
        if (runs[a].x1 >= runs[b].x0 && runs[b].x1 >= runs[a].x0) {
            join(runs, a, b);
        }
        if (runs[a].x1 < runs[b].x1) {
            a++;
        } else {
            b++;
        }
    }
}

static OUTLINE void link_runs(Page *page) {
    int next = 0;
    for (int y = 0; y < page->ink.h; y++) {
        page->row[y] = next;
        next += runs_of_row(page->ink.px + (size_t)y * page->ink.w, page->ink.w, page->runs + next, next);
        if (y > 0) {
            join_rows(page->runs, page->row[y - 1], page->row[y], next);
        }
    }
    page->row[page->ink.h] = next;
}

// Runs name their part, or -1 for a speck; returns the number of parts, or -1 for too many.
static OUTLINE int number_parts(Page *page, int total) {
    int *area = take_or_trap(sizeof(int) * (total + 1));
    memset(area, 0, sizeof(int) * (total + 1));
    for (int i = 0; i < total; i++) {
        page->runs[i].part = find(page->runs, i);
        area[page->runs[i].part] += page->runs[i].x1 - page->runs[i].x0;
    }
    int count = 0;
    for (int i = 0; i < total; i++) {
        int lead = page->runs[i].part;
        if (lead == i) {
            area[i] = area[i] < SMALLEST ? -1 : count++;
        }
        page->runs[i].part = area[lead];
    }
    return count > MOST_PARTS ? -1 : count;
}

static OUTLINE void measure_parts(Page *page) {
    for (int i = 0; i < page->count; i++) {
        page->parts[i] = (Part){page->ink.w, page->ink.h, 0, 0, 0, -1, -1};
    }
    for (int y = 0; y < page->ink.h; y++) {
        for (int i = page->row[y]; i < page->row[y + 1]; i++) {
            Run run = page->runs[i];
            if (run.part < 0) {
                continue;
            }
            Part *part = page->parts + run.part;
            part->x0 = least(part->x0, run.x0);
            part->x1 = most(part->x1, run.x1);
            part->y0 = least(part->y0, y);
            part->y1 = y + 1;
            part->area += run.x1 - run.x0;
        }
    }
}

// Returns 0 if there is nothing to read.
int find_parts(Page *page) {
    int total = count_runs(&page->ink);
    if (total <= 0) {
        return 0;
    }
    page->row = take_or_trap(sizeof(int) * (page->ink.h + 1));
    page->runs = take_or_trap(sizeof(Run) * (total + 1));
    link_runs(page);
    page->count = number_parts(page, total);
    if (page->count <= 0) {
        return 0;
    }
    page->parts = take_or_trap(sizeof(Part) * page->count);
    measure_parts(page);
    return 1;
}
