/* Startup images under a sandbox. */
#ifndef WASMELT_RUNTIME_IMAGE_H
#define WASMELT_RUNTIME_IMAGE_H

#pragma GCC visibility push(hidden)

/* Opens what mapping an image of this executable needs, for a process that soon may not open it; closes it. Not
 * thread-safe. */
void wasmelt_rt_image_hold_files(void);
void wasmelt_rt_image_release_files(void);

#pragma GCC visibility pop

#endif
