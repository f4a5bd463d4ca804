/* Passes if the lines of the work are in ascending order of their bytes, as LC_ALL=C sort leaves them.
 *
 * Build it with
 *   clang --target=wasm32 -O2 -nostdlib -Wl,--no-entry -Wl,--strip-all -o sorted.wasm sorted.c
 */

/* Copies at most len bytes from offset of the work to ptr and says how many there were. */
__attribute__((import_module("evenhand"), import_name("read_work"))) int read_work(
    long long offset, void *ptr, int len);

#define MAX_LINE 65536

static unsigned char buffer[65536];
static unsigned char lines[2][MAX_LINE];

static int compare(const unsigned char *a, int a_len, const unsigned char *b, int b_len) {
    for (int i = 0; i < a_len && i < b_len; i++) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return a_len - b_len;
}

__attribute__((export_name("judge"))) int judge(long long work_length, long long hidden_length) {
    int now = 0, length = 0, last_length = -1;
    for (long long offset = 0; offset < work_length;) {
        int n = read_work(offset, buffer, sizeof buffer);
        offset += n;
        for (int i = 0; i < n; i++) {
            if (buffer[i] != '\n') {
                if (length == MAX_LINE) return 0; /* such a line is no line */
                lines[now][length++] = buffer[i];
                continue;
            }
            if (last_length >= 0 && compare(lines[1 - now], last_length, lines[now], length) > 0) return 0;
            last_length = length;
            length = 0;
            now = 1 - now;
        }
    }
    return length == 0; /* the last line ends too */
}
