/* Test: whatever pointer a guest makes up, the address space there is the sandbox's, even if its memory is small and has no guard pages;
 * and RLBox learns which pointers are in one sandbox. Exits with the number of failures. */
#define RLBOX_SINGLE_THREADED_INVOCATIONS
#define RLBOX_USE_STATIC_CALLS() rlbox_wasmelt_sandbox_lookup_symbol
#define RLBOX_WASMELT_MODULE parser_checked

#include "parser_checked.h"
#include "rlbox_wasmelt_sandbox.hpp"

#include "rlbox.hpp"

#include <cerrno>
#include <cstdio>
#include <sys/mman.h>

using sandbox_t = rlbox::rlbox_sandbox<rlbox::rlbox_wasmelt_sandbox>;

static int failures;

static void expect(bool holds, const char *what, unsigned long long number) {
    if (holds)
        return;
    std::printf("%s %llx\n", what, number);
    failures++;
}

/* Whether somebody else could have a page there. */
static bool is_free(char *page) {
    void *got = mmap(page, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (got != MAP_FAILED)
        munmap(got, 4096);
    return got == page;
}

int main() {
    wasmelt_options options{};
    options.memory.maximum_bytes = 2 << 20;
    static sandbox_t sandbox, other;
    sandbox.create_sandbox(true, &options);
    other.create_sandbox(true, &options);
    auto base = static_cast<char *>(sandbox.get_memory_location()), others = static_cast<char *>(other.get_memory_location());
    const unsigned long long gib = 1ull << 30, size = sandbox.get_total_memory();
    for (unsigned long long offset : {size, 2ull << 20, gib, 2 * gib, 4 * gib - 4096, 4 * gib, 6 * gib - 4096})
        expect(!is_free(base + offset), "not the sandbox's:", offset);
    auto same = [](const void *a, const void *b) { return sandbox_t::is_in_same_sandbox(a, b); };
    expect(same(base, base + size - 1), "not in the same:", size - 1);
    for (unsigned long long offset : {size, 4 * gib - 1, 4 * gib, 1ull << 60})
        expect(!same(base, base + offset) && !same(base + offset, base) && !same(base + offset, base + offset), "in the same:", offset);
    expect(!same(base, others) && !same(others, base), "two sandboxes are the same", 0);
    sandbox.destroy_sandbox();
    expect(is_free(base), "still there after its end:", 0);
    expect(!same(base, base) && same(others, others), "the wrong one is forgotten", 0);
    other.destroy_sandbox();
    return failures;
}
