/* What the two halves of the program share: generations, and files. */
#ifndef LIFE_H
#define LIFE_H

#include "evenhand_program.h"

#define MAX_SIDE 16384u
#define MAX_CELLS (1u << 26)

extern uint32_t width, height;
extern unsigned char *in; /* what the host writes, and the state that it reads */

/* Zeros behind everything else, or EVENHAND_NOWHERE. */
void *more(uint64_t len);

/* Takes a size; makes an empty torus of it; makes room for its state, if that did not come in. */
int32_t lay_out(uint64_t w, uint64_t h);
int32_t make_room(void);
int32_t room_for_state(void);

int is_live(uint32_t x, uint32_t y);
void make_live(uint32_t x, uint32_t y);

#endif
