// A page's text: its lines, their words.
#include "ocr.h"

typedef struct {
    Page page;
    Line *lines;
    int count;
    // The height of an x in most lines, in 1/16.
    int x_height;
} Sheet;

// The middle of the sure lines' heights, each as often as it has parts.
static OUTLINE int common_height(const Line *lines, int count, int sure) {
    int64_t all = 0;
    for (int l = 0; l < count; l++) {
        all += lines[l].sure >= sure ? lines[l].parts : 0;
    }
    int low = 1;
    int high = 1 << 14;
    while (low < high) {
        int middle = (low + high) / 2;
        int64_t below = 0;
        for (int l = 0; l < count; l++) {
            below += lines[l].sure >= sure && lines[l].x_height <= middle ? lines[l].parts : 0;
        }
        if (below * 2 >= all) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return all > 0 ? low : 0;
}

static OUTLINE int open_sheet(const Image *image, Sheet *sheet) {
    Image ink;
    memset(sheet, 0, sizeof *sheet);
    if (!ink_of(image, &ink)) {
        return 0;
    }
    sheet->page.turn = find_turn(&ink);
    turned(&ink, &sheet->page.turn, &sheet->page.ink);
    if (!find_parts(&sheet->page)) {
        return 0;
    }
    sheet->count = find_lines(&sheet->page, &sheet->lines);
    measure_lines(&sheet->page, sheet->lines, sheet->count);
    sheet->x_height = common_height(sheet->lines, sheet->count, 1);
    if (sheet->x_height == 0) {
        sheet->x_height = common_height(sheet->lines, sheet->count, 0);
    }
    return sheet->count;
}

static void try_measure(const Page *page, Strip *strip, int base, int x_height, int *best, Line *line) {
    if (x_height < 3 * 16) {
        return;
    }
    strip->line.base = base;
    strip->line.x_height = x_height;
    int cost = strip_cost(page, strip);
    if (cost < *best) {
        *best = cost;
        line->base = base;
        line->x_height = x_height;
    }
}

// A short line may have capitals only, or letters with lower ends only: the measures with which it
// looks most like letters are taken.
static OUTLINE void settle(const Sheet *sheet, Line *line, int index) {
    int differs = size_of(line->x_height - sheet->x_height) * 10 > sheet->x_height;
    if (line->sure && !differs) {
        return;
    }
    size_t place = mark();
    Strip strip;
    if (make_strip(&sheet->page, line, index, &strip)) {
        int best = 1 << 30;
        int base = line->base;
        int x_height = line->x_height;
        try_measure(&sheet->page, &strip, base, x_height, &best, line);
        best = best * 7 / 8 - 8;
        try_measure(&sheet->page, &strip, base, sheet->x_height, &best, line);
        try_measure(&sheet->page, &strip, base, x_height * 11 / 16, &best, line);
        try_measure(&sheet->page, &strip, base, x_height * 16 / 11, &best, line);
        try_measure(&sheet->page, &strip, base - x_height / 3, x_height * 3 / 4, &best, line);
    }
    release(place);
}

// The letters of a line are kept, all else that reading it needs is not.
static OUTLINE Row read_line(const Sheet *sheet, Line *line, int index) {
    settle(sheet, line, index);
    Row row = {0, 0, line->x_height};
    Strip strip;
    size_t place = mark();
    if (make_strip(&sheet->page, line, index, &strip)) {
        Letter *found = take_or_trap(sizeof(Letter) * strip.count);
        row.count = read_strip(&sheet->page, &strip, found);
        release(place);
        row.letters = take_or_trap(sizeof(Letter) * row.count);
        memmove(row.letters, found, sizeof(Letter) * row.count);
    }
    return row;
}

static u8 *put_row(u8 *to, const Row *row) {
    for (int i = 0; i < row->count; i++) {
        Letter *letter = row->letters + i;
        if (letter->space) {
            *to++ = ' ';
        }
        for (const char *c = class_text(letter->guess.class[letter->choice]); *c; c++) {
            *to++ = (u8)*c;
        }
    }
    if (row->count > 0) {
        *to++ = '\n';
    }
    return to;
}

// Returns the length of the text: lines that end with a line feed, and a form feed behind the page.
size_t read_page(const Image *image, u8 **text) {
    Sheet sheet;
    int count = open_sheet(image, &sheet);
    Row *rows = take_or_trap(sizeof(Row) * (count + 1));
    size_t most_text = 1;
    for (int l = 0; l < count; l++) {
        rows[l] = read_line(&sheet, sheet.lines + l, l);
        most_text += 3 * (size_t)rows[l].count + 1;
    }
    find_spaces(rows, count);
    *text = take_or_trap(most_text);
    u8 *to = *text;
    for (int l = 0; l < count; l++) {
        choose(rows + l);
        to = put_row(to, rows + l);
    }
    *to++ = '\f';
    return (size_t)(to - *text);
}

#ifdef TRAINING
// For train/collect.c: the lines as they will be read.
int collect_lines(const Image *image, Page *page, Line **lines) {
    static Sheet sheet;
    open_sheet(image, &sheet);
    *page = sheet.page;
    *lines = sheet.lines;
    return sheet.count;
}
#endif
