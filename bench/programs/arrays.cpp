// Sums, filters and folds over arrays through templates and iterators: what C++ hopes to be free.
#include "support.h"

template <typename It, typename T, typename F> static T fold(It from, It to, T start, F f) {
    for (; from != to; ++from)
        start = f(start, *from);
    return start;
}

template <typename T, typename F> static void transform(vector<T> &v, F f) {
    for (T &x : v)
        x = f(x);
}

template <typename T> static uint32_t partition(vector<T> &v, T pivot) {
    uint32_t low = 0;
    for (uint32_t k = 0; k < v.size(); k++)
        if (v[k] < pivot) {
            T t = v[k];
            v[k] = v[low];
            v[low++] = t;
        }
    return low;
}

struct point { float x, y; uint16_t tag; };

int main() {
    vector<int32_t> ints;
    vector<double> doubles;
    vector<uint8_t> bytes;
    vector<point> points;
    for (int k = 0; k < 60000; k++) {
        ints.push_back(static_cast<int32_t>(random_next()));
        doubles.push_back(random_below(1000) / 8.0);
        bytes.push_back(static_cast<uint8_t>(random_next()));
        points.push_back({static_cast<float>(random_below(100)), static_cast<float>(random_below(100)),
                          static_cast<uint16_t>(random_below(7))});
    }
    for (int round = 0; round < ROUNDS(600); round++) {
        mix(fold(ints.begin(), ints.end(), 0u, [](uint32_t a, int32_t b) { return a + static_cast<uint32_t>(b); }));
        mix(fold(bytes.begin(), bytes.end(), 0u, [](uint32_t a, uint8_t b) { return a + b; }));
        mix(static_cast<uint32_t>(fold(ints.begin(), ints.end(), 0, [](int32_t a, int32_t b) { return a > b ? a : b; })));
        mix_double(fold(doubles.begin(), doubles.end(), 0.0, [](double a, double b) { return a + b; }));
        mix_double(fold(points.begin(), points.end(), 0.0f, [](float a, const point &p) { return p.tag == 3 ? a + p.x : a - p.y; }));
        transform(ints, [round](int32_t x) { return static_cast<int32_t>(static_cast<uint32_t>(x) * 3u + static_cast<uint32_t>(round)); });
        transform(bytes, [](uint8_t x) { return static_cast<uint8_t>(x + (x >> 3)); });
        mix(partition(ints, static_cast<int32_t>(random_next())));
    }
    return report();
}
