/* Exceptions through callbacks, virtual calls, C functions in between, std::function, sort; destructors' order. */
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Stop {
    int at;
    double weight;
    std::string why;
};

static int compared;

extern "C" int compare(const void *a, const void *b) {
    int x = *static_cast<const int *>(a), y = *static_cast<const int *>(b);
    if (++compared == 25)
        throw Stop{x, y / 2.0, "while sorting"};
    return x < y ? -1 : x > y;
}

struct Node {
    virtual ~Node() = default;
    virtual long evaluate(const std::vector<long> &variables) const = 0;
};
using Tree = std::unique_ptr<Node>;
struct Number : Node {
    long n;
    explicit Number(long n) : n(n) {}
    long evaluate(const std::vector<long> &) const override { return n; }
};
struct Variable : Node {
    std::size_t index;
    explicit Variable(std::size_t i) : index(i) {}
    long evaluate(const std::vector<long> &v) const override { return v.at(index); }
};
struct Division : Node {
    Tree a, b;
    Division(Tree a, Tree b) : a(std::move(a)), b(std::move(b)) {}
    long evaluate(const std::vector<long> &v) const override {
        long d = b->evaluate(v);
        if (d == 0)
            throw std::domain_error("division by zero");
        return a->evaluate(v) / d;
    }
};

static std::string attempt(const std::function<long()> &f) {
    try {
        return std::to_string(f());
    } catch (const Stop &s) {
        return "stopped " + s.why + " at " + std::to_string(s.at);
    } catch (const std::out_of_range &) {
        return "no such variable";
    } catch (const std::exception &e) {
        return e.what();
    }
}

int main() {
    std::vector<int> numbers;
    for (int k = 0; k < 50; k++)
        numbers.push_back(k * 37 % 50);
    std::puts(attempt([&]() -> long {
        std::sort(numbers.begin(), numbers.end(), [](int a, int b) {
            if (a == 49 || b == 49)
                throw Stop{49, 0, "in a lambda"};
            return a < b;
        });
        return numbers[10];
    }).c_str());
    std::puts(attempt([&] {
        for (int k = 0; k < 30; k++)
            compare(&numbers[k], &numbers[k + 1]);
        return 0;
    }).c_str());
    Tree tree(new Division(Tree(new Number(100)), Tree(new Variable(1))));
    std::puts(attempt([&] { return tree->evaluate({1, 7}); }).c_str());
    std::puts(attempt([&] { return tree->evaluate({1, 0}); }).c_str());
    std::puts(attempt([&] { return tree->evaluate({1}); }).c_str());
    long total = 0;
    for (int k = 0; k < 100000; k++)
        try {
            total += tree->evaluate({0, k % 4});
        } catch (const std::domain_error &) {
            total++;
        }
    std::printf("%ld\n", total);
    return 0;
}
