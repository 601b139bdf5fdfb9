/* Everything that a host needs. */
#ifndef WASMELT_H
#define WASMELT_H

#include <wasmelt/target.h>

#include <wasmelt/allocator.h>
#include <wasmelt/backtrace.h>
#include <wasmelt/exception.h>
#include <wasmelt/fuel.h>
#include <wasmelt/func.h>
#include <wasmelt/heap.h>
#include <wasmelt/interrupt.h>
#include <wasmelt/memory.h>
#include <wasmelt/module.h>
#include <wasmelt/names.h>
#include <wasmelt/process.h>
#include <wasmelt/store.h>
#include <wasmelt/trap.h>
#include <wasmelt/usage.h>
#include <wasmelt/valtype.h>

#endif
