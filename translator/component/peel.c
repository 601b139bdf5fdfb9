#include "component/peel.h"

const module *component_peel(const component *c, diag *d) {
    diag_unsupported(d, c->offset, "components", "build it again for WASI preview 1 (wasm32-wasip1)");
    return NULL;
}
