/* C++ exceptions: types and bases, values and references, rethrow, destructors while unwinding, function-try-blocks,
 * exceptions out of constructors, nested ones, exception_ptr, what the library throws. */
#include <cstdio>
#include <exception>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

static int alive;

struct Guard {
    const char *name;
    explicit Guard(const char *n) : name(n) { alive++; }
    ~Guard() {
        alive--;
        std::printf("  ~%s\n", name);
    }
};

struct Base {
    int code;
    explicit Base(int c) : code(c) {}
    virtual ~Base() = default;
    virtual const char *kind() const { return "base"; }
};
struct Left : virtual Base {
    Left() : Base(1) {}
};
struct Right : virtual Base {
    Right() : Base(2) {}
};
struct Both : Left, Right {
    explicit Both(int c) : Base(c) {}
    const char *kind() const override { return "both"; }
};

__attribute__((noinline)) static int thrower(int what) {
    Guard guard("thrower");
    switch (what) {
    case 0: throw 42;
    case 1: throw std::runtime_error("a runtime error");
    case 2: throw Both(7);
    case 3: throw std::string("a string that is too long to be stored within the object itself");
    case 4: throw &alive;
    case 5: throw 2.5;
    case 6: throw static_cast<const char *>("text");
    case 7: return static_cast<int>(std::vector<int>(3).at(5));
    case 8: return std::stoi("not a number");
    case 9: throw nullptr;
    }
    return what;
}

static const char *sort_of(int what) {
    static char text[200];
    try {
        Guard guard("outer");
        try {
            Guard inner("inner");
            std::snprintf(text, sizeof text, "returned %d", thrower(what));
        } catch (double d) {
            std::snprintf(text, sizeof text, "double %.2f", d);
        } catch (const std::logic_error &e) {
            std::printf("  rethrowing %s\n", dynamic_cast<const std::out_of_range *>(&e) ? "out_of_range" : "other logic_error");
            throw;
        }
    } catch (int n) {
        std::snprintf(text, sizeof text, "int %d", n);
    } catch (const Left &left) {
        std::snprintf(text, sizeof text, "left %d %s", left.code, left.kind());
    } catch (const std::exception &e) {
        std::snprintf(text, sizeof text, "exception %s", dynamic_cast<const std::runtime_error *>(&e) ? e.what() : "of the library");
    } catch (std::string s) {
        s += "!";
        std::snprintf(text, sizeof text, "%s", s.c_str());
    } catch (int *p) {
        std::snprintf(text, sizeof text, "pointer%s to %d", p ? "" : " that is null", p ? *p : -1);
    } catch (...) {
        std::snprintf(text, sizeof text, "something");
    }
    return text;
}

struct Member {
    int n;
    explicit Member(int n) : n(n) {
        std::printf("  +member %d\n", n);
        if (n == 3)
            throw std::invalid_argument("three");
    }
    ~Member() { std::printf("  -member %d\n", n); }
};
struct Owner {
    Member a, b, c;
    explicit Owner(int first) try : a(first), b(first + 1), c(first + 2) {
    } catch (const std::invalid_argument &e) {
        std::printf("  owner of %d: %s\n", first, e.what());
    }
};

static int depth(int n) {
    Guard guard("level");
    if (n == 0)
        throw n;
    try {
        return depth(n - 1);
    } catch (int k) {
        throw k + 1;
    }
}

static void nested() {
    try {
        throw std::runtime_error("inner");
    } catch (...) {
        std::throw_with_nested(std::logic_error("outer"));
    }
}

static int finally_and_loop() {
    int caught = 0;
    for (int k = 0; k < 1000; k++) {
        try {
            if (k % 3 == 0)
                throw k;
            if (k % 7 == 0)
                continue;
            caught += 1000;
        } catch (int n) {
            caught += n;
            if (k > 990)
                break;
        }
    }
    return caught;
}

int main() {
    for (int k = 0; k < 11; k++)
        std::printf("%d: %s\n", k, sort_of(k));
    for (int first : {1, 2, 3, 4})
        try {
            Owner owner(first);
        } catch (const std::exception &e) {
            std::printf("not made: %s\n", e.what());
        }
    try {
        depth(4);
    } catch (int n) {
        std::printf("depth %d, alive %d\n", n, alive);
    }
    try {
        nested();
    } catch (const std::logic_error &e) {
        std::printf("%s", e.what());
        try {
            std::rethrow_if_nested(e);
        } catch (const std::runtime_error &i) {
            std::printf(" with %s\n", i.what());
        }
    }
    std::exception_ptr kept;
    try {
        throw Both(9);
    } catch (...) {
        kept = std::current_exception();
    }
    for (int k = 0; k < 2; k++)
        try {
            std::rethrow_exception(kept);
        } catch (const Base &b) {
            std::printf("kept %d, uncaught %d\n", b.code, std::uncaught_exceptions());
        }
    try {
        std::map<int, int> none;
        none.at(1);
    } catch (std::out_of_range &) {
        std::printf("no such key\n");
    }
    try {
        volatile std::size_t many = static_cast<std::size_t>(-1) / 2;
        void *volatile block = ::operator new(many);
        ::operator delete(block);
    } catch (std::bad_alloc &) {
        std::printf("no memory\n");
    }
    std::printf("loop %d, alive %d\n", finally_and_loop(), alive);
    return alive;
}
