# `cmake --build build --target lint`: format and static analysis of translator and runtime, with no findings. What is checked and what is not: .clang-tidy.
file(GLOB_RECURSE lint_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/translator/*.c ${PROJECT_SOURCE_DIR}/runtime/*.c)
find_program(CLANG_TIDY clang-tidy)
find_program(CPPCHECK cppcheck)
find_program(CLANG_FORMAT clang-format-14)
mark_as_advanced(CLANG_TIDY CPPCHECK CLANG_FORMAT)
if(CLANG_TIDY AND CPPCHECK AND CLANG_FORMAT)
  # A process for each file: in one for all, clang-tidy 14 takes every va_list but the first file's for uninitialised.
  list(JOIN lint_sources "\n" lint_list)
  file(WRITE ${PROJECT_BINARY_DIR}/lint_sources.txt "${lint_list}\n")
  cmake_host_system_information(RESULT lint_processes QUERY NUMBER_OF_LOGICAL_CORES)
  add_custom_target(lint
    COMMAND ${CLANG_FORMAT} --dry-run -Werror ${lint_sources}
    COMMAND xargs -a ${PROJECT_BINARY_DIR}/lint_sources.txt -d "\\n" -n 1 -P ${lint_processes} ${CLANG_TIDY} -p ${PROJECT_BINARY_DIR} --quiet
    COMMAND ${CPPCHECK} --quiet --enable=warning,performance,portability --inline-suppr --std=c11 --error-exitcode=1
            --suppress=missingInclude --suppress=unknownMacro -I${PROJECT_SOURCE_DIR}/translator -I${PROJECT_SOURCE_DIR}/include ${lint_sources}
    VERBATIM)
endif()
