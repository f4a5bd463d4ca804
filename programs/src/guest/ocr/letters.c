// The letters of a line: of all ways to join its atoms the one that the network likes best.
#include "ocr.h"

// One letter is joined from at most so many atoms.
#define REACH 9

// A group that the network is so sure of (p > 0.9) is a letter and is not cut.
#define SURE 27

// What a letter costs at most: beyond, all is equally wrong.
#define DEAREST 2560

typedef struct {
    const Page *page;
    const Strip *strip;
    // Of each atom the group and whether that is a letter already.
    int *group;
    u8 *fixed;
    Guess *whole;
} Search;

static Guess guess_of(const Page *page, const Strip *strip, int first, int last) {
    u8 glyph[GLYPH_SIZE];
    glyph_of(page, strip, first, last, glyph);
    return classify(glyph);
}

static int cost_of(const Guess *guess) { return least(guess->cost[0], DEAREST); }

static int tangled(const Strip *strip, int a, int b) {
    if (a < 0 || b >= strip->groups) {
        return 0;
    }
    Atom one = box_of(strip, strip->first_of[a], strip->first_of[a + 1] - 1);
    Atom other = box_of(strip, strip->first_of[b], strip->first_of[b + 1] - 1);
    int across = least(one.x1, other.x1) - most(one.x0, other.x0);
    return across * 2 > least(one.x1 - one.x0, other.x1 - other.x0);
}

// What stands above one another in part may be a broken letter, or a point under a letter's arm.
static int beside(const Strip *strip, int g) { return !tangled(strip, g - 1, g) && !tangled(strip, g, g + 1); }

static OUTLINE void fix_groups(Search *search) {
    const Strip *strip = search->strip;
    for (int g = 0; g < strip->groups; g++) {
        int first = strip->first_of[g];
        int last = strip->first_of[g + 1] - 1;
        Atom box = box_of(strip, first, last);
        search->whole[g] = guess_of(search->page, strip, first, last);
        // Small marks may be parts of larger ones: two ' make one ".
        int small = (box.y1 - box.y0) * 16 * 5 < strip->line.x_height * 4;
        for (int i = first; i <= last; i++) {
            search->group[i] = g;
            search->fixed[i] = !small && beside(strip, g) && last - first < REACH && search->whole[g].cost[0] < SURE;
        }
    }
}

static int is_group(const Search *search, int first, int last) {
    int g = search->group[first];
    return search->strip->first_of[g] == first && search->strip->first_of[g + 1] == last + 1;
}

static int may_join(const Search *search, int first, int last) {
    for (int i = first; i <= last; i++) {
        if (search->fixed[i]) {
            return 0;
        }
    }
    return !too_wide(search->strip, first, last);
}

// The cheapest letters up to each atom; each names where its last letter begins.
static OUTLINE void search_joins(const Search *search, Letter *best, int *total) {
    int count = search->strip->count;
    total[0] = 0;
    for (int end = 0; end < count; end++) {
        total[end + 1] = 1 << 29;
        for (int first = end; first >= 0 && end - first < REACH; first--) {
            if (first < end && search->fixed[first] && search->group[first] != search->group[end]) {
                break;
            }
            int group = is_group(search, first, end);
            if (!group && !may_join(search, first, end)) {
                continue;
            }
            Guess guess = group ? search->whole[search->group[first]]
                    : guess_of(search->page, search->strip, first, end);
            int cost = total[first] + cost_of(&guess);
            if (cost < total[end + 1]) {
                total[end + 1] = cost;
                best[end] = (Letter){first, end, box_of(search->strip, first, end), guess, 0, 0, 0};
            }
        }
    }
}

// Returns how many letters; `letters` has room for as many as there are atoms.
int read_strip(const Page *page, Strip *strip, Letter *letters) {
    size_t place = mark();
    int count = strip->count;
    Search search = {page, strip, take_or_trap(sizeof(int) * count), take_or_trap((size_t)count),
            take_or_trap(sizeof(Guess) * strip->groups)};
    Letter *best = take_or_trap(sizeof(Letter) * count);
    int *total = take_or_trap(sizeof(int) * (count + 1));
    fix_groups(&search);
    search_joins(&search, best, total);
    int found = 0;
    for (int end = count - 1; end >= 0; end = best[end].first - 1) {
        letters[found++] = best[end];
    }
    for (int i = 0; i < found / 2; i++) {
        Letter swap = letters[i];
        letters[i] = letters[found - 1 - i];
        letters[found - 1 - i] = swap;
    }
    release(place);
    return found;
}

// How badly the line looks like letters, on the mean, if its measures are right.
int strip_cost(const Page *page, Strip *strip) {
    size_t place = mark();
    Letter *letters = take_or_trap(sizeof(Letter) * strip->count);
    int count = read_strip(page, strip, letters);
    int sum = 0;
    for (int i = 0; i < count; i++) {
        sum += cost_of(&letters[i].guess);
    }
    release(place);
    return sum / most(1, count);
}
