/* What C++ programs need of a C++ library when there is none: allocation and the call of a pure function. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "bench.h"

void *operator new(decltype(sizeof 0) size) {
    return allocate(size);
}
void operator delete(void *p) noexcept {
    free(p);
}
void operator delete(void *p, decltype(sizeof 0)) noexcept {
    free(p);
}
extern "C" void __cxa_pure_virtual() {
    exit(2);
}

/* A growing array. */
template <typename T> class vector {
    T *items = nullptr;
    uint32_t count = 0, capacity = 0;

  public:
    vector() = default;
    vector(const vector &) = delete;
    vector &operator=(const vector &) = delete;
    ~vector() {
        free(items);
    }
    void push_back(const T &value) {
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 8;
            items = static_cast<T *>(realloc(items, capacity * sizeof(T)));
            if (!items)
                exit(1);
        }
        items[count++] = value;
    }
    T pop_back() {
        return items[--count];
    }
    T &operator[](uint32_t k) {
        return items[k];
    }
    const T &operator[](uint32_t k) const {
        return items[k];
    }
    T *begin() const {
        return items;
    }
    T *end() const {
        return items + count;
    }
    uint32_t size() const {
        return count;
    }
    void clear() {
        count = 0;
    }
};

#endif
