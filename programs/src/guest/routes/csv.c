/* A user's file to a plan, and the best tours to a file. The README has both forms. */
#include "plan.h"

/* What is read: the rest of the file, the line, and the first thing wrong. */
static uint32_t at, end, line;
static int32_t wrong;

static void fault(int32_t code) {
    if (wrong == 0) wrong = code + 1000 * (int32_t)line;
}

static int peek(void) { return at < end ? buffer_bytes[at] : -1; }

static int ends_field(int c) { return c < 0 || c == ',' || c == '\r' || c == '\n'; }

/* Reads what a field ends with. */
static void field_end(int last) {
    if (!last) {
        if (peek() == ',') {
            at++;
        } else {
            fault(BAD_FIELDS);
        }
        return;
    }
    if (peek() == '\r') at++;
    if (peek() == '\n') {
        at++;
    } else if (at < end) {
        fault(BAD_FIELDS);
    }
    if (wrong == 0) line++;
}

static void heading(const char *text) {
    while (*text != 0 && peek() == *text) {
        text++;
        at++;
    }
    if (*text != 0) fault(EVENHAND_HEADER);
    field_end(1);
}

/* A number of at most 10 digits before the point and `decimals` behind it, times 10^decimals. */
static int64_t number(int decimals, int64_t least, int64_t most, int last) {
    int64_t value = 0;
    int negative = peek() == '-', digits = 0, behind = -1;
    if (negative) at++;
    for (;; at++) {
        int c = peek();
        if (c >= '0' && c <= '9' && digits < 10 + decimals && behind < decimals) {
            value = value * 10 + (c - '0');
            digits++;
            if (behind >= 0) behind++;
        } else if (c == '.' && behind < 0 && digits > 0 && decimals > 0) {
            behind = 0;
        } else {
            break;
        }
    }
    if (digits == 0 || behind == 0) fault(BAD_NUMBER);
    for (int k = behind < 0 ? 0 : behind; k < decimals; k++) value *= 10;
    if (negative) value = -value;
    if (value < least || value > most) fault(OUT_OF_RANGE);
    if (!ends_field(peek())) fault(BAD_NUMBER);
    field_end(last);
    return value;
}

static void name(void) {
    uint32_t length = 0, from = plan.names_length;
    for (; is_in_name(peek()) && length < MAX_NAME; at++) {
        plan.names[from + 1 + length++] = buffer_bytes[at];
    }
    if (length == 0 || !ends_field(peek())) fault(BAD_NAME);
    plan.names[from] = (uint8_t)length;
    plan.names_length += 1 + length;
    field_end(0);
}

static void place(uint32_t node) {
    name();
    plan.x[node] = (int32_t)number(3, -MAX_COORDINATE, MAX_COORDINATE, 0);
    plan.y[node] = (int32_t)number(3, -MAX_COORDINATE, MAX_COORDINATE, 0);
    plan.demand[node] = (uint32_t)number(0, 0, MAX_DEMAND, 1);
}

static void read_all(void) {
    heading("vehicles,capacity,cycles,seed");
    if (wrong) return;
    plan.vehicles = (uint32_t)number(0, 1, MAX_VEHICLES, 0);
    plan.capacity = (uint32_t)number(0, 0, MAX_CAPACITY, 0);
    plan.cycles = (uint32_t)number(0, 1, MAX_CYCLES, 0);
    /* An odd factor: another seed, another number, and none but 0 gives 0. */
    plan.generator = ((uint64_t)number(0, 0, 0xffffffff, 1) + 1) * 0x9e3779b97f4a7c15u;
    if (wrong) return;
    heading("name,x,y,demand");
    if (wrong) return;
    place(MAX_STOPS);
    if (wrong == 0 && plan.demand[MAX_STOPS] != 0) {
        line--;
        fault(OUT_OF_RANGE); /* the depot asks for nothing */
    }
    uint64_t weight = 0;
    while (wrong == 0 && at < end) {
        if (plan.stops == MAX_STOPS) {
            fault(EVENHAND_TOO_LARGE);
            return;
        }
        place(plan.stops);
        if (wrong == 0 && plan.demand[plan.stops] > plan.capacity) {
            line--;
            fault(TOO_HEAVY);
        }
        weight += plan.demand[plan.stops++];
    }
    if (wrong) return;
    line = 0;
    if (plan.stops == 0) fault(EVENHAND_SIZE);
    if (weight > (uint64_t)plan.vehicles * plan.capacity) fault(NO_ROOM);
}

int32_t read_file(uint32_t length) {
    at = 0;
    end = length;
    line = 1;
    wrong = 0;
    plan.stops = plan.done = plan.names_length = 0;
    read_all();
    if (wrong) return wrong;
    int32_t x = plan.x[MAX_STOPS], y = plan.y[MAX_STOPS];
    for (uint32_t v = 0; v < plan.vehicles; v++) {
        plan.x[plan.stops + v] = x;
        plan.y[plan.stops + v] = y;
        plan.demand[plan.stops + v] = 0;
    }
    return first_tours() ? EVENHAND_OK : NOT_LOADED;
}

/* ---- writing */

static void put(char c) { buffer_bytes[at++] = (uint8_t)c; }

static void put_text(const char *text) {
    while (*text != 0) put(*text++);
}

static void put_number(uint64_t value, int least_digits) {
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0 || count < least_digits);
    while (count > 0) put(digits[--count]);
}

static void put_length(uint64_t thousandths) {
    put_number(thousandths / 1000, 1);
    put('.');
    put_number(thousandths % 1000, 3);
    put('\n');
}

/* Where each place's name begins. */
static uint32_t name_at[MAX_STOPS + 1];

static void put_row(uint32_t vehicle, uint32_t order, uint32_t place, uint32_t leg) {
    put_number(vehicle, 1);
    put(',');
    put_number(order, 1);
    put(',');
    const uint8_t *name = plan.names + name_at[place];
    for (uint32_t k = 1; k <= name[0]; k++) put((char)name[k]);
    put(',');
    put_number(place == 0 ? 0 : plan.demand[place - 1], 1);
    put(',');
    put_length(leg);
}

uint32_t write_file(void) {
    for (uint32_t place = 0, k = 0; place <= plan.stops; place++) {
        name_at[place] = k;
        k += 1 + (uint32_t)plan.names[k];
    }
    at = 0;
    put_text("vehicle,order,name,demand,leg\n");
    uint32_t v = 0, order = 0, last = plan.stops;
    for (uint32_t k = 0; v < plan.vehicles; k++) {
        uint32_t stop = plan.best[k], node = stop == 0 ? plan.stops : stop - 1;
        if (stop != 0 || order > 0) put_row(v + 1, ++order, stop, distance(last, node));
        last = node;
        if (stop == 0) {
            v++;
            order = 0;
        }
    }
    put_text("total,,,,");
    put_length(plan.best_cost);
    return at;
}
