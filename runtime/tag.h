/* Tags that modules define. */
#ifndef WASMELT_RUNTIME_TAG_H
#define WASMELT_RUNTIME_TAG_H

#include <wasmelt/exception.h>

#pragma GCC visibility push(hidden)

/* Makes a tag of the store with a copy of the type, whose number stays in use as long as the tag exists. Counted for the caller. Null when
 * memory is short. */
const wasmelt_tag *wasmelt_rt_tag_new(wasmelt_store *store, const wasmelt_type *type, uint32_t type_id);

/* Count a reference to the tag, and release one, on any thread. Null and tags of the host are allowed; nothing is done for them. */
void wasmelt_rt_tag_retain(const wasmelt_tag *tag);
void wasmelt_rt_tag_release(const wasmelt_tag *tag);

#pragma GCC visibility pop

#endif
