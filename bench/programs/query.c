/* The inner loop of a database: filter by a compiled predicate, hash join, group by, order by. */
#include "bench.h"

enum { ORDERS = 200000, CUSTOMERS = 5000, REGIONS = 40 };

typedef struct {
    uint32_t id, customer, day, quantity;
    double price;
} order;
typedef struct {
    uint32_t id, region;
    char name[16];
} customer;
typedef struct {
    uint32_t region, count;
    double sum, max;
} group;

/* A predicate as a little stack program, as a query compiler emits it. */
enum { COLUMN_DAY, COLUMN_QUANTITY, COLUMN_PRICE, CONSTANT, LESS, GREATER, AND, OR, PLUS, TIMES, END };
typedef struct {
    int op;
    double value;
} step;

static order orders[ORDERS];
static customer customers[CUSTOMERS];
static int32_t join_heads[8192], join_next[CUSTOMERS];
static group groups[REGIONS];

static int holds(const step *program, const order *o) {
    double stack[16];
    int top = 0;
    for (const step *s = program;; s++) {
        switch (s->op) {
        case COLUMN_DAY:
            stack[top++] = o->day;
            break;
        case COLUMN_QUANTITY:
            stack[top++] = o->quantity;
            break;
        case COLUMN_PRICE:
            stack[top++] = o->price;
            break;
        case CONSTANT:
            stack[top++] = s->value;
            break;
        case LESS:
            top--;
            stack[top - 1] = stack[top - 1] < stack[top];
            break;
        case GREATER:
            top--;
            stack[top - 1] = stack[top - 1] > stack[top];
            break;
        case AND:
            top--;
            stack[top - 1] = stack[top - 1] != 0 && stack[top] != 0;
            break;
        case OR:
            top--;
            stack[top - 1] = stack[top - 1] != 0 || stack[top] != 0;
            break;
        case PLUS:
            top--;
            stack[top - 1] += stack[top];
            break;
        case TIMES:
            top--;
            stack[top - 1] *= stack[top];
            break;
        default:
            return stack[0] != 0;
        }
    }
}

static void build_join(void) {
    memset(join_heads, 0xFF, sizeof join_heads);
    for (int k = 0; k < CUSTOMERS; k++) {
        uint32_t h = customers[k].id * 2654435761u >> 19;
        join_next[k] = join_heads[h];
        join_heads[h] = k;
    }
}

static const customer *lookup(uint32_t id) {
    for (int k = join_heads[id * 2654435761u >> 19]; k >= 0; k = join_next[k])
        if (customers[k].id == id)
            return &customers[k];
    return NULL;
}

static int by_sum(const void *a, const void *b) {
    double x = ((const group *)a)->sum, y = ((const group *)b)->sum;
    return x < y ? 1 : x > y ? -1 : 0;
}

int main(void) {
    for (uint32_t k = 0; k < CUSTOMERS; k++) {
        customers[k] = (customer){k * 7 + 3, random_below(REGIONS), ""};
        sprintf(customers[k].name, "customer %u", (unsigned)k);
    }
    for (uint32_t k = 0; k < ORDERS; k++) {
        orders[k].id = k;
        orders[k].customer = random_below(CUSTOMERS) * 7 + 3;
        orders[k].day = random_below(365);
        orders[k].quantity = 1 + random_below(50);
        orders[k].price = (double)random_below(10000) / 100;
    }
    build_join();
    for (int round = 0; round < ROUNDS(50); round++) {
        step program[] = {{COLUMN_DAY, 0},
                          {CONSTANT, round * 3 % 365},
                          {GREATER, 0},
                          {COLUMN_PRICE, 0},
                          {COLUMN_QUANTITY, 0},
                          {TIMES, 0},
                          {CONSTANT, 900},
                          {LESS, 0},
                          {AND, 0},
                          {COLUMN_QUANTITY, 0},
                          {CONSTANT, 45},
                          {GREATER, 0},
                          {OR, 0},
                          {END, 0}};
        for (uint32_t k = 0; k < REGIONS; k++)
            groups[k] = (group){k, 0, 0, 0};
        for (int k = 0; k < ORDERS; k++) {
            const order *o = &orders[k];
            if (!holds(program, o))
                continue;
            const customer *c = lookup(o->customer);
            group *g = &groups[c->region];
            double total = o->price * o->quantity;
            g->count++;
            g->sum += total;
            if (total > g->max)
                g->max = total;
        }
        qsort(groups, REGIONS, sizeof *groups, by_sum);
        for (int k = 0; k < 10; k++)
            mix(groups[k].region), mix(groups[k].count), mix_double(groups[k].sum);
    }
    return report();
}
