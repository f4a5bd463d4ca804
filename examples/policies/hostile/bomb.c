/* A policy that takes all the memory it can get, and writes to all of it for ever. It gets 64 MiB.
 *
 *   clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry -Wl,--strip-all -o bomb.wasm bomb.c
 */
#define PAGE 65536

__attribute__((export_name("judge"))) int judge(long long work_length, long long hidden_length) {
    for (;;) {
        __builtin_wasm_memory_grow(0, 1);
        for (char *at = (char *)PAGE; at < (char *)(PAGE * __builtin_wasm_memory_size(0)); at += 4096)
            *(volatile char *)at = 1;
    }
}
