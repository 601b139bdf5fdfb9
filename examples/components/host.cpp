// The same component in C++: a class owns a text and drops it.
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "greeting.h"

namespace {

wasmelt_string lend(const std::string &s) {
    return wasmelt_string_of(s.c_str());
}

class Text {
  public:
    Text(greeting *component, greeting_docs_greeting_words_own_text_t own) : component(component), own(own) {
    }
    Text(greeting *component, const std::string &beginning)
        : Text(component, greeting_docs_greeting_words_constructor_text(component, lend(beginning))) {
    }
    Text(Text &&other) noexcept : component(std::exchange(other.component, nullptr)), own(other.own) {
    }
    Text(const Text &) = delete;
    Text &operator=(const Text &) = delete;
    ~Text() {
        if (component)
            greeting_docs_greeting_words_drop_text(component, own);
    }

    Text &operator+=(const std::string &more) {
        greeting_docs_greeting_words_method_text_append(component, borrowed(), lend(more));
        return *this;
    }

    std::string read() const {
        const wasmelt_string s = greeting_docs_greeting_words_method_text_read(component, borrowed());
        return {reinterpret_cast<const char *>(s.ptr), s.len};
    }

  private:
    greeting_docs_greeting_words_borrow_text_t borrowed() const {
        return {own.rep};
    }

    greeting *component;
    greeting_docs_greeting_words_own_text_t own;
};

Text greet(greeting *component, const std::vector<std::string> &names) {
    std::vector<wasmelt_string> lent;
    for (const std::string &name : names)
        lent.push_back(lend(name));
    return {component, greeting_docs_greeting_greeter_greet(component, {lent.data(), lent.size()})};
}

void use(void *instance) {
    auto *component = static_cast<greeting *>(instance);
    {
        Text all = greet(component, {"C++", "vectors"});
        all += "!";
        std::puts(all.read().c_str());
        std::puts(Text(component, "short-lived").read().c_str());
        std::printf("%u texts\n", static_cast<unsigned>(greeting_docs_greeting_words_live(component)));
    }
    std::printf("%u texts\n", static_cast<unsigned>(greeting_docs_greeting_words_live(component)));
}

} // namespace

int main() {
    greeting *component;
    wasmelt_error error;
    if (greeting_instantiate(&component, &error) != WASMELT_OK) {
        std::fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    const wasmelt_trap_code trap = wasmelt_run(use, component, nullptr);
    greeting_instance_free(component);
    return trap != WASMELT_TRAP_NONE;
}
