/* The version of the translator and the runtime. */
#ifndef WASMELT_VERSION_H
#define WASMELT_VERSION_H

#define WASMELT_VERSION "0.1.0"

#endif
