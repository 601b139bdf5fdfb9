# The runtime as a target, made from the sources in `directory`: here, and in projects that compile for another machine
# than the installed one is for. Callers say where the headers are.
function(wasmelt_define_runtime target directory)
  include("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/WasmeltFlags.cmake")
  include(CheckCCompilerFlag)
  # What runs out of stack inside the runtime must meet the guard page, not jump over it. Not every compiler knows how
  # on every machine.
  check_c_compiler_flag("-Werror -fstack-clash-protection" WASMELT_HAS_STACK_CLASH_PROTECTION)
  if(WIN32 OR NOT WASMELT_HAS_STACK_CLASH_PROTECTION) # on Windows frames are always probed, and to be asked for more makes GCC fail
    list(REMOVE_ITEM WASMELT_RUNTIME_FLAGS -fstack-clash-protection)
  endif()
  # RISC-V has no atomic instructions for bytes, which GCC before 13 has functions for.
  include(CheckCSourceCompiles)
  check_c_source_compiles("int main(int n, char **v) { return __atomic_fetch_add(*v, (char)n, __ATOMIC_SEQ_CST); }"
                          WASMELT_HAS_NARROW_ATOMICS)
  # Where pointers have 32 bits: files and times have 64 (translator/driver/toolchain.c says the same), GCC does not tell how other
  # versions of it align what is atomic, and x87 arithmetic is not WebAssembly's (include/wasmelt/target.h).
  set(arithmetic_flags "")
  set(small_flags "")
  if(CMAKE_SIZEOF_VOID_P EQUAL 4)
    set(small_flags -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Wno-psabi)
    check_c_source_compiles("#if defined __i386__ && !defined __SSE2_MATH__\n#error\n#endif\nint main(void) { return 0; }"
                            WASMELT_HAS_PLAIN_ARITHMETIC)
    if(NOT WASMELT_HAS_PLAIN_ARITHMETIC)
      set(arithmetic_flags -msse2 -mfpmath=sse)
    endif()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${directory}/*.c")
  if(WIN32)
    list(FILTER sources EXCLUDE REGEX "/wasi2/") # its sockets are for POSIX
  endif()
  list(TRANSFORM WASMELT_RUNTIME_SMALL PREPEND "${directory}/" OUTPUT_VARIABLE small)
  # GCC's -Oz saves a seventieth more. With Clang's, tables for unwinding grow by as much as half of what the code saves.
  check_c_compiler_flag(-Oz WASMELT_HAS_OZ)
  set(smallest -Os)
  if(WASMELT_HAS_OZ AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(smallest -Oz)
  endif()
  set_source_files_properties(${small} PROPERTIES
                              COMPILE_OPTIONS "$<$<OR:$<CONFIG:Release>,$<CONFIG:RelWithDebInfo>>:${smallest}>")
  add_library(${target} STATIC ${sources})
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
  target_compile_options(${target} PRIVATE ${WASMELT_RUNTIME_FLAGS} ${small_flags})
  target_compile_options(${target} PUBLIC ${arithmetic_flags})
  # As flags: a project may have a target with the name of such a library, which would be linked instead.
  target_link_libraries(${target} PUBLIC Threads::Threads -lm $<$<NOT:$<BOOL:${WASMELT_HAS_NARROW_ATOMICS}>>:-latomic>)
endfunction()
