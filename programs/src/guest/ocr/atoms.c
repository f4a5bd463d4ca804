// A line cut into pieces: where letters touch, a thin place between two strokes may part them.
#include "ocr.h"

static Part *part_at(const Page *page, const Line *line, int i) {
    return page->parts + page->by_line[line->first + i];
}

static OUTLINE void sort_by_x(const Page *page, const Line *line) {
    int *order = page->by_line + line->first;
    for (int gap = line->parts / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) {
        for (int i = gap; i < line->parts; i++) {
            int moved = order[i];
            int j = i;
            while (j >= gap && page->parts[order[j - gap]].x0 > page->parts[moved].x0) {
                order[j] = order[j - gap];
                j -= gap;
            }
            order[j] = moved;
        }
    }
}

static Atom grown(Atom box, const Part *part) {
    box.x0 = least(box.x0, part->x0);
    box.y0 = least(box.y0, part->y0);
    box.x1 = most(box.x1, part->x1);
    box.y1 = most(box.y1, part->y1);
    return box;
}

// Whether one stands above the other, such as a dot and its stem; a point beside a letter that hangs
// over it does not.
static int stacked(const Atom *group, const Part *part) {
    int across = least(group->x1, part->x1) - most(group->x0, part->x0);
    int narrow = least(group->x1 - group->x0, part->x1 - part->x0);
    int along = least(group->y1, part->y1) - most(group->y0, part->y0);
    int low = least(group->y1 - group->y0, part->y1 - part->y0);
    return across * 10 >= narrow * 6 && along * 4 <= low;
}

// Parts above one another are one group.
static OUTLINE void group_parts(const Page *page, Strip *strip, Atom *groups) {
    const Line *line = &strip->line;
    int64_t speck = (int64_t)line->x_height * line->x_height / (256 * 64);
    for (int i = 0; i < line->parts; i++) {
        Part *part = part_at(page, line, i);
        part->group = -1;
        if (part->area < speck) {
            continue;
        }
        // A narrow part may stand between the two in the order.
        int g = strip->groups - 1;
        while (g >= 0 && g > strip->groups - 3 && !stacked(groups + g, part)) {
            g--;
        }
        if (g >= 0 && g > strip->groups - 3) {
            groups[g] = grown(groups[g], part);
            part->group = g;
        } else {
            groups[strip->groups] = (Atom){part->x0, part->y0, part->x1, part->y1, 0};
            part->group = strip->groups++;
        }
    }
}

static OUTLINE void find_bounds(const Page *page, Strip *strip, const Atom *groups) {
    int x0 = page->ink.w, y0 = page->ink.h, x1 = 0, y1 = 0;
    for (int g = 0; g < strip->groups; g++) {
        x0 = least(x0, groups[g].x0);
        y0 = least(y0, groups[g].y0);
        x1 = most(x1, groups[g].x1);
        y1 = most(y1, groups[g].y1);
    }
    strip->x0 = most(0, x0 - 2);
    strip->y0 = most(0, y0 - 2);
    strip->w = least(page->ink.w, x1 + 2) - strip->x0;
    strip->h = least(page->ink.h, y1 + 2) - strip->y0;
}

static OUTLINE void paint(const Page *page, Strip *strip) {
    for (int y = 0; y < strip->h; y++) {
        int16_t *row = strip->label + (size_t)y * strip->w;
        for (int x = 0; x < strip->w; x++) {
            row[x] = -1;
        }
        for (int i = page->row[y + strip->y0]; i < page->row[y + strip->y0 + 1]; i++) {
            Run run = page->runs[i];
            if (run.part < 0 || page->parts[run.part].line != strip->index || page->parts[run.part].group < 0) {
                continue;
            }
            for (int x = run.x0; x < run.x1; x++) {
                row[x - strip->x0] = (int16_t)page->parts[run.part].group;
            }
        }
    }
}

// Columns with little ink of the group, each the least of its surroundings, become cuts.
typedef struct {
    const Strip *strip;
    int *ink;
    int *cuts;
    int count;
} Cutter;

static void sum_columns(const Page *page, Cutter *cutter, const Atom *group, int index) {
    const Strip *strip = cutter->strip;
    memset(cutter->ink, 0, sizeof(int) * (group->x1 - group->x0));
    for (int y = group->y0; y < group->y1; y++) {
        const int16_t *label = strip->label + (size_t)(y - strip->y0) * strip->w - strip->x0;
        const u8 *row = page->ink.px + (size_t)y * page->ink.w;
        for (int x = group->x0; x < group->x1; x++) {
            if (label[x] == index) {
                cutter->ink[x - group->x0] += row[x];
            }
        }
    }
}

static int lowest_here(const Cutter *cutter, int x, int w, int reach) {
    int here = cutter->ink[x];
    for (int d = 1; d <= reach; d++) {
        if (x - d >= 0 && cutter->ink[x - d] < here) {
            return 0;
        }
        // Of equal columns the last.
        if (x + d < w && cutter->ink[x + d] <= here) {
            return 0;
        }
    }
    return 1;
}

static void find_cuts(Cutter *cutter, const Atom *group, int x_height) {
    int w = group->x1 - group->x0;
    int reach = most(1, x_height / (16 * 7));
    int border = most(1, x_height / (16 * 6));
    int limit = x_height * 255 / 16 * 5 / 8;
    cutter->count = 0;
    if (w * 16 * 2 < x_height) {
        return;
    }
    for (int x = border; x < w - border; x++) {
        if (cutter->ink[x] <= limit && lowest_here(cutter, x, w, reach)) {
            cutter->cuts[cutter->count++] = group->x0 + x;
        }
    }
}

// The group's pixels between two cuts become one atom with a box of its own.
static void relabel(Strip *strip, const Atom *group, const Cutter *cutter, int index, int16_t *label) {
    int first = strip->first_of[index];
    for (int y = group->y0; y < group->y1; y++) {
        size_t at = (size_t)(y - strip->y0) * strip->w - strip->x0;
        int slice = 0;
        for (int x = group->x0; x < group->x1; x++) {
            if (slice < cutter->count && x >= cutter->cuts[slice]) {
                slice++;
            }
            if (strip->label[at + x] == index) {
                label[at + x] = (int16_t)(first + slice);
                Atom *atom = strip->atoms + first + slice;
                atom->x0 = least(atom->x0, x);
                atom->x1 = most(atom->x1, x + 1);
                atom->y0 = least(atom->y0, y);
                atom->y1 = most(atom->y1, y + 1);
            }
        }
    }
}

static OUTLINE void cut_groups(const Page *page, Strip *strip, const Atom *groups, int16_t *label) {
    Cutter cutter = {strip, take_or_trap(sizeof(int) * strip->w), take_or_trap(sizeof(int) * strip->w), 0};
    for (int g = 0; g < strip->groups; g++) {
        sum_columns(page, &cutter, groups + g, g);
        find_cuts(&cutter, groups + g, strip->line.x_height);
        strip->first_of[g] = strip->count;
        for (int i = 0; i <= cutter.count; i++) {
            strip->atoms[strip->count++] = (Atom){page->ink.w, page->ink.h, 0, 0, i > 0};
        }
        relabel(strip, groups + g, &cutter, g, label);
    }
    strip->first_of[strip->groups] = strip->count;
}

// Gray pixels beside a stroke belong to it.
static OUTLINE void add_halo(Strip *strip) {
    for (int y = 1; y + 1 < strip->h; y++) {
        int16_t *row = strip->label + (size_t)y * strip->w;
        for (int x = 1; x + 1 < strip->w; x++) {
            if (row[x] != -1) {
                continue;
            }
            int near = most(most(row[x - 1], row[x + 1]), most(row[x - strip->w], row[x + strip->w]));
            if (near >= 0) {
                row[x] = (int16_t)(-2 - near);
            }
        }
    }
    size_t pixels = (size_t)strip->w * strip->h;
    for (size_t i = 0; i < pixels; i++) {
        if (strip->label[i] < -1) {
            strip->label[i] = (int16_t)(-2 - strip->label[i]);
        }
    }
}

// Returns 0 if the line has nothing to read.
int make_strip(const Page *page, const Line *line, int index, Strip *strip) {
    memset(strip, 0, sizeof *strip);
    strip->line = *line;
    strip->index = index;
    if (line->parts == 0 || line->x_height < 3 * 16) {
        return 0;
    }
    Atom *groups = take_or_trap(sizeof(Atom) * line->parts);
    sort_by_x(page, line);
    group_parts(page, strip, groups);
    if (strip->groups == 0 || strip->groups > 8192) {
        return 0;
    }
    find_bounds(page, strip, groups);
    size_t pixels = (size_t)strip->w * strip->h;
    int16_t *label = take_or_trap(sizeof(int16_t) * pixels);
    strip->label = label;
    paint(page, strip);
    strip->first_of = take_or_trap(sizeof(int) * (strip->groups + 1));
    strip->atoms = take_or_trap(sizeof(Atom) * (strip->groups + strip->w));
    int16_t *fresh = take_or_trap(sizeof(int16_t) * pixels);
    memcpy(fresh, label, sizeof(int16_t) * pixels);
    cut_groups(page, strip, groups, fresh);
    strip->label = fresh;
    add_halo(strip);
    return 1;
}
