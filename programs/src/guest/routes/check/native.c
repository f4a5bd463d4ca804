/* The planner as a program of this machine, for the sanitizers: native FILE CYCLES DAMAGED
 *
 * Runs FILE for CYCLES, once in one go and once with a state after each cycle, and prints the last best cost and a hash
 * of the state, which check.mjs compares with the module's. Then it reads DAMAGED damaged files and states.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define __builtin_wasm_memory_size(memory) 0u
#define __builtin_wasm_memory_grow(memory, pages) (~(__SIZE_TYPE__)0)

#include "../anneal.c"
#include "../csv.c"
#include "../length.c"
#include "../routes.c"
#include "../state.c"

static uint8_t kept[BUFFER];

static uint32_t keep(void) {
    uint32_t length = write_state();
    memcpy(kept, buffer_bytes, length);
    return length;
}

static void must(int ok, const char *what) {
    if (ok) return;
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static int32_t take(const uint8_t *bytes, uint32_t length, int32_t (*how)(int32_t)) {
    memset(buffer_bytes, 0xee, BUFFER);
    memcpy(buffer_bytes, bytes, length);
    return how((int32_t)length);
}

static uint64_t chance = 88172645463325252u;

static uint32_t random_below(uint32_t n) {
    chance = chance * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((chance >> 32) * n >> 32);
}

static void damage(const uint8_t *from, uint32_t length, int32_t (*how)(int32_t)) {
    static uint8_t bytes[BUFFER];
    memcpy(bytes, from, length);
    for (uint32_t n = random_below(4) + 1; n > 0 && length > 8; n--) {
        uint32_t at_byte = random_below(length - 5);
        switch (random_below(3)) {
            case 0: bytes[at_byte] = (uint8_t)random_below(256); break;
            case 1: bytes[at_byte] = bytes[random_below(length)]; break;
            case 2:
                memmove(bytes + at_byte, bytes + at_byte + 3, length - at_byte - 3);
                length -= 3;
                break;
        }
    }
    if (take(bytes, length, how) != EVENHAND_OK) return;
    run(2);
    write_file();
    must(load((int32_t)write_state()) == EVENHAND_OK, "a state that load does not take");
}

int main(int count, char **args) {
    must(count == 4, "native FILE CYCLES DAMAGED");
    static uint8_t file[BUFFER], first[BUFFER];
    FILE *in = fopen(args[1], "rb");
    must(in != NULL, "no such file");
    uint32_t file_length = (uint32_t)fread(file, 1, BUFFER, in), cycles = (uint32_t)atoi(args[2]);
    must(take(file, file_length, import_) == EVENHAND_OK, "the file is refused");
    uint32_t first_length = keep();
    memcpy(first, kept, first_length);
    run(cycles);
    uint32_t length = keep();
    uint64_t hash = 14695981039346656037u;
    for (uint32_t k = 0; k < length; k++) hash = (hash ^ kept[k]) * 1099511628211u;
    printf("%llu %016llx\n", (unsigned long long)plan.best_cost, (unsigned long long)hash);
    must(take(first, first_length, load) == EVENHAND_OK, "the first state is refused");
    for (uint32_t k = 0; k < cycles; k++) {
        run(1);
        must(load((int32_t)write_state()) == EVENHAND_OK, "a state is refused");
    }
    must(write_state() == length && memcmp(buffer_bytes, kept, length) == 0, "another state, cycle by cycle");
    for (int n = atoi(args[3]); n > 0; n--) {
        damage(file, file_length, import_);
        damage(kept, length, load);
    }
    return 0;
}
