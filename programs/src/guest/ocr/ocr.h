// What the parts of the reader share. All numbers are integers: a page gives the same text everywhere.
#ifndef OCR_H
#define OCR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

// Compilers that put one function into another would pass the sandbox's limit of a function.
#define OUTLINE __attribute__((noinline))

// A page has at most so many pixels, and its sides at most so many.
#define MAX_PIXELS (1 << 24)
#define MAX_SIDE 8192

// Bytes of a state, and of a file of pages.
#define MAX_STATE (64 << 20)
#define MAX_FILE (72 << 20)

// What load and import_ return, as in evenhand_program.h; from 100 on our own.
enum {
    OK = 0,
    CUT_SHORT = 1,
    HEADER = 2,
    SIZE = 3,
    TOO_LARGE = 4,
    LEFT_OVER = 7,
    NO_MEMORY = 10,
    SAMPLE = 101
};

// memory.c: a stack of memory behind the program's own data.
void *take(size_t bytes);
void *take_or_trap(size_t bytes);
size_t mark(void);
void release(size_t place);

static inline int least(int a, int b) { return a < b ? a : b; }
static inline int most(int a, int b) { return a > b ? a : b; }
static inline int size_of(int a) { return a < 0 ? -a : a; }

// A picture of one byte a pixel; of ink, 255 is black and 0 paper.
typedef struct {
    int w, h;
    u8 *px;
} Image;

// pgm.c: a file of pages to a state and back. Pages lie in the state last one first.
typedef struct {
    const u8 *at;
    size_t length;
} Bytes;

int pages_of_file(const u8 *file, size_t length, Bytes *state);
int file_of_pages(const u8 *state, size_t length, Bytes *file);

// state.c
#define STATE_HEAD 16
#define PAGE_TAIL 8
u32 get32(const u8 *at);
void put32(u8 *at, u32 value);
int check_state(const u8 *state, size_t length);
// The page that is read next; the state must have been checked and have one.
Image next_page(const u8 *state, size_t length);

// clean.c: paper and light away, ink to 0..255.
int ink_of(const Image *page, Image *ink);

// skew.c: the slope of the lines in 1/4096, and the picture turned by it.
typedef struct {
    int slope, cosine, sine;
    int cx, cy, from_cx, from_cy;
} Turn;

Turn find_turn(const Image *ink);
void turned(const Image *ink, const Turn *turn, Image *result);

// parts.c: connected pixels.
typedef struct {
    u16 x0, x1;
    int part;
} Run;

typedef struct {
    int x0, y0, x1, y1, area, line, group;
} Part;

typedef struct {
    Image ink;
    Turn turn;
    Run *runs;
    int *row;
    Part *parts;
    int count;
    // The height of most letters, and the parts in the order of their lines.
    int size;
    int *by_line;
} Page;

#define INK 102
int find_parts(Page *page);

// lines.c
typedef struct {
    int top, bottom, peak, core_top, core_bottom;
    // Where its parts are in Page.by_line.
    int first, parts;
    // The base line and the height of an x above it, in 1/16 pixel.
    int base, x_height;
    int sure;
} Line;

int find_lines(Page *page, Line **lines);
void measure_lines(Page *page, Line *lines, int count);

// atoms.c: a line as pieces from left to right, none of which is more than one letter.
typedef struct {
    int x0, y0, x1, y1;
    // Whether a cut through ink, not a gap, parts it from the one before.
    int cut;
} Atom;

typedef struct {
    int index;
    Line line;
    int x0, y0, w, h;
    int16_t *label;
    Atom *atoms;
    int count;
    // Of each atom, the group it is cut from.
    int groups;
    int *first_of;
} Strip;

int make_strip(const Page *page, const Line *line, int index, Strip *strip);

// glyph.c
#define GLYPH_H 24
#define GLYPH_W 20
#define GLYPH_EXTRA 3
#define GLYPH_SIZE (GLYPH_H * GLYPH_W + GLYPH_EXTRA)
Atom box_of(const Strip *strip, int first, int last);
int too_wide(const Strip *strip, int first, int last);
void glyph_of(const Page *page, const Strip *strip, int first, int last, u8 *glyph);

// net.c
typedef struct {
    // Of the best classes: cost = -ln p in 1/256.
    int class[3];
    int cost[3];
} Guess;

#define CLASSES 98
#define JUNK 97
Guess classify(const u8 *glyph);
const char *class_text(int class);
int space_before(int class);
int space_behind(int class);

// Kinds of letters: the end of a word, small, capital, digit, other.
enum { END, SMALL, CAPITAL, DIGIT, OTHER, KINDS };
int kind_cost(int before, int after);

// letters.c
typedef struct {
    int first, last;
    Atom box;
    Guess guess;
    // Which of the guesses holds, and whether a space stands before it.
    int choice, space;
    int first_of_word;
} Letter;

int read_strip(const Page *page, Strip *strip, Letter *letters);
int strip_cost(const Page *page, Strip *strip);

// words.c
typedef struct {
    Letter *letters;
    int count;
    // The height of an x, in 1/16.
    int x_height;
} Row;

void find_spaces(Row *rows, int count);
void choose(Row *row);

// text.c
size_t read_page(const Image *page, u8 **text);

#endif
