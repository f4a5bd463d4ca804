// Where words end, and what a letter is if its shape leaves it open.
#include "ocr.h"

// Gaps in 1/100 of the height of an x.
#define NARROWEST_SPACE 26
#define WIDEST_SPACE 70
#define MOST_GAP 400

static int gap_before(const Row *row, int i) {
    const Letter *a = row->letters + i - 1;
    const Letter *b = row->letters + i;
    int gap = (b->box.x0 - a->box.x1) * 16 * 100 / row->x_height;
    return gap - space_behind(a->guess.class[0]) - space_before(b->guess.class[0]);
}

// Twice the distance of the middles, in pixels.
static int distance_before(const Row *row, int i) {
    const Atom *a = &row->letters[i - 1].box;
    const Atom *b = &row->letters[i].box;
    return b->x0 + b->x1 - a->x0 - a->x1;
}

typedef struct {
    int count[2 * MOST_GAP + 1];
    int all;
} Tally;

static void tally(Tally *t, int value) {
    t->count[most(-MOST_GAP, least(MOST_GAP, value)) + MOST_GAP]++;
    t->all++;
}

// The value that so many percent of all do not exceed.
static int percentile(const Tally *t, int percent) {
    int seen = 0;
    for (int i = 0; i <= 2 * MOST_GAP; i++) {
        seen += t->count[i];
        if (seen * 100 >= t->all * percent && seen > 0) {
            return i - MOST_GAP;
        }
    }
    return 0;
}

// The gap from which on it is a space: between the usual one within words and that between words.
static OUTLINE int space_from(const Row *rows, int count) {
    Tally within;
    Tally between;
    memset(&within, 0, sizeof within);
    memset(&between, 0, sizeof between);
    for (int r = 0; r < count; r++) {
        for (int i = 1; i < rows[r].count; i++) {
            tally(&within, gap_before(rows + r, i));
        }
    }
    int usual = percentile(&within, 40);
    // Few letters may be apart for another reason.
    usual = within.all < 12 ? least(usual, 8) : usual;
    for (int r = 0; r < count; r++) {
        for (int i = 1; i < rows[r].count; i++) {
            int gap = gap_before(rows + r, i);
            if (gap > usual + NARROWEST_SPACE) {
                tally(&between, gap);
            }
        }
    }
    int space = between.all == 0 ? WIDEST_SPACE : least(WIDEST_SPACE, percentile(&between, 50) - usual);
    return usual + most(NARROWEST_SPACE * 3 / 4, space * 45 / 100);
}

static int middle_distance(const Row *row) {
    size_t place = mark();
    int *sorted = take_or_trap(sizeof(int) * row->count);
    for (int i = 1; i < row->count; i++) {
        int now = distance_before(row, i);
        int j = i - 1;
        while (j > 0 && sorted[j - 1] > now) {
            sorted[j] = sorted[j - 1];
            j--;
        }
        sorted[j] = now;
    }
    int middle = sorted[(row->count - 1) / 2];
    release(place);
    return middle;
}

// How far it is from the middle of one letter to that of the next, in 1/256 pixel, if that is the
// same all along the line, as on a typewriter; else 0.
static OUTLINE int typewriter(const Row *row) {
    if (row->count < 12) {
        return 0;
    }
    int step = middle_distance(row);
    int64_t sum = 0;
    int near = 0;
    for (int i = 1; i < row->count; i++) {
        int now = distance_before(row, i);
        if (size_of(now - step) * 6 < step) {
            sum += now;
            near++;
        }
    }
    if (near == 0) {
        return 0;
    }
    int pitch = (int)(sum * 128 / near);
    int fit = 0;
    for (int i = 1; i < row->count; i++) {
        int now = distance_before(row, i) * 128;
        int rest = (now + pitch / 2) % most(1, pitch) - pitch / 2;
        fit += now > pitch / 2 && size_of(rest) * 6 < pitch;
    }
    return fit * 10 >= (row->count - 1) * 9 ? pitch : 0;
}

void find_spaces(Row *rows, int count) {
    int from = space_from(rows, count);
    for (int r = 0; r < count; r++) {
        Row *row = rows + r;
        int pitch = typewriter(row);
        for (int i = 1; i < row->count; i++) {
            row->letters[i].space = pitch > 0 ? distance_before(row, i) * 128 * 2 > pitch * 3
                    : gap_before(row, i) > from;
        }
    }
}

static int kind_of(int class) {
    char c = class_text(class)[0];
    if (c >= 'a' && c <= 'z') {
        return SMALL;
    }
    if (c >= 'A' && c <= 'Z') {
        return CAPITAL;
    }
    return c >= '0' && c <= '9' ? DIGIT : OTHER;
}

// What it costs that a word begins with a small l and goes on with no vowel: in many faces that is a
// capital I, which looks the same. The one rule of spelling here; 0 ends the word.
#define ODD_BEGINNING 1500

static int beginning_cost(int class, char next) {
    int vowel = next != 0 && strchr("aeiouy'.", next) != 0;
    return class_text(class)[0] == 'l' && !vowel ? ODD_BEGINNING : 0;
}

typedef struct {
    int cost[3], from[3];
} Step;

// The cheapest way to this guess, and from which guess of the letter before it comes.
static int cheapest(const Letter *before, const Step *last, const Letter *letter, int class, int *from) {
    int best = 1 << 29;
    int kind = kind_of(class);
    char next = letter->space ? 0 : class_text(class)[0];
    for (int k = 0; k < 3; k++) {
        int was = before->guess.class[k];
        int cost = last->cost[k] + (letter->space ? kind_cost(kind_of(was), END) + kind_cost(END, kind)
                : kind_cost(kind_of(was), kind));
        cost += before->first_of_word ? beginning_cost(was, next) : 0;
        if (cost < best) {
            best = cost;
            *from = k;
        }
    }
    return best;
}

// Of each letter the guess that suits both its shape and the kinds of its neighbours: digits stand
// among digits, a capital does not follow a small letter.
OUTLINE void choose(Row *row) {
    if (row->count == 0) {
        return;
    }
    size_t place = mark();
    Step *steps = take_or_trap(sizeof(Step) * row->count);
    for (int i = 0; i < row->count; i++) {
        Letter *letter = row->letters + i;
        letter->first_of_word = i == 0 || letter->space || kind_of(letter[-1].guess.class[0]) == OTHER;
        for (int k = 0; k < 3; k++) {
            int class = letter->guess.class[k];
            int before = i == 0 ? kind_cost(END, kind_of(class))
                    : cheapest(letter - 1, steps + i - 1, letter, class, &steps[i].from[k]);
            steps[i].cost[k] = before + least(letter->guess.cost[k], 4096);
        }
    }
    int k = 0;
    for (int m = 1; m < 3; m++) {
        k = steps[row->count - 1].cost[m] < steps[row->count - 1].cost[k] ? m : k;
    }
    for (int i = row->count - 1; i >= 0; i--) {
        row->letters[i].choice = k;
        k = i > 0 ? steps[i].from[k] : 0;
    }
    release(place);
}
