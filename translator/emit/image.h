/* Startup images: what active data segments leave in a memory, as constant data that can be mapped into it page by page
 * instead of being copied.
 *
 * Only segments that certainly succeed are taken: those before the first whose offset is no constant, or which may be out of
 * bounds of the least size of a memory that the module defines. No two of one memory overlap, so that their order means
 * nothing, and whatever is copied after them still finds all of their bytes. Small ones stay segments: copying those is quicker. */
#ifndef WASMELT_EMIT_IMAGE_H
#define WASMELT_EMIT_IMAGE_H

#include "emit/generator.h"

/* Decides; fills g->images and g->in_image. */
void images_plan(generator *g);

/* The bytes, to stand where those of segments stand. */
void put_image(const generator *g, out *o, uint32_t number);

/* Where each can be mapped from, for the runtime. */
void put_image_sources(const generator *g, out *o);

/* A statement that fills a memory with image `k`. */
void put_image_use(const generator *g, out *o, uint32_t k);

#endif
