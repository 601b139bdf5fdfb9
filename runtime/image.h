/* Startup images under a sandbox. */
#ifndef WASMELT_RUNTIME_IMAGE_H
#define WASMELT_RUNTIME_IMAGE_H

#pragma GCC visibility push(hidden)

/* Opens and closes the files that are needed to map an image of this executable, for a process that will soon not be allowed to open them.
 * Not thread-safe. */
void wasmelt_rt_image_hold_files(void);
void wasmelt_rt_image_release_files(void);

#pragma GCC visibility pop

#endif
