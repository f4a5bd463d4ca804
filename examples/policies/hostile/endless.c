/* A policy that never answers. The stamper's fuel ends it, and the attempt has failed.
 *
 *   clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry -Wl,--strip-all -o endless.wasm endless.c
 */
static volatile int turns;

__attribute__((export_name("judge"))) int judge(long long work_length, long long hidden_length) {
    for (;;) turns++;
}
