/* Numbers of function types that are known when translating: see runtime/facts/type_number.h. */
#ifndef WASMELT_WASM_TYPE_NUMBER_H
#define WASMELT_WASM_TYPE_NUMBER_H

#include "wasm/module.h"

/* The number of a type if it is the same in all modules and processes; 0 if the type gets its number when the module is instantiated. */
uint32_t type_number(const module *m, uint32_t type);

#endif
