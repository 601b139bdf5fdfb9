/* Startup images: the initial contents of a memory as constant data, which can be mapped into the memory page by page instead of being
 * copied.
 *
 * Only active segments that certainly succeed are put into images: those before the first segment whose offset is not constant, or which
 * may be out of bounds of the minimum size of a memory that the module defines. No two of them in one memory overlap, so that their order
 * does not matter, and segments that are copied after them may overwrite any of their bytes. Small segments stay out of images: copying
 * them is faster. */
#ifndef WASMELT_EMIT_IMAGE_H
#define WASMELT_EMIT_IMAGE_H

#include "emit/generator.h"

/* Decides which images there are; fills g->images and g->in_image. */
void images_plan(generator *g);

/* Prints the bytes of an image, where the bytes of segments stand. */
void put_image(const generator *g, out *o, uint32_t number);

/* Prints the table that tells the runtime from where each image can be mapped. */
void put_image_sources(const generator *g, out *o);

/* Prints a statement that fills a memory with image `k`. */
void put_image_use(const generator *g, out *o, uint32_t k);

#endif
