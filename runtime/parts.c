#include "parts.h"

parts wasmelt_rt_parts;
