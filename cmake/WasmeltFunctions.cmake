# WebAssembly modules as targets.
#
#   wasmelt_add_library(TARGET FILE.wasm [SHARED|MODULE] [NAME prefix] [SPLIT n] [OPTIONS option...])
#   wasmelt_add_executable(TARGET FILE.wasm [NAME prefix] [SPLIT n] [OPTIONS option...])
#
# A library has the header NAME.h in its include path and brings the runtime along. A MODULE is for hosts that load it with
# dlopen and link it by names (wasmelt/module.h): its one symbol is NAME_module. An executable runs the module's
# _start. NAME is the prefix of public names in C (default: TARGET). SPLIT is the number of C files that the module
# is translated to (default: by the module's size), so that they compile in parallel; when the module changes only
# the files whose C changes are compiled again. In the build types Debug and RelWithDebInfo the C carries the lines of the
# module's source. OPTIONS go to the wasmelt command, for instance --bounds=explicit.
# The C is compiled in the build types Release and RelWithDebInfo as wasmelt does by default, whatever -O level these have,
# and where there are several files very large functions stand in two of their own, compiled with -O1 and -O0;
# the variable WASMELT_OPTIMIZE_FLAGS says otherwise ("-O3", or "" for the build type's own).
# FILE.wasm may be a component that becomes a library (docs/components.md): wasmelt compiles it, with CMake's C compiler, as its
# number of C files is only known then; it cannot be a MODULE, nor SPLIT.
# Relative files are relative to the current source directory. Where Wasmelt is a part of a project that is compiled for
# another machine, the variable WASMELT_COMMAND names a wasmelt that runs here.

# For a host that loads modules with dlopen (MODULE, or wasmelt --emit=shared): link it with Wasmelt::runtime_whole, which is the
# runtime with all of its functions, exported so that the modules find them.
if(NOT TARGET Wasmelt::runtime_whole)
  add_library(Wasmelt::runtime_whole INTERFACE IMPORTED GLOBAL)
  target_link_libraries(Wasmelt::runtime_whole INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,Wasmelt::runtime>)
  target_link_options(Wasmelt::runtime_whole INTERFACE -rdynamic)
endif()

# Adds the command that translates `file`; sets `sources_var` to the C files.
function(_wasmelt_translate target file name split options sources_var)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  if(NOT split)
    set(split 1)
    if(EXISTS "${file}")
      file(SIZE "${file}" size)
      math(EXPR split "${size} / 524288 + 1")
    endif()
  endif()
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${target}.wasmelt")
  if(split EQUAL 1)
    set(names ${name}.c)
    set(headers ${name}.h)
  else()
    math(EXPR last "${split} - 1")
    set(names ${name}_data.c ${name}_large.c ${name}_huge.c)
    foreach(k RANGE ${last})
      list(APPEND names ${name}_${k}.c)
    endforeach()
    set(headers ${name}.h ${name}_internal.h)
  endif()
  if("--bounds=either" IN_LIST options) # the other form of the code
    foreach(file_of_form IN LISTS names)
      string(REGEX REPLACE "^${name}" "${name}_checked" file_of_form "${file_of_form}")
      list(APPEND names_checked ${file_of_form})
    endforeach()
    list(APPEND names ${names_checked})
    if(NOT split EQUAL 1)
      list(APPEND headers ${name}_checked_internal.h)
    endif()
  endif()
  if(CMAKE_BUILD_TYPE MATCHES "^(Debug|RelWithDebInfo)$") # what CMake compiles with -g
    list(PREPEND options -g)
  endif()
  set(wasmelt Wasmelt::wasmelt)
  if(WASMELT_COMMAND)
    set(wasmelt "${WASMELT_COMMAND}")
  endif()
  # A C file that stays as it is keeps its time, so that what says when this was done last is a file of its own.
  set(outputs ${names} ${headers})
  list(TRANSFORM outputs PREPEND "${directory}/")
  add_custom_command(
    OUTPUT "${directory}/stamp"
    BYPRODUCTS ${outputs}
    COMMAND ${wasmelt} "${file}" --emit=c "--name=${name}" "--split=${split}" ${options} -o "${directory}"
    COMMAND "${CMAKE_COMMAND}" -E touch "${directory}/stamp"
    DEPENDS "${file}" ${wasmelt}
    COMMENT "Translating ${file}"
    VERBATIM)
  list(TRANSFORM names PREPEND "${directory}/")
  if(NOT DEFINED WASMELT_OPTIMIZE_FLAGS)
    include("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/WasmeltFlags.cmake")
    foreach(kind large huge)
      string(TOUPPER ${kind} upper)
      set_source_files_properties("${directory}/${name}_${kind}.c" "${directory}/${name}_checked_${kind}.c" PROPERTIES COMPILE_OPTIONS
                                  "$<$<CONFIG:Release,RelWithDebInfo>:${WASMELT_${upper}_FLAGS}>")
    endforeach()
  endif()
  set(${sources_var} ${names} "${directory}/stamp" PARENT_SCOPE)
  set(_wasmelt_directory "${directory}" PARENT_SCOPE)
endfunction()

# In the build types that are optimised for speed, what the command gives by default takes the place of CMake's -O level.
function(_wasmelt_compile_options target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD OFF) # its files are split for a reason, and share no names
  include("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/WasmeltFlags.cmake")
  set(fast $<CONFIG:Release,RelWithDebInfo>)
  if(DEFINED WASMELT_OPTIMIZE_FLAGS)
    set(WASMELT_GCC_OPTIMIZE_FLAGS ${WASMELT_OPTIMIZE_FLAGS})
    set(WASMELT_CLANG_OPTIMIZE_FLAGS ${WASMELT_OPTIMIZE_FLAGS})
  endif()
  get_property(gdb_script GLOBAL PROPERTY WASMELT_GDB_SCRIPT)
  if(gdb_script AND CMAKE_BUILD_TYPE MATCHES "^(Debug|RelWithDebInfo)$")
    target_compile_definitions(${target} PRIVATE "WASMELT_GDB_SCRIPT=\"${gdb_script}\"")
  endif()
  target_compile_options(${target} PRIVATE ${WASMELT_C_FLAGS}
                         "$<$<AND:${fast},$<C_COMPILER_ID:GNU>>:${WASMELT_GCC_OPTIMIZE_FLAGS}>"
                         "$<$<AND:${fast},$<C_COMPILER_ID:Clang>>:${WASMELT_CLANG_OPTIMIZE_FLAGS}>")
endfunction()

# Calls a function below in a folder where C is enabled; what is made is where it would have been.
function(_wasmelt_call_with_c function target file)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(_wasmelt_function ${function})
  set(_wasmelt_arguments ${target} "${file}" ${ARGN})
  foreach(kind RUNTIME LIBRARY ARCHIVE)
    if(NOT CMAKE_${kind}_OUTPUT_DIRECTORY)
      set(CMAKE_${kind}_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
    endif()
  endforeach()
  add_subdirectory("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/language" "${CMAKE_CURRENT_BINARY_DIR}/${target}.c")
endfunction()

# Links the runtime. A shared library uses its own functions and descriptor even if another one of the process, perhaps with another copy
# of the runtime, shows a module of the same name.
function(_wasmelt_link target)
  target_link_libraries(${target} PUBLIC Wasmelt::runtime)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "SHARED_LIBRARY" AND UNIX AND NOT APPLE)
    target_link_options(${target} PRIVATE "LINKER:-Bsymbolic")
  endif()
endfunction()

function(_wasmelt_finish target)
  _wasmelt_compile_options(${target})
  _wasmelt_link(${target})
endfunction()

# Sets `result_var` to whether the file, if it is there, is a component.
function(_wasmelt_is_component file result_var)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(${result_var} FALSE PARENT_SCOPE)
  if(EXISTS "${file}")
    file(READ "${file}" start LIMIT 8 HEX)
    if(start MATCHES "^0061736d....0100$")
      set(${result_var} TRUE PARENT_SCOPE)
    endif()
  endif()
endfunction()

# Adds the library of a component.
function(_wasmelt_add_component target file name type options)
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${target}.wasmelt")
  set(wasmelt Wasmelt::wasmelt)
  if(WASMELT_COMMAND)
    set(wasmelt "${WASMELT_COMMAND}")
  endif()
  if(CMAKE_BUILD_TYPE MATCHES "^(Debug|RelWithDebInfo)$")
    list(PREPEND options -g)
  endif()
  file(MAKE_DIRECTORY "${directory}")
  add_custom_command(
    OUTPUT "${directory}/${name}.o"
    BYPRODUCTS "${directory}/${name}.h"
    COMMAND ${wasmelt} "${file}" --emit=obj "--name=${name}" "--cc=${CMAKE_C_COMPILER} -fPIC" ${options} -o "${directory}/${name}.o"
    DEPENDS "${file}" ${wasmelt}
    COMMENT "Compiling ${file}"
    VERBATIM)
  add_library(${target} ${type} "${directory}/${name}.o")
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${target} PUBLIC "${directory}")
  _wasmelt_link(${target})
endfunction()

function(wasmelt_add_library target file)
  if(NOT CMAKE_C_COMPILE_OBJECT)
    _wasmelt_call_with_c(wasmelt_add_library ${target} "${file}" ${ARGN})
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 2 arg "SHARED;MODULE" "NAME;SPLIT" "OPTIONS")
  if(NOT arg_NAME)
    set(arg_NAME ${target})
  endif()
  _wasmelt_is_component("${file}" is_component)
  if(is_component AND (arg_MODULE OR arg_SPLIT))
    message(FATAL_ERROR "wasmelt_add_library: a component cannot be a MODULE, nor SPLIT: ${file}")
  elseif(is_component)
    set(type STATIC)
    if(arg_SHARED)
      set(type SHARED)
    endif()
    _wasmelt_add_component(${target} "${file}" ${arg_NAME} ${type} "${arg_OPTIONS}")
    return()
  endif()
  if(arg_MODULE)
    list(APPEND arg_OPTIONS --imports=named)
  endif()
  _wasmelt_translate(${target} "${file}" ${arg_NAME} "${arg_SPLIT}" "${arg_OPTIONS}" sources)
  if(arg_MODULE)
    add_library(${target} MODULE ${sources})
    set_target_properties(${target} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden)
    _wasmelt_compile_options(${target})
    target_include_directories(${target} PRIVATE $<TARGET_PROPERTY:Wasmelt::runtime,INTERFACE_INCLUDE_DIRECTORIES>)
    target_link_libraries(${target} PRIVATE -lm) # rounding functions, where the compiler calls them
    return()
  endif()
  if(arg_SHARED)
    add_library(${target} SHARED ${sources})
  else()
    add_library(${target} STATIC ${sources})
  endif()
  target_include_directories(${target} PUBLIC "${_wasmelt_directory}")
  _wasmelt_finish(${target})
endfunction()

function(wasmelt_add_executable target file)
  if(NOT CMAKE_C_COMPILE_OBJECT)
    _wasmelt_call_with_c(wasmelt_add_executable ${target} "${file}" ${ARGN})
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "NAME;SPLIT" "OPTIONS")
  if(NOT arg_NAME)
    set(arg_NAME ${target})
  endif()
  _wasmelt_translate(${target} "${file}" ${arg_NAME} "${arg_SPLIT}" "--main;${arg_OPTIONS}" sources)
  add_executable(${target} ${sources})
  _wasmelt_finish(${target})
endfunction()
