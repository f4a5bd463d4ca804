// How far the lines of a page slope, and the page turned by it.
#include "ocr.h"

// Slopes in 1/4096: up to five degrees either way.
#define STEEPEST 360
#define MOST_POINTS 60000

// Fewer points than these are a few letters, which have no slope to be seen.
#define FEWEST_POINTS 150

typedef struct {
    int x, y;
} Point;

typedef struct {
    Point *at;
    int count, w, h;
    u32 *bins;
} Points;

// Lower ends of strokes: most of them lie on base lines.
static OUTLINE Points lower_ends(const Image *ink) {
    Points points = {take_or_trap(sizeof(Point) * MOST_POINTS), 0, ink->w, ink->h, 0};
    u32 found = 0;
    u32 every = 1;
    for (int y = 0; y + 1 < ink->h; y++) {
        const u8 *row = ink->px + (size_t)y * ink->w;
        const u8 *under = row + ink->w;
        for (int x = 0; x < ink->w; x++) {
            if (row[x] < INK || under[x] >= INK || found++ % every != 0) {
                continue;
            }
            if (points.count == MOST_POINTS) {
                points.count /= 2;
                for (int i = 0; i < points.count; i++) {
                    points.at[i] = points.at[2 * i];
                }
                every *= 2;
            }
            points.at[points.count++] = (Point){x, y};
        }
    }
    return points;
}

// Greatest when the points lie in few rows.
static u64 score(const Points *points, int slope) {
    int lift = points->w * STEEPEST / 4096 + 2;
    int rows = points->h + 2 * lift;
    memset(points->bins, 0, sizeof(u32) * rows);
    for (int i = 0; i < points->count; i++) {
        Point p = points->at[i];
        points->bins[p.y + lift - ((p.x * slope) >> 12)]++;
    }
    u64 sum = 0;
    for (int i = 0; i < rows; i++) {
        sum += (u64)points->bins[i] * points->bins[i];
    }
    return sum;
}

static int best_slope(const Points *points, int from, int to, int step) {
    u64 best = 0;
    int slope = from;
    for (int s = from; s <= to; s += step) {
        u64 now = score(points, s);
        if (now > best || (now == best && size_of(s) < size_of(slope))) {
            best = now;
            slope = s;
        }
    }
    return slope;
}

static int root(u64 of) {
    u64 r = 0;
    for (u64 bit = 1ull << 31; bit > 0; bit >>= 1) {
        if ((r + bit) * (r + bit) <= of) {
            r += bit;
        }
    }
    return (int)r;
}

Turn find_turn(const Image *ink) {
    size_t place = mark();
    Points points = lower_ends(ink);
    points.bins = take_or_trap(sizeof(u32) * (points.h + 2 * (points.w * STEEPEST / 4096 + 2)));
    int slope = 0;
    if (points.count >= FEWEST_POINTS) {
        slope = best_slope(&points, -STEEPEST, STEEPEST, 12);
        slope = best_slope(&points, slope - 10, slope + 10, 2);
        // A slope must show itself: a page that is straight or without lines stays as it is.
        if (score(&points, slope) * 10 < score(&points, 0) * 11) {
            slope = 0;
        }
    }
    release(place);
    Turn turn = {slope, 0, 0, 0, 0, ink->w / 2, ink->h / 2};
    // (cosine, sine) in 1/65536.
    int length = root(((u64)4096 * 4096 + (u64)(slope * slope)) << 20);
    turn.cosine = (int)(((u64)4096 << 26) / (u64)length);
    turn.sine = (int)((int64_t)slope * (1 << 26) / length);
    int more_w = ink->h * size_of(slope) / 4096;
    int more_h = ink->w * size_of(slope) / 4096;
    turn.cx = ink->w / 2 + more_w / 2;
    turn.cy = ink->h / 2 + more_h / 2;
    return turn;
}

static int sample(const Image *ink, int u, int v) {
    int x = u >> 16;
    int y = v >> 16;
    if (x < 0 || y < 0 || x + 1 >= ink->w || y + 1 >= ink->h) {
        return 0;
    }
    int fx = (u & 0xffff) >> 8;
    int fy = (v & 0xffff) >> 8;
    const u8 *p = ink->px + (size_t)y * ink->w + x;
    int upper = p[0] * (256 - fx) + p[1] * fx;
    int lower = p[ink->w] * (256 - fx) + p[ink->w + 1] * fx;
    return (upper * (256 - fy) + lower * fy) >> 16;
}

// The result has room for what turns out of the old corners.
void turned(const Image *ink, const Turn *turn, Image *result) {
    if (turn->slope == 0) {
        *result = *ink;
        return;
    }
    result->w = ink->w + ink->h * size_of(turn->slope) / 4096;
    result->h = ink->h + ink->w * size_of(turn->slope) / 4096;
    result->px = take_or_trap((size_t)result->w * result->h);
    for (int y = 0; y < result->h; y++) {
        u8 *row = result->px + (size_t)y * result->w;
        int64_t dy = y - turn->cy;
        int64_t dx = -turn->cx;
        int64_t u = ((int64_t)turn->from_cx << 16) + dx * turn->cosine - dy * turn->sine;
        int64_t v = ((int64_t)turn->from_cy << 16) + dx * turn->sine + dy * turn->cosine;
        for (int x = 0; x < result->w; x++) {
            row[x] = (u8)sample(ink, (int)u, (int)v);
            u += turn->cosine;
            v += turn->sine;
        }
    }
}
