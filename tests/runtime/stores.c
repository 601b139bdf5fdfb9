/* Stores: which instances are in one, what may be linked; tags and exceptions that outlive instances. */
#include "handmade.h"

#include <string.h>

static wasmelt_instance *make_user(wasmelt_instance *from, wasmelt_store *store, wasmelt_error *error) {
    wasmelt_instance *u;
    wasmelt_import imports[IMPORTS];
    import_all(from, imports);
    wasmelt_options options = {.store = store};
    wasmelt_status status = wasmelt_instantiate_with(&user_module, imports, IMPORTS, &options, &u, error);
    CHECK((status == WASMELT_OK) == (u != NULL));
    return u;
}

CASE(instances_that_import_of_each_other_are_in_one_store) {
    wasmelt_instance *a = make_counter(), *b = make_counter(), *u = make_user(a, NULL, NULL);
    CHECK(a->store && b->store && a->store != b->store);
    CHECK(u->store == a->store);
    wasmelt_instance_free(a); /* the importers hold it */
    wasmelt_store_statistics statistics;
    wasmelt_store_get_statistics(u->store, &statistics);
    CHECK(statistics.exception_bytes == 0 && statistics.exception_maximum_bytes == UINT64_MAX);
    wasmelt_instance_free(u);
    wasmelt_instance_free(b);
}

CASE(an_instance_that_uses_no_exceptions_is_in_no_store) {
    wasmelt_module plain = counter_module;
    wasmelt_instance *i, *u;
    plain.tag_count = 0;
    CHECK(wasmelt_instantiate(&plain, NULL, 0, &i, NULL) == WASMELT_OK && !i->store);
    wasmelt_tag tag;
    CHECK(wasmelt_tag_init(&tag, &types[1]));
    wasmelt_import imports[IMPORTS];
    import_all(i, imports);
    for (int k = 0; k < IMPORTS; k++)
        if (imports[k].value.kind == WASMELT_EXTERN_TAG)
            imports[k].value.tag = &tag;
    CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, NULL) == WASMELT_OK && u->store);
    wasmelt_instance_free(u);
    wasmelt_instance_free(i);
}

static wasmelt_instance *make_counter_in(wasmelt_store *store) {
    wasmelt_options options = {.store = store};
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate_with(&counter_module, NULL, 0, &options, &i, NULL) == WASMELT_OK && i->store == store);
    return i;
}

CASE(what_the_host_keeps_in_different_stores_is_not_linked) {
    wasmelt_store *one = wasmelt_store_new(NULL), *other = wasmelt_store_new(NULL);
    wasmelt_instance *a = make_counter_in(one), *b = make_counter(), *u = make_user(a, one, NULL), *v = make_user(a, NULL, NULL);
    wasmelt_error error;
    CHECK(u->store == one && v->store == one);
    CHECK(!make_user(a, other, &error) && error.status == WASMELT_UNLINKABLE);
    CHECK(strstr(error.message, "cannot link \"counter\" ") && strstr(error.message, "it belongs to another store"));
    CHECK(!make_user(b, other, &error) && error.status == WASMELT_UNLINKABLE);
    wasmelt_store_free(one); /* the instances hold it */
    wasmelt_store_free(other);
    wasmelt_store_free(NULL);
    wasmelt_instance_free(u);
    wasmelt_instance_free(v);
    wasmelt_instance_free(a);
    wasmelt_instance_free(b);
}

CASE(exceptions_are_limited_as_memories_are_unless_the_host_says_more) {
    static const struct {
        uint64_t memory, exceptions, limit;
    } rows[] = {{0, 0, UINT64_MAX}, {1 << 20, 0, 1 << 20}, {65536, 0, 65536}, {65536, 100, 100}, {0, 5000, 5000}};
    wasmelt_module empty = counter_module;
    empty.memory_count = 0;
    empty.init = NULL;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        wasmelt_options options = {.memory.maximum_bytes = rows[k].memory, .exception_bytes = rows[k].exceptions};
        wasmelt_store_statistics statistics;
        wasmelt_instance *i;
        CHECK(wasmelt_instantiate_with(&empty, NULL, 0, &options, &i, NULL) == WASMELT_OK);
        wasmelt_store_get_statistics(i->store, &statistics);
        CHECK(statistics.exception_maximum_bytes == rows[k].limit);
        wasmelt_instance_free(i);
    }
}

CASE(a_tag_lives_as_long_as_an_exception_that_has_it) {
    wasmelt_instance *i = make_counter();
    wasmelt_exception *e = wasmelt_exception_new(export_of(i, "tag").tag, NULL);
    const wasmelt_tag *tag = wasmelt_exception_tag(e);
    wasmelt_instance_free(i);
    for (int k = 0; k < 10; k++) {
        i = make_counter();
        CHECK(export_of(i, "tag").tag != tag); /* else its code would catch what is not its own */
        wasmelt_instance_free(i);
    }
    CHECK(wasmelt_exception_tag(e) == tag && tag->type->param_count == 0);
    wasmelt_exception_release(e);
}
