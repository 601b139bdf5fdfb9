/* Arithmetic expressions, evaluated by recursive descent; what is wrong in one is thrown through all levels.
 *
 *     parse EVALUATIONS PERCENT
 *
 * PERCENT of the evaluated expressions are bad: with 0, nothing is thrown, but every call may. The functions keep an object
 * with a destructor, as C++ does, so that all have something to do while unwinding. */
#include <cstdio>
#include <cstdlib>

static unsigned depth, deepest;

struct level {
    level() {
        if (++depth > deepest)
            deepest = depth;
    }
    ~level() { depth--; }
};

struct problem {
    char at;
};

static const char *next;

static unsigned sum();

__attribute__((noinline)) static unsigned factor() {
    level here;
    if (*next == '(') {
        next++;
        unsigned value = sum();
        if (*next++ != ')')
            throw problem{next[-1]};
        return value;
    }
    if (*next < '0' || *next > '9')
        throw problem{*next};
    unsigned value = 0;
    while (*next >= '0' && *next <= '9')
        value = value * 10 + (unsigned)(*next++ - '0');
    return value;
}

__attribute__((noinline)) static unsigned product() {
    level here;
    unsigned value = factor();
    while (*next == '*') {
        next++;
        value *= factor();
    }
    return value;
}

__attribute__((noinline)) static unsigned sum() {
    level here;
    unsigned value = product();
    while (*next == '+') {
        next++;
        value += product();
    }
    return value;
}

int main(int argc, char **argv) {
    int evaluations = argc > 1 ? std::atoi(argv[1]) : 1000, percent = argc > 2 ? std::atoi(argv[2]) : 0;
    unsigned total = 0, caught = 0;
    for (int k = 0; k < evaluations; k++) {
        next = k % 100 < percent ? "1+2*(3+4*(5+6*x))" : "1+2*(3+4*(5+6*7))";
        try {
            total += sum();
        } catch (const problem &p) {
            caught += p.at;
        }
    }
    std::printf("%u %u %u %u\n", total, caught, depth, deepest);
    return 0;
}
