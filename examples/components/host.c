/* Makes texts in a component, and reads them. Strings are UTF-8 with a length; texts are resources, which have to be dropped. */
#include <stdio.h>

#include "greeting.h"

typedef greeting_docs_greeting_words_own_text_t text;
typedef greeting_docs_greeting_words_borrow_text_t borrowed_text;

static void print(greeting *self, text t) {
    /* What a call returns is there until the next one has returned. */
    const wasmelt_string read = greeting_docs_greeting_words_method_text_read(self, (borrowed_text){t.rep});
    printf("%.*s\n", (int)read.len, (const char *)read.ptr);
}

static void greet(void *instance) {
    greeting *self = instance;
    wasmelt_string names[] = {wasmelt_string_of("world"), wasmelt_string_of("größeres All"), wasmelt_string_of("you")};
    const text all = greeting_docs_greeting_greeter_greet(self, (greeting_list_string_t){names, 3});
    const text own = greeting_docs_greeting_words_constructor_text(self, wasmelt_string_of("made by the host"));
    greeting_docs_greeting_words_method_text_append(self, (borrowed_text){own.rep}, wasmelt_string_of(", and longer"));
    print(self, all);
    print(self, own);
    printf("%u texts\n", (unsigned)greeting_docs_greeting_words_live(self));
    greeting_docs_greeting_words_drop_text(self, all);
    greeting_docs_greeting_words_drop_text(self, own);
    printf("%u texts\n", (unsigned)greeting_docs_greeting_words_live(self));
}

static void pass_a_wrong_string(void *instance) {
    greeting_docs_greeting_words_constructor_text(instance, wasmelt_string_of("\xFF is not UTF-8"));
}

int main(void) {
    greeting *self;
    wasmelt_error error;
    if (greeting_instantiate(&self, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    /* Whatever may trap is called through wasmelt_run. After a trap the instance cannot be called any more. */
    void (*const calls[])(void *) = {greet, pass_a_wrong_string, greet};
    for (int k = 0; k < 3; k++) {
        const wasmelt_trap_code trap = wasmelt_run(calls[k], self, NULL);
        if (trap != WASMELT_TRAP_NONE)
            printf("trap: %s\n", wasmelt_trap_message(trap));
    }
    greeting_instance_free(self);
    return 0;
}
