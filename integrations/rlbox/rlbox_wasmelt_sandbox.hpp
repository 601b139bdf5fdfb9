/* A sandbox for RLBox: a C library that was compiled to WebAssembly and translated by Wasmelt.
 *
 * The library is linked with the program:
 *
 *     wasmelt parser.wasm --emit=lib --imports-never-throw
 *
 *     #define RLBOX_USE_STATIC_CALLS() rlbox_wasmelt_sandbox_lookup_symbol
 *     #define RLBOX_WASMELT_MODULE parser
 *     #include "parser.h"
 *     #include "rlbox_wasmelt_sandbox.hpp"
 *
 *     rlbox::rlbox_sandbox<rlbox::rlbox_wasmelt_sandbox> sandbox;
 *     sandbox.create_sandbox();
 *
 * Or it is a shared object (--emit=shared), which is loaded by create_sandbox("./parser.so", "parser"): then neither macro is defined, and
 * the program is linked with the whole runtime (pkg-config wasmelt-host).
 *
 * WASI is there, and allows nothing. Functions that the module imports from elsewhere are the program's (WASMELT_IMPORT), with the sandbox
 * as their context. The module exports malloc, free, its memory, and its table of functions, which can grow (-Wl,--export-table
 * -Wl,--growable-table); or it imports both from "env" (-Wl,--import-memory -Wl,--import-table -Wl,--growable-table), and each sandbox
 * makes its own.
 *
 * A trap in a sandboxed function ends the process with a message, as wasmelt/trap.h says, unless RLBOX_WASMELT_CATCH_TRAPS is defined: then
 * it is a failed dynamic check of RLBox, which aborts or, with RLBOX_USE_EXCEPTIONS, throws. Then no callback may be left by an exception,
 * and each call takes some 20 to 200 ns more (wasmelt_run). */
#ifndef RLBOX_WASMELT_SANDBOX_HPP
#define RLBOX_WASMELT_SANDBOX_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#ifndef RLBOX_USE_CUSTOM_SHARED_LOCK
#include <shared_mutex>
#endif
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <dlfcn.h>
#include <sys/mman.h>

#include <wasmelt/wasi.h>
#include <wasmelt/wasmelt.h>

#include "rlbox_helpers.hpp"

#define RLBOX_WASMELT_JOIN2(a, b) a##b
#define RLBOX_WASMELT_JOIN(a, b) RLBOX_WASMELT_JOIN2(a, b)

#ifdef RLBOX_WASMELT_MODULE
#define RLBOX_WASMELT_DESCRIPTOR RLBOX_WASMELT_JOIN(RLBOX_WASMELT_JOIN(WASMELT_NAME_, RLBOX_WASMELT_MODULE), _module)
#define RLBOX_WASMELT_EXPORT(module, name) WASMELT_EXPORT(module, name)
#define rlbox_wasmelt_sandbox_lookup_symbol(name) reinterpret_cast<void *>(&RLBOX_WASMELT_EXPORT(RLBOX_WASMELT_MODULE, name))
#endif

namespace rlbox {

class rlbox_wasmelt_sandbox;

/* What a thread knows of the sandbox that it is in. */
struct rlbox_wasmelt_sandbox_thread_data {
    rlbox_wasmelt_sandbox *sandbox;
    uint32_t last_callback; /* the slot of the callback that was called last */
};

#ifdef RLBOX_EMBEDDER_PROVIDES_TLS_STATIC_VARIABLES
rlbox_wasmelt_sandbox_thread_data *get_rlbox_wasmelt_sandbox_thread_data();

#define RLBOX_WASMELT_SANDBOX_STATIC_VARIABLES()                                                                                           \
    thread_local rlbox::rlbox_wasmelt_sandbox_thread_data rlbox_wasmelt_sandbox_thread_info{nullptr, 0};                                   \
    namespace rlbox {                                                                                                                      \
    rlbox_wasmelt_sandbox_thread_data *get_rlbox_wasmelt_sandbox_thread_data() {                                                           \
        return &rlbox_wasmelt_sandbox_thread_info;                                                                                         \
    }                                                                                                                                      \
    }                                                                                                                                      \
    static_assert(true, "Enforce semi-colon")
#endif

namespace wasmelt_detail {

/* ---- Types: how WebAssembly passes a type of C that RLBox has converted to the guest's sizes ---- */

template <typename T> constexpr bool is_word_v = std::is_pointer_v<T> || std::is_class_v<T>; /* by its address in the guest */

template <typename T> constexpr auto wasm_type() {
    if constexpr (std::is_void_v<T>)
        return;
    else if constexpr (is_word_v<T>)
        return uint32_t{};
    else if constexpr (std::is_floating_point_v<T>)
        return T{};
    else if constexpr (sizeof(T) <= sizeof(uint32_t))
        return uint32_t{};
    else
        return uint64_t{};
}

template <typename T> using wasm_t = decltype(wasm_type<T>());

template <typename T> constexpr wasmelt_valtype valtype() {
    if constexpr (std::is_same_v<wasm_t<T>, float>)
        return WASMELT_F32;
    else if constexpr (std::is_same_v<wasm_t<T>, double>)
        return WASMELT_F64;
    else if constexpr (std::is_same_v<wasm_t<T>, uint64_t>)
        return WASMELT_I64;
    else
        return WASMELT_I32;
}

/* The type of a function as the guest calls it: a struct is returned by an address that is the first parameter. Constant data, as long as
 * the program: references to functions keep its address. */
template <typename T_Ret, typename... T_Args> const wasmelt_type *function_type() {
    static constexpr bool by_address = std::is_class_v<T_Ret>, has_result = !by_address && !std::is_void_v<T_Ret>;
    static constexpr size_t count = sizeof...(T_Args) + (by_address ? 1 : 0);
    static const std::array<wasmelt_valtype, count + 1> params = [] {
        std::array<wasmelt_valtype, count + 1> all{};
        size_t k = 0;
        if (by_address)
            all[k++] = WASMELT_I32;
        ((all[k++] = valtype<T_Args>()), ...);
        return all;
    }();
    static const wasmelt_valtype result = [] {
        if constexpr (has_result)
            return valtype<T_Ret>();
        else
            return WASMELT_I32;
    }();
    static const wasmelt_type type = [] {
        wasmelt_type t{};
        t.kind = WASMELT_TYPE_FUNC;
        t.is_final = true;
        t.supertype = WASMELT_NO_TYPE;
        t.group_size = 1;
        t.params = params.data();
        t.param_count = count;
        t.results = &result;
        t.result_count = has_result ? 1 : 0;
        return t;
    }();
    return &type;
}

template <typename T_Ret, typename... T_Args> const wasmelt_type *type_of_pointer(T_Ret (*)(T_Args...)) {
    return function_type<T_Ret, T_Args...>();
}

/* ---- A call inside wasmelt_run ---- */

template <typename T_Call> void run_or_fail(T_Call &call) {
    wasmelt_trap trap;
    auto body = [](void *argument) { (*static_cast<T_Call *>(argument))(); };
    if (wasmelt_run(body, &call, &trap) != WASMELT_TRAP_NONE)
        detail::dynamic_check(false, wasmelt_trap_message(trap.code));
}

/* ---- Numbers while compiling ---- */

template <typename F, size_t... I> void for_each_index(F f, std::index_sequence<I...>) {
    (f(std::integral_constant<size_t, I>{}), ...);
}

} // namespace wasmelt_detail

class rlbox_wasmelt_sandbox {
  public:
    using T_LongLongType = int64_t;
    using T_LongType = int32_t;
    using T_IntType = int32_t;
    using T_PointerType = uint32_t;
    using T_ShortType = int16_t;

  private:
    static constexpr uint32_t MAX_CALLBACKS = 128;
    /* A memory begins at a multiple of this, so that the lower half of a pointer into it is the guest's. 0: address space is too small. */
    static constexpr uint64_t MEMORY_ALIGNMENT = sizeof(uintptr_t) > sizeof(T_PointerType) ? uint64_t{1} << 32 : 0;
    /* Address space that belongs to the sandbox: whatever pointer the guest makes up, an object there of at most 2 GiB is within. */
    static constexpr uint64_t SPAN = MEMORY_ALIGNMENT == 0 ? 0 : MEMORY_ALIGNMENT + WASMELT_GUARD_BYTES;

    struct callback {
        uint32_t index;         /* in the guest's table */
        wasmelt_func reference; /* what the table refers to */
    };

    /* Memories by the number of their block of 4 GiB, modulo the size of the list, so that is_in_same_sandbox searches no list. Whoever
     * finds the `base` of a pointer's block finds its sandbox's memory: an entry does not change before that memory is freed. */
    struct known_memory {
        std::atomic<uintptr_t> base;
        std::atomic<const wasmelt_memory *> memory; /* null: the entry is free */
    };
    static inline known_memory known_memories[256];

    wasmelt_instance *instance = nullptr;
    wasmelt_wasi *wasi = nullptr;
    wasmelt_memory *memory = nullptr;
    wasmelt_table *table = nullptr;
    wasmelt_memory *own_memory = nullptr; /* made for the module to import, or null */
    wasmelt_table *own_table = nullptr;
    void *object = nullptr; /* what dlopen returned, or null */
    uintptr_t base = 0;     /* of the memory, which never moves */
    void *malloc_function = nullptr, *free_function = nullptr;
    T_PointerType return_slot = 0; /* where functions put the structs that they return */
    size_t return_slot_size = 0;

    mutable RLBOX_SHARED_LOCK(callback_mutex); /* for all that follows */
    callback callbacks[MAX_CALLBACKS] = {};
    /* Of the same slots, what a callback reads: without the lock, and each in an array of its own, which needs no multiplication. A null
     * function: the slot is free. */
    void *keys[MAX_CALLBACKS] = {};
    std::atomic<void *> functions[MAX_CALLBACKS] = {};
    mutable std::map<uint32_t, const void *> pointer_of_index;
    mutable std::map<const void *, uint32_t> index_of_pointer;              /* functions of the guest whose address was taken */
    mutable std::map<const void *, std::unique_ptr<wasmelt_func>> internal; /* the table's references to these */
    mutable std::vector<uint32_t> free_indices;

#ifdef RLBOX_EMBEDDER_PROVIDES_TLS_STATIC_VARIABLES
    static rlbox_wasmelt_sandbox_thread_data &this_thread() {
        return *get_rlbox_wasmelt_sandbox_thread_data();
    }
#else
    static rlbox_wasmelt_sandbox_thread_data &this_thread() {
        thread_local rlbox_wasmelt_sandbox_thread_data data{nullptr, 0};
        return data;
    }
#endif

    /* ---- Callbacks ---- */

    /* Structs cross by copies, at addresses that the guest chose. */
    void *struct_at(uint32_t address, size_t size) const {
        detail::dynamic_check(address <= memory->size && size <= memory->size - address, "A struct is outside of the sandbox's memory");
        return reinterpret_cast<void *>(base + address);
    }

    template <typename T> T read_struct(uint32_t address) const {
        T value;
        std::memcpy(static_cast<void *>(&value), struct_at(address, sizeof value), sizeof value);
        return value;
    }

    template <typename T> void write_struct(uint32_t address, const T &value) const {
        std::memcpy(struct_at(address, sizeof value), static_cast<const void *>(&value), sizeof value);
    }

    /* A parameter as the callback takes it: a struct from its address. */
    template <typename T> T from_guest(wasmelt_detail::wasm_t<T> value) const {
        if constexpr (std::is_class_v<T>)
            return read_struct<T>(value);
        else
            return static_cast<T>(value);
    }

    template <uint32_t N> void *begin_callback() {
        this_thread().last_callback = N;
        return functions[N].load(std::memory_order_acquire);
    }

    /* What the guest calls. The context is the sandbox: no look-up is needed. */
    template <uint32_t N, typename T_Ret, typename... T_Args>
    static wasmelt_detail::wasm_t<T_Ret> called(void *context, wasmelt_detail::wasm_t<T_Args>... arguments) {
        auto *self = static_cast<rlbox_wasmelt_sandbox *>(context);
        auto function = reinterpret_cast<T_Ret (*)(T_Args...)>(self->begin_callback<N>());
        if constexpr (std::is_void_v<T_Ret>)
            function(self->from_guest<T_Args>(arguments)...);
        else
            return static_cast<wasmelt_detail::wasm_t<T_Ret>>(function(self->from_guest<T_Args>(arguments)...));
    }

    template <uint32_t N, typename T_Ret, typename... T_Args>
    static void called_for_struct(void *context, uint32_t result, wasmelt_detail::wasm_t<T_Args>... arguments) {
        auto *self = static_cast<rlbox_wasmelt_sandbox *>(context);
        auto function = reinterpret_cast<T_Ret (*)(T_Args...)>(self->begin_callback<N>());
        T_Ret returned = function(self->from_guest<T_Args>(arguments)...);
        self->write_struct(result, returned);
    }

    void free_slot(uint32_t slot) {
        callbacks[slot] = {};
        functions[slot] = keys[slot] = nullptr;
    }

    /* Puts the function into the table, and returns its index there. Called with the lock. */
    uint32_t put_into_table(const wasmelt_func *f) const {
        if (!free_indices.empty()) {
            uint32_t index = free_indices.back();
            free_indices.pop_back();
            wasmelt_table_set(table, index, f);
            return index;
        }
        uint64_t index = wasmelt_table_grow(table, 1, f);
        detail::dynamic_check(index != 0 && index < std::numeric_limits<uint32_t>::max(), "The sandbox's table of functions is full");
        return static_cast<uint32_t>(index);
    }

    /* ---- The instance ---- */

    bool fail(bool infallible, const std::string &message) {
        detail::dynamic_check(!infallible, message.c_str());
        impl_destroy_sandbox();
        return false;
    }

    void *find_function(const char *name) const {
        wasmelt_extern e;
        if (!wasmelt_export(instance, name, &e) || e.kind != WASMELT_EXTERN_FUNC || e.func->instance != instance)
            return nullptr;
        return reinterpret_cast<void *>(e.func->code);
    }

    bool find_exports() {
        wasmelt_extern e;
        memory = own_memory;
        table = own_table;
        if (wasmelt_export(instance, "memory", &e) && e.kind == WASMELT_EXTERN_MEMORY)
            memory = e.memory;
        if (wasmelt_export(instance, "__indirect_function_table", &e) && e.kind == WASMELT_EXTERN_TABLE && e.table->holds_functions)
            table = e.table;
        malloc_function = find_function("malloc");
        free_function = find_function("free");
        base = memory ? reinterpret_cast<uintptr_t>(memory->base) : 0;
        return memory && table && malloc_function && free_function;
    }

    /* What the module imports from "env" besides functions: the linker's --import-memory and --import-table. */
    static bool is_memory(const wasmelt_import_desc &i) {
        return i.kind == WASMELT_EXTERN_MEMORY && is_named(i.module, "env") && is_named(i.name, "memory");
    }

    static bool is_table(const wasmelt_import_desc &i) {
        return i.kind == WASMELT_EXTERN_TABLE && is_named(i.module, "env") && is_named(i.name, "__indirect_function_table");
    }

    static bool is_named(const wasmelt_name &name, const char *text) {
        return name.length == std::strlen(text) && std::memcmp(name.bytes, text, name.length) == 0;
    }

    /* Address space for a memory, at least SPAN even if the memory can never grow to that (--bounds=explicit and a limit). */
    static void *reserve(void *, uint64_t bytes, uint64_t alignment) {
        uint64_t size = bytes > SPAN ? bytes : SPAN, all = size + alignment;
        void *begin = mmap(nullptr, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (begin == MAP_FAILED)
            return nullptr;
        auto address = reinterpret_cast<uintptr_t>(begin), aligned = (address + alignment - 1) & ~(alignment - 1);
        if (aligned > address)
            munmap(begin, aligned - address);
        munmap(reinterpret_cast<void *>(aligned + size), address + all - (aligned + size));
        return reinterpret_cast<void *>(aligned);
    }

    static void release(void *, void *base, uint64_t bytes) {
        munmap(base, bytes > SPAN ? bytes : SPAN);
    }

    static constexpr wasmelt_memory_space own_space = {reserve, release};

    bool has_span(const wasmelt_options &options) const {
        return (base & (MEMORY_ALIGNMENT - 1)) == 0 && (options.memory.space == &own_space || memory->reserved >= SPAN);
    }

    static known_memory &known(uintptr_t address) {
        return known_memories[(static_cast<uint64_t>(address) >> 32) % std::size(known_memories)];
    }

    void enter_into_known() {
        known_memory &entry = known(base);
        const wasmelt_memory *none = nullptr;
        if (entry.memory.compare_exchange_strong(none, memory))
            entry.base.store(base, std::memory_order_release);
    }

    void leave_known() {
        known_memory &entry = known(base);
        if (!memory || entry.memory != memory)
            return;
        entry.base = 0;
        entry.memory = nullptr;
    }

    /* Makes the memory and the table that the module imports; false if it cannot. */
    bool make_imported(const wasmelt_module *module, const wasmelt_options &options) {
        for (uint32_t k = 0; k < module->import_count; k++) {
            const wasmelt_import_desc &i = module->imports[k];
            if (is_memory(i) && !own_memory && !(own_memory = wasmelt_memory_new_with(i.memory, &options.memory)))
                return false;
            if (!is_table(i) || own_table)
                continue;
            wasmelt_table_type type = *i.table;
            if (options.table_elements && (!type.has_maximum || type.maximum > options.table_elements)) {
                type.has_maximum = true;
                type.maximum = options.table_elements;
            }
            if (!(own_table = wasmelt_table_new(&type)))
                return false;
        }
        return true;
    }

    /* WASI's functions for imports that are bound by name, the contexts of those that the linker has bound, the memory and the table. */
    std::vector<wasmelt_import> make_imports(const wasmelt_module *module) {
        size_t count = 0;
        const wasmelt_import *functions = wasmelt_wasi_imports(wasi, &count);
        std::vector<wasmelt_import> all(functions, functions + (functions ? count : 0));
        for (uint32_t k = 0; k < module->import_count; k++) {
            const wasmelt_import_desc &i = module->imports[k];
            wasmelt_import import{};
            import.module = i.module.bytes;
            import.name = i.name.bytes;
            import.value.kind = i.kind;
            if (i.kind == WASMELT_EXTERN_CONTEXT) {
                bool is_wasi = std::strncmp(i.module.bytes, "wasi_", 5) == 0;
                import.value.context = is_wasi ? static_cast<void *>(wasi) : this;
            } else if (is_memory(i)) {
                import.value.memory = own_memory;
            } else if (is_table(i)) {
                import.value.table = own_table;
            } else {
                continue;
            }
            all.push_back(import);
        }
        return all;
    }

    bool create(const wasmelt_module *module, bool infallible, const wasmelt_options *options) {
        wasmelt_error error;
        wasi = wasmelt_wasi_new();
        if (!wasi)
            return fail(infallible, "Memory is short for a sandbox");
        wasmelt_options own = options ? *options : wasmelt_options{};
        if (own.memory.alignment < MEMORY_ALIGNMENT)
            own.memory.alignment = MEMORY_ALIGNMENT;
        if (MEMORY_ALIGNMENT != 0 && !own.memory.space)
            own.memory.space = &own_space;
        if (!make_imported(module, own))
            return fail(infallible, "The memory or the table that the module imports cannot be made");
        std::vector<wasmelt_import> imports = make_imports(module);
        if (wasmelt_instantiate_with(module, imports.data(), imports.size(), &own, &instance, &error) != WASMELT_OK)
            return fail(infallible, error.message);
        if (!find_exports())
            return fail(infallible, "The module does not export malloc and free, or has no memory and no table of functions that it "
                                    "exports or imports from env");
        if constexpr (MEMORY_ALIGNMENT != 0) {
            if (!has_span(own))
                return fail(infallible,
                            "The host's address space for the memory is less than 6 GiB, to which the guest's pointers can lead");
            enter_into_known();
        }
        wasmelt_wasi_attach(wasi, memory);
        wasmelt_extern e;
        if (wasmelt_export(instance, "_initialize", &e) && e.kind == WASMELT_EXTERN_FUNC) {
            wasmelt_trap trap;
            if (wasmelt_call(e.func, nullptr, nullptr, &trap) != WASMELT_TRAP_NONE)
                return fail(infallible, wasmelt_trap_message(trap.code));
        }
        return true;
    }

  protected:
#ifdef RLBOX_WASMELT_MODULE
    /* Limits of the sandbox, such as options.memory.maximum_bytes, the most bytes of its memory: null for none. If it cannot be made: a
     * failed check or, if not `infallible`, false. */
    bool impl_create_sandbox(bool infallible = true, const wasmelt_options *options = nullptr) {
        return create(&RLBOX_WASMELT_DESCRIPTOR, infallible, options);
    }
#else
    /* The shared object, and the module's name (that of the file unless --name was given). */
    bool impl_create_sandbox(const char *path, const char *name, bool infallible = true, const wasmelt_options *options = nullptr) {
        object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!object)
            return fail(infallible, dlerror());
        auto module = static_cast<const wasmelt_module *>(dlsym(object, (std::string(name) + "_module").c_str()));
        return module ? create(module, infallible, options) : fail(infallible, dlerror());
    }
#endif

    void impl_destroy_sandbox() {
        leave_known();
        wasmelt_instance_free(instance);
        wasmelt_memory_free(own_memory);
        wasmelt_table_free(own_table);
        wasmelt_wasi_free(wasi);
        if (object)
            dlclose(object);
        instance = nullptr;
        wasi = nullptr;
        memory = own_memory = nullptr;
        table = own_table = nullptr;
        object = nullptr;
        return_slot_size = 0;
        for (uint32_t slot = 0; slot < MAX_CALLBACKS; slot++)
            free_slot(slot);
        pointer_of_index.clear();
        index_of_pointer.clear();
        internal.clear();
        free_indices.clear();
    }

    void *impl_lookup_symbol(const char *name) {
        void *found = find_function(name);
        detail::dynamic_check(found != nullptr, "The sandbox exports no such function");
        return found;
    }

    /* ---- Pointers ---- */

    template <typename T> void *impl_get_unsandboxed_pointer(T_PointerType p) const {
        if constexpr (std::is_function_v<std::remove_pointer_t<T>>) {
            RLBOX_ACQUIRE_SHARED_GUARD(lock, callback_mutex);
            auto found = pointer_of_index.find(p);
            return found == pointer_of_index.end() ? nullptr : const_cast<void *>(found->second);
        } else {
            return reinterpret_cast<void *>(base + p);
        }
    }

    /* For a function, `p` is what lookup_symbol returned for it. */
    template <typename T> T_PointerType impl_get_sandboxed_pointer(const void *p) const {
        if constexpr (std::is_function_v<std::remove_pointer_t<T>>) {
            RLBOX_ACQUIRE_UNIQUE_GUARD(lock, callback_mutex);
            auto found = index_of_pointer.find(p);
            if (found != index_of_pointer.end())
                return found->second;
            auto reference = std::make_unique<wasmelt_func>();
            auto code = reinterpret_cast<wasmelt_code>(const_cast<void *>(p));
            bool ok = wasmelt_func_init(reference.get(), code, instance, wasmelt_detail::type_of_pointer(static_cast<T>(nullptr)));
            detail::dynamic_check(ok, "Memory is short for a reference to a function");
            uint32_t index = put_into_table(reference.get());
            internal[p] = std::move(reference);
            index_of_pointer[p] = index;
            pointer_of_index[index] = p;
            return index;
        } else if constexpr (MEMORY_ALIGNMENT != 0) {
            return static_cast<T_PointerType>(reinterpret_cast<uintptr_t>(p));
        } else {
            return static_cast<T_PointerType>(reinterpret_cast<uintptr_t>(p) - base);
        }
    }

    using sandbox_finder = rlbox_wasmelt_sandbox *(*)(const void *example);

    template <typename T>
    static void *impl_get_unsandboxed_pointer_no_ctx(T_PointerType p, const void *example, sandbox_finder find_sandbox) {
        if constexpr (MEMORY_ALIGNMENT == 0 || std::is_function_v<std::remove_pointer_t<T>>)
            return find_sandbox(example)->template impl_get_unsandboxed_pointer<T>(p);
        else
            return reinterpret_cast<void *>((reinterpret_cast<uintptr_t>(example) & ~uintptr_t{MEMORY_ALIGNMENT - 1}) | p);
    }

    template <typename T>
    static T_PointerType impl_get_sandboxed_pointer_no_ctx(const void *p, const void *example, sandbox_finder find_sandbox) {
        if constexpr (MEMORY_ALIGNMENT == 0 || std::is_function_v<std::remove_pointer_t<T>>)
            return find_sandbox(example)->template impl_get_sandboxed_pointer<T>(p);
        else
            return static_cast<T_PointerType>(reinterpret_cast<uintptr_t>(p));
    }

    /* Whether both are in the memory of one sandbox; false if they are in none. */
    static bool impl_is_in_same_sandbox(const void *a, const void *b, sandbox_finder find_sandbox) {
        auto address = reinterpret_cast<uintptr_t>(a);
        if constexpr (MEMORY_ALIGNMENT != 0) {
            const known_memory &entry = known(address);
            uintptr_t base = address & ~uintptr_t{MEMORY_ALIGNMENT - 1};
            if (base != 0 && entry.base.load(std::memory_order_acquire) == base) {
                const wasmelt_memory *memory = entry.memory.load(std::memory_order_relaxed);
                return address - base < memory->size && reinterpret_cast<uintptr_t>(b) - base < memory->size;
            }
        }
        const rlbox_wasmelt_sandbox *sandbox = find_sandbox(a);
        return sandbox && sandbox->impl_is_pointer_in_sandbox_memory(b);
    }

    bool impl_is_pointer_in_sandbox_memory(const void *p) const {
        return reinterpret_cast<uintptr_t>(p) - base < impl_get_total_memory();
    }

    bool impl_is_pointer_in_app_memory(const void *p) const {
        return !impl_is_pointer_in_sandbox_memory(p);
    }

    size_t impl_get_total_memory() const {
        return memory->size;
    }

    void *impl_get_memory_location() const {
        return memory->base;
    }

    /* ---- Calls ---- */

    /* A struct is passed by the address of a copy in the guest. */
    template <typename T> auto to_guest(T value, std::vector<T_PointerType> &copies) {
        if constexpr (std::is_class_v<T>) {
            T_PointerType copy = impl_malloc_in_sandbox(sizeof value);
            detail::dynamic_check(copy != 0, "The sandbox has no memory for a struct");
            write_struct(copy, value);
            copies.push_back(copy);
            return copy;
        } else {
            return static_cast<wasmelt_detail::wasm_t<T>>(value);
        }
    }

    template <typename T_Ret, typename... T_Values> T_Ret call(void *function, T_Values... values) {
        auto code = reinterpret_cast<T_Ret (*)(void *, T_Values...)>(function);
        auto &thread = this_thread();
        auto outer = thread.sandbox;
        thread.sandbox = this;
        auto on_exit = detail::make_scope_exit([&] { thread.sandbox = outer; });
#ifdef RLBOX_WASMELT_CATCH_TRAPS
        if constexpr (std::is_void_v<T_Ret>) {
            auto body = [&] { code(instance, values...); };
            wasmelt_detail::run_or_fail(body);
        } else {
            T_Ret result{};
            auto body = [&] { result = code(instance, values...); };
            wasmelt_detail::run_or_fail(body);
            return result;
        }
#else
        return code(instance, values...);
#endif
    }

    void make_return_slot(size_t size) {
        if (size <= return_slot_size)
            return;
        if (return_slot_size > 0)
            impl_free_in_sandbox(return_slot);
        return_slot_size = 0;
        return_slot = impl_malloc_in_sandbox(size);
        detail::dynamic_check(return_slot != 0, "The sandbox has no memory for a struct");
        return_slot_size = size;
    }

    template <typename T, typename T_Ret, typename... T_Formal, typename... T_Args>
    T_Ret invoke(T_Ret (*function)(T_Formal...), T_Args... arguments) {
        void *code = reinterpret_cast<void *>(function);
        if constexpr (std::is_class_v<T_Ret>) {
            make_return_slot(sizeof(T_Ret));
            T_PointerType slot = return_slot; /* a callback may make another, larger one */
            invoke<T>(reinterpret_cast<void (*)(T_PointerType, T_Formal...)>(code), slot, static_cast<T_Formal>(arguments)...);
            return read_struct<T_Ret>(slot);
        } else if constexpr ((std::is_class_v<T_Formal> || ...)) {
            std::vector<T_PointerType> copies;
            auto on_exit = detail::make_scope_exit([&] {
                for (T_PointerType copy : copies)
                    impl_free_in_sandbox(copy);
            });
            return call<wasmelt_detail::wasm_t<T_Ret>>(code, to_guest<T_Formal>(arguments, copies)...);
        } else if constexpr (std::is_void_v<T_Ret>) {
            call<void>(code, static_cast<wasmelt_detail::wasm_t<T_Formal>>(arguments)...);
        } else {
            return static_cast<T_Ret>(
                call<wasmelt_detail::wasm_t<T_Ret>>(code, static_cast<wasmelt_detail::wasm_t<T_Formal>>(arguments)...));
        }
    }

    template <typename T, typename T_Converted, typename... T_Args>
    auto impl_invoke_with_func_ptr(T_Converted *function, T_Args &&...arguments) {
        return invoke<T>(function, arguments...);
    }

    T_PointerType impl_malloc_in_sandbox(size_t size) {
        detail::dynamic_check(size <= std::numeric_limits<uint32_t>::max(), "More bytes than a sandbox can have");
        return call<uint32_t>(malloc_function, static_cast<uint32_t>(size));
    }

    void impl_free_in_sandbox(T_PointerType p) {
        call<void>(free_function, p);
    }

    /* ---- Callbacks ---- */

    template <typename T_Ret, typename... T_Args> T_PointerType impl_register_callback(void *key, void *function) {
        RLBOX_ACQUIRE_UNIQUE_GUARD(lock, callback_mutex);
        uint32_t chosen = 0;
        while (chosen < MAX_CALLBACKS && functions[chosen])
            chosen++;
        detail::dynamic_check(chosen < MAX_CALLBACKS, "Too many callbacks are registered");
        wasmelt_code code = nullptr;
        wasmelt_detail::for_each_index(
            [&](auto index) {
                constexpr uint32_t n = index();
                if (n != chosen)
                    return;
                if constexpr (std::is_class_v<T_Ret>)
                    code = reinterpret_cast<wasmelt_code>(called_for_struct<n, T_Ret, T_Args...>);
                else
                    code = reinterpret_cast<wasmelt_code>(called<n, T_Ret, T_Args...>);
            },
            std::make_index_sequence<MAX_CALLBACKS>());
        callback &c = callbacks[chosen];
        bool ok = wasmelt_func_init(&c.reference, code, this, wasmelt_detail::function_type<T_Ret, T_Args...>());
        detail::dynamic_check(ok, "Memory is short for a callback");
        c.index = put_into_table(&c.reference);
        keys[chosen] = key;
        functions[chosen].store(function, std::memory_order_release);
        pointer_of_index[c.index] = function;
        return c.index;
    }

    static std::pair<rlbox_wasmelt_sandbox *, void *> impl_get_executed_callback_sandbox_and_key() {
        auto &thread = this_thread();
        return {thread.sandbox, thread.sandbox->keys[thread.last_callback]};
    }

    template <typename T_Ret, typename... T_Args> void impl_unregister_callback(void *key) {
        RLBOX_ACQUIRE_UNIQUE_GUARD(lock, callback_mutex);
        for (uint32_t slot = 0; slot < MAX_CALLBACKS; slot++) {
            if (keys[slot] != key || !functions[slot])
                continue;
            uint32_t index = callbacks[slot].index;
            wasmelt_table_set(table, index, nullptr);
            pointer_of_index.erase(index);
            free_indices.push_back(index);
            free_slot(slot);
            return;
        }
        detail::dynamic_check(false, "The callback to unregister is not registered");
    }
};

} // namespace rlbox

#endif
