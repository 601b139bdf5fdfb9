/* Numbers of function types that the translator knows: see runtime/facts/type_number.h. */
#ifndef WASMELT_WASM_TYPE_NUMBER_H
#define WASMELT_WASM_TYPE_NUMBER_H

#include "wasm/module.h"

/* The number of a type that is the same in all modules and processes, or 0: it gets one when the module is instantiated. */
uint32_t type_number(const module *m, uint32_t type);

#endif
