#include "driver/toolchain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "base/strbuf.h"
#include "system/process.h"
#include "system/system.h"

static const char *text(arena *a, strbuf *s) {
    const char *copy = arena_string(a, s->data ? s->data : "", s->count);
    strbuf_free(s);
    return copy;
}

static const char *join(arena *a, const char *first, const char *second) {
    strbuf s = {0};
    strbuf_puts(&s, first);
    strbuf_puts(&s, second);
    return text(a, &s);
}

/* ---- Finding the compiler and the runtime ---- */

static bool in_path(const char *program) {
    strbuf path = {0};
    bool found = system_find_program(program, &path);
    strbuf_free(&path);
    return found;
}

/* Appends words that are separated by blanks; there is no quoting. */
static void add_words(string_list *list, const char *words, arena *a) {
    while (*words) {
        size_t length = strcspn(words, " \t");
        if (length > 0)
            *vec_push(list) = arena_string(a, words, length);
        words += length + (words[length] != 0);
    }
}

static bool find_compiler(toolchain *t, const options *o, arena *a) {
    static const char *const usual[] = {"gcc", "clang", "cc"};
    const char *given = o->cc ? o->cc : getenv("CC");
    if (given && *given) {
        add_words(&t->compiler, given, a);
    } else {
        for (size_t k = 0; k < sizeof usual / sizeof *usual && t->compiler.count == 0; k++)
            if (in_path(usual[k]))
                *vec_push(&t->compiler) = usual[k];
    }
    if (t->compiler.count > 0 && in_path(t->compiler.data[0]))
        return true;
    if (given && *given)
        say(stderr, "wasmelt: error: C compiler '%s' not found\n", given);
    else
        fputs("wasmelt: error: no C compiler found (tried gcc, clang, cc): install one or name it "
              "with --cc\n",
              stderr);
    return false;
}

#define GDB_SCRIPT "wasmelt-gdb.py"

static bool use_home(toolchain *t, arena *a, const char *home) {
    static const char *const folders[] = {"/lib", "/" WASMELT_INSTALL_LIBDIR};
    const char *header = join(a, home, "/include/wasmelt/code/core.h");
    for (size_t k = 0; k < sizeof folders / sizeof *folders; k++) {
        const char *library = join(a, join(a, home, folders[k]), "/libwasmelt_rt.a");
        if (system_can_read(header) && system_can_read(library)) {
            t->include_flag = join(a, join(a, "-I", home), "/include");
            t->runtime = library;
            const char *sources = join(a, home, "/" WASMELT_INSTALL_DATADIR "/wasmelt/runtime");
            t->sources = system_can_read(sources) ? sources : NULL;
            const char *script = join(a, home, "/" WASMELT_INSTALL_DATADIR "/gdb/auto-load/wasmelt/" GDB_SCRIPT);
            t->gdb_script = system_can_read(script) ? script : NULL;
            return true;
        }
    }
    return false;
}

/* The directory above the one that holds this program, or "". */
static const char *own_prefix(arena *a) {
    strbuf path = {0};
    system_own_path(&path);
    for (int up = 0; path.count > 0 && up < 2; up++)
        strbuf_truncate(&path, system_directory_length(path.data));
    return text(a, &path);
}

static bool find_runtime(toolchain *t, arena *a) {
    const char *home = getenv("WASMELT_HOME");
    if (home && *home) {
        t->chosen = true;
        if (use_home(t, a, home))
            return true;
        say(stderr, "wasmelt: error: WASMELT_HOME=%s has no include/wasmelt and lib/libwasmelt_rt.a\n", home);
        return false;
    }
    if (use_home(t, a, own_prefix(a)))
        return true;
    if (system_can_read(WASMELT_BUILD_RUNTIME_LIB) && system_can_read(WASMELT_BUILD_INCLUDE_DIR)) {
        t->include_flag = "-I" WASMELT_BUILD_INCLUDE_DIR;
        t->runtime = WASMELT_BUILD_RUNTIME_LIB;
        t->sources = WASMELT_BUILD_RUNTIME_SOURCES;
        t->gdb_script = WASMELT_BUILD_GDB_DIR "/" GDB_SCRIPT;
        return true;
    }
    fputs("wasmelt: error: the runtime (include/wasmelt, lib/libwasmelt_rt.a) is not where this "
          "program is "
          "installed: set WASMELT_HOME\n",
          stderr);
    return false;
}

void toolchain_free(toolchain *t) {
    vec_free(&t->compiler);
}

/* ---- Commands ---- */

static void add(string_list *command, const char *word) {
    *vec_push(command) = word;
}

static void add_all(string_list *command, const string_list *words) {
    for (size_t k = 0; k < words->count; k++)
        add(command, words->data[k]);
}

static void add_flags(string_list *command, const string_list *flags, arena *a) {
    for (size_t k = 0; k < flags->count; k++)
        add_words(command, flags->data[k], a);
}

/* ---- Paths in commands ---- */

static bool begins_with(const char *word, const char *start) {
    return strncmp(word, start, strlen(start)) == 0;
}

/* Whether an option means the same in any working directory: it names no file, or one by its absolute path. */
static bool is_path_independent_option(const char *word) {
    static const char *const plain[] = {"-O", "-g",    "-std=",    "-m",        "-D",        "-U",  "-W",  "-w",
                                        "-f", "-pipe", "-pthread", "-pedantic", "--target=", "-I/", "-B/", "--sysroot=/"};
    static const char *const with_files[] = {"-fprofile", "-fauto-profile", "-fplugin", "-fdump", "-fopt-info"};
    for (size_t k = 0; k < sizeof with_files / sizeof *with_files; k++)
        if (begins_with(word, with_files[k]))
            return false;
    if (begins_with(word, "-W") && strchr(word, ',')) /* passed on to another program: -Wl,... */
        return false;
    for (size_t k = 0; k < sizeof plain / sizeof *plain; k++)
        if (begins_with(word, plain[k]))
            return true;
    return false;
}

static bool is_path_independent_program(const char *name) {
    strbuf path = {0};
    bool placeless = system_find_program(name, &path) && system_is_absolute(path.data);
    strbuf_free(&path);
    return placeless;
}

bool toolchain_is_path_independent(const toolchain *t, const options *o) {
    arena a = {0};
    string_list flags = {0};
    size_t programs = 0;
    while (programs < t->compiler.count && t->compiler.data[programs][0] != '-')
        programs++;
    bool placeless = system_is_absolute(t->include_flag + 2);
    for (size_t k = 0; placeless && k < t->compiler.count; k++)
        placeless = k < programs ? is_path_independent_program(t->compiler.data[k]) : is_path_independent_option(t->compiler.data[k]);
    add_flags(&flags, &o->cflags, &a);
    for (size_t k = 0; placeless && k < flags.count; k++)
        placeless = is_path_independent_option(flags.data[k]);
    vec_free(&flags);
    arena_free(&a);
    return placeless;
}

/* ---- Machines ---- */

/* The machine in a target triple such as arm64-linux-gnu, by the name that GCC uses: aarch64. */
static void machine_of(const char *triple, strbuf *machine) {
    size_t length = strcspn(triple, "-\n");
    if (strncmp(triple, "arm64", 5) == 0)
        strbuf_puts(machine, "aarch64");
    else if (strncmp(triple, "amd64", 5) == 0)
        strbuf_puts(machine, "x86_64");
    else
        strbuf_append(machine, triple, length);
    if (strstr(triple, "musl"))
        strbuf_puts(machine, " musl");
}

static const char *machine(toolchain *t, const options *o, arena *a) {
    if (t->machine)
        return t->machine;
    strbuf triple = {0};
    string_list command = {0};
    add_all(&command, &t->compiler);
    add_flags(&command, &o->cflags, a); /* they may include --target=... */
    add(&command, "-dumpmachine");
    add(&command, NULL);
    bool says = process_capture(command.data, &triple) == 0 && triple.count > 0;
    t->machine = arena_string(a, says ? triple.data : "", says ? strcspn(triple.data, "\n") : 0);
    vec_free(&command);
    strbuf_free(&triple);
    return t->machine;
}

static bool has_text_in(const string_list *list, const char *text) {
    for (size_t k = 0; k < list->count; k++)
        if (strstr(list->data[k], text))
            return true;
    return false;
}

/* Whether the compiler may use another C library than the runtime, or other sizes, although it names the same machine: as a wrapper such as
 * musl-gcc does, or gcc -m32. The preprocessor tells; it is asked only if the command is not just a compiler's name, because that takes
 * longer than asking for the machine. */
static bool may_differ(const toolchain *t, const options *o) {
    static const char *const usual[] = {"gcc", "clang", "cc"};
    static const char *const flags[] = {"-specs", "sysroot", "-nostdinc", "-m32", "-mx32", "-target", "-DWASMELT_SMALL_SYSTEM"};
    for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
        if (has_text_in(&t->compiler, flags[k]) || has_text_in(&o->cflags, flags[k]))
            return true;
    for (size_t k = 0; k < sizeof usual / sizeof *usual; k++)
        if (strcmp(t->compiler.data[0], usual[k]) == 0)
            return sizeof(void *) == 4; /* which may need flags */
    return true;
}

static void ask_preprocessor(toolchain *t, const options *o, arena *a) {
    strbuf macros = {0};
    string_list command = {0};
    t->macros = "";
    if (!may_differ(t, o))
        return;
    add_all(&command, &t->compiler);
    add_flags(&command, &o->cflags, a);
    static const char *const question[] = {"-E", "-dM", "-include", "limits.h", "-x", "c", SYSTEM_NOTHING, NULL};
    for (size_t k = 0; k < sizeof question / sizeof *question; k++)
        add(&command, question[k]);
    if (process_capture(command.data, &macros) == 0 && macros.count > 0)
        t->macros = arena_string(a, macros.data, macros.count);
    vec_free(&command);
    strbuf_free(&macros);
}

bool toolchain_find(toolchain *t, const options *o, arena *a) {
    if (!find_compiler(t, o, a) || !find_runtime(t, a))
        return false;
    ask_preprocessor(t, o, a);
    return true;
}

static bool defines(const toolchain *t, const char *macro) {
    strbuf line = {0};
    strbuf_printf(&line, "#define %s", macro);
    bool found = strstr(t->macros, line.data) != NULL;
    strbuf_free(&line);
    return found;
}

bool toolchain_has_small_addresses(const toolchain *t) {
    return *t->macros ? defines(t, "__SIZEOF_POINTER__ 4") : sizeof(void *) == 4;
}

bool toolchain_is_for_small_system(const toolchain *t) {
    bool says = defines(t, "WASMELT_SMALL_SYSTEM ");
    return says ? !defines(t, "WASMELT_SMALL_SYSTEM 0")
                : *t->macros && !defines(t, "__unix__ ") && !defines(t, "__APPLE__ ") && !defines(t, "_WIN32 ");
}

void toolchain_sources_for_small_systems(const toolchain *t, arena *a, string_list *sources) {
    size_t from = sources->count;
    add_words(sources, WASMELT_RUNTIME_FOR_SMALL_SYSTEMS, a);
    for (size_t k = from; k < sources->count; k++)
        sources->data[k] = join(a, join(a, t->sources, "/"), sources->data[k]);
}

/* Adds what x86 with 32 bits needs for WebAssembly's floating-point numbers (wasmelt/target.h), and keeps GCC for ARM from telling how
 * other versions of it align atomic members. */
static void add_machine(const toolchain *t, string_list *command) {
    if (defines(t, "__i386__ ") && !defines(t, "__SSE2_MATH__ ")) {
        add(command, "-msse2");
        add(command, "-mfpmath=sse");
    }
    if (toolchain_has_small_addresses(t) && !defines(t, "__clang__ "))
        add(command, "-Wno-psabi");
}

/* Sizes of files and times have 64 bits on every machine (cmake/WasmeltRuntime.cmake says the same). */
static void add_large_files(const toolchain *t, string_list *command) {
    if (!toolchain_has_small_addresses(t) || toolchain_is_for_small_system(t))
        return;
    add(command, "-D_FILE_OFFSET_BITS=64");
    add(command, "-D_TIME_BITS=64");
}

#ifdef __GLIBC__
enum { OURS_IS_GLIBC = true };
#else
enum { OURS_IS_GLIBC = false };
#endif

static bool has_other_library(const toolchain *t) {
    return *t->macros && (defines(t, "__GLIBC__ ") != OURS_IS_GLIBC || toolchain_has_small_addresses(t) != (sizeof(void *) == 4));
}

bool toolchain_is_foreign(toolchain *t, const options *o, arena *a) {
    strbuf ours = {0}, theirs = {0};
    const char *triple = machine(t, o, a);
    machine_of(WASMELT_RUNTIME_MACHINE, &ours);
    machine_of(triple, &theirs);
    bool foreign = *triple && strcmp(ours.data, theirs.data) != 0;
    strbuf_free(&ours);
    strbuf_free(&theirs);
    return foreign || has_other_library(t);
}

/* RISC-V has no atomic instructions for 8 and 16 bits: GCC before 13 calls functions of libatomic. */
const char *toolchain_more_libraries(toolchain *t, const options *o, arena *a) {
    return strncmp(machine(t, o, a), "riscv", 5) == 0 ? "-latomic" : NULL;
}

/* The program of this name that goes with the compiler: the one that the variable names, else the one that the compiler names. */
static const char *program_of(const toolchain *t, const char *name, const char *variable, arena *a) {
    const char *found = getenv(variable);
    if (found && *found)
        return found;
    strbuf path = {0};
    string_list command = {0};
    add_all(&command, &t->compiler);
    add(&command, join(a, "-print-prog-name=", name));
    add(&command, NULL);
    found = name;
    if (process_capture(command.data, &path) == 0 && path.count > 1 && path.data[path.count - 1] == '\n')
        found = arena_string(a, path.data, path.count - 1);
    vec_free(&command);
    strbuf_free(&path);
    return found;
}

const char *toolchain_archiver(const toolchain *t, arena *a) {
    return program_of(t, "ar", "AR", a);
}

bool toolchain_strip(toolchain *t, const options *o, arena *a, const char *file, string_list *command) {
    bool is_ours = o->emit == EMIT_EXE && o->command != COMMAND_RUN && o->cflags.count == 0 && o->ldflags.count == 0;
    if (!is_ours || o->translate.debug || o->pgo || toolchain_is_foreign(t, o, a))
        return false;
    const char *strip = program_of(t, "strip", "STRIP", a);
    strbuf path = {0};
    bool found = system_find_program(strip, &path);
    strbuf_free(&path);
    if (!found)
        return false;
    add(command, strip);
    add(command, "--wildcard");
    add(command, "--keep-symbol=f_*"); /* emit/names.c has the names of functions */
    add(command, "--keep-symbol=f[0-9]*");
    add(command, "--keep-symbol=*_2f*");
    add(command, file);
    add(command, NULL);
    return true;
}

/* Whether the compiler is the named one, as far as its command tells: "cc" could be any. */
static bool is_called(const toolchain *t, const char *name) {
    for (size_t k = 0; k < t->compiler.count; k++)
        if (strstr(t->compiler.data[k], name))
            return true;
    return false;
}

#ifdef _WIN32
enum { OURS_IS_WINDOWS = true };
#else
enum { OURS_IS_WINDOWS = false };
#endif

bool toolchain_is_for_windows(const toolchain *t) {
    return *t->macros ? defines(t, "_WIN32 ") : OURS_IS_WINDOWS || is_called(t, "mingw") || is_called(t, "windows");
}

/* On Windows frames are always probed, by a function of the compiler's. To be asked for more makes GCC fail. On small systems probes would
 * meet nothing. */
static void add_probing(const toolchain *t, string_list *command) {
    if (toolchain_is_for_windows(t) || toolchain_is_for_small_system(t))
        add(command, "-fno-stack-clash-protection");
}

/* Keeps clang from warning about flags that do nothing on some machine, such as -fstack-clash-protection. */
static void add_quiet(const toolchain *t, string_list *command) {
    if (is_called(t, "clang"))
        add(command, "-Wno-unused-command-line-argument");
}

/* Adds the flags for profile-guided optimisation. GCC finds a profile by the name of the object and uses it for a function only if the
 * function stands in the same file and line. Therefore objects are made in the profile's directory, and the C files are kept there. Code
 * that was not run is compiled as if there were no profile. Clang reads one file for the whole module, which llvm-profdata makes from
 * what was counted. */
static void add_profile(const toolchain *t, const options *o, arena *a, string_list *command) {
    bool is_clang = is_called(t, "clang");
    if (!o->pgo)
        return;
    if (o->pgo_generate) {
        add(command, is_clang ? join(a, "-fprofile-generate=", o->pgo) : "-fprofile-generate");
    } else if (is_clang) {
        add(command, join(a, join(a, "-fprofile-use=", o->pgo), "/default.profdata"));
        add(command, "-Wno-profile-instr-unprofiled");
    } else {
        add(command, "-fprofile-use");
        add(command, "-fprofile-partial-training");
        add(command, "-Wno-missing-profile");
    }
}

/* Adds the end of a compile command: the user's flags, which come last, and the files. */
static void add_files(const toolchain *t, const options *o, arena *a, const char *source, const char *object, string_list *command) {
    add(command, t->include_flag);
    add_flags(command, &o->cflags, a);
    add(command, "-c");
    add(command, source);
    add(command, "-o");
    add(command, object);
    add(command, NULL);
}

void toolchain_compile_runtime(const toolchain *t, const options *o, arena *a, const char *source, const char *object,
                               string_list *command) {
    add_all(command, &t->compiler);
    add_words(command, WASMELT_RUNTIME_FLAGS, a);
    add_machine(t, command);
    add_probing(t, command);
    add_large_files(t, command);
    add_quiet(t, command);
    if (toolchain_is_for_small_system(t))
        add_words(command, WASMELT_FLAGS_FOR_SMALL_SYSTEMS, a);
    add(command, toolchain_is_for_small_system(t) ? "-Os" : "-O2");
    add_files(t, o, a, source, object, command);
}

const char *toolchain_special_flags(const options *o, special_kind kind) {
    if (o->optimize && strchr(kind == FILE_LARGE ? "01g" : "0", o->optimize[0]))
        return NULL;
    return kind == FILE_LARGE ? WASMELT_LARGE_FLAGS : WASMELT_HUGE_FLAGS;
}

/* Adds the optimisation level. A level that the user gave is passed on as it is, but for functions on which compilers would spend too long
 * with it. With a profile it is -O2, because the profile tells the compiler which functions are worth its time. Otherwise it is the set of
 * flags that the project has chosen for this compiler. */
static void add_optimization(const toolchain *t, const options *o, special_kind kind, arena *a, string_list *command) {
    const char *special = kind < SPECIAL_FILES ? toolchain_special_flags(o, kind) : NULL;
    if (special)
        add_words(command, special, a);
    else if (o->optimize)
        add(command, join(a, "-O", o->optimize));
    else if (o->command == COMMAND_RUN) /* someone is waiting: it takes half the time of -O2, and the program is nearly as fast */
        add(command, "-O1");
    else if (!o->pgo && is_called(t, "clang"))
        add_words(command, WASMELT_CLANG_OPTIMIZE_FLAGS, a);
    else if (!o->pgo && is_called(t, "gcc"))
        add_words(command, WASMELT_GCC_OPTIMIZE_FLAGS, a);
    else
        add(command, "-O2");
}

static bool makes_shared(const options *o) {
    return o->emit == EMIT_SHARED || o->emit == EMIT_FFI;
}

/* Tells the C where the extension for gdb is (wasmelt/code/debug.h), unless its path would have to be quoted there. */
static void add_gdb_script(const toolchain *t, arena *a, string_list *command) {
    if (t->gdb_script && system_is_absolute(t->gdb_script) && !strpbrk(t->gdb_script, "\"\\%\n"))
        add(command, join(a, join(a, "-DWASMELT_GDB_SCRIPT=\"", t->gdb_script), "\""));
}

/* WASMELT_C_FLAGS are the flags that the emitted C needs; cmake/WasmeltFlags.cmake says why. */
void toolchain_compile(const toolchain *t, const options *o, arena *a, const char *directory, const char *shown, const char *source,
                       special_kind kind, const char *object, string_list *command) {
    add_all(command, &t->compiler);
    add_words(command, WASMELT_C_FLAGS, a);
    add_machine(t, command);
    add_probing(t, command);
    add_quiet(t, command);
    add_optimization(t, o, kind, a, command);
    if (o->march)
        add(command, join(a, "-march=", o->march));
    add_profile(t, o, a, command);
    if (o->translate.debug) {
        add(command, "-g");
        if (!o->keep) /* the C will be removed: do not name a directory that differs each time */
            add(command, join(a, join(a, join(a, "-fdebug-prefix-map=", directory), "="), shown));
        for (size_t k = 0; k < o->prefix_maps.count; k++)
            add(command, join(a, "-fdebug-prefix-map=", o->prefix_maps.data[k]));
        add_gdb_script(t, a, command);
    }
    if (o->emit == EMIT_EXE)
        add(command, "-DWASMELT_EXECUTABLE");
    if (makes_shared(o)) {
        add(command, "-fPIC");
        /* Plain C cannot say that its descriptor is to be seen; what else is not static in it has public names. */
        if (o->translate.c == C_GNU)
            add(command, "-fvisibility=hidden");
    }
    add_files(t, o, a, source, object, command);
}

void toolchain_link(toolchain *t, const options *o, arena *a, const string_list *objects, const char *output, string_list *command) {
    if (o->emit == EMIT_LIB) {
        add(command, toolchain_archiver(t, a));
        add(command, "rcs");
        add(command, output);
        add_all(command, objects);
        add(command, NULL);
        return;
    }
    add_all(command, &t->compiler);
    if (o->pgo_generate)
        add_profile(t, o, a, command);
    if (o->translate.debug)
        add(command, "-g");
    if (makes_shared(o)) {
        add(command, "-shared");
        add(command, "-Wl,-Bsymbolic"); /* its functions are its own, whatever else the process has */
    }
    if (o->emit == EMIT_OBJ) {
        add(command, "-r");
        add(command, "-nostdlib");
    }
    add_flags(command, &o->cflags, a);
    add(command, "-o");
    add(command, output);
    add_all(command, objects);
    if (o->emit == EMIT_EXE) {
        add(command, t->runtime);
        add(command, "-Wl,--gc-sections");
        if (toolchain_is_for_windows(t)) {
            add(command, "-static"); /* it needs no library beside Windows' own */
        } else {
            add(command, "-Wl,--eh-frame-hdr");   /* needed for backtraces, and musl-gcc leaves it out */
            add(command, "-Wl,--hash-style=gnu"); /* Clang has the older table of symbols, too, which takes a page */
        }
        add(command, "-lm");
        add(command, "-lpthread");
    }
    if (o->emit == EMIT_FFI) { /* all of the runtime, for whoever loads it */
        add(command, "-Wl,--whole-archive");
        add(command, t->runtime);
        add(command, "-Wl,--no-whole-archive");
        add(command, "-lpthread");
    }
    if (makes_shared(o)) { /* libm for the rounding functions that the compiler may call: a host may not be linked with it */
        add(command, "-Wl,--as-needed");
        add(command, "-lm");
    }
    const char *more = o->emit == EMIT_EXE || makes_shared(o) ? toolchain_more_libraries(t, o, a) : NULL;
    if (more)
        add(command, more);
    add_flags(command, &o->ldflags, a);
    add(command, NULL);
}
