/* Startup images under a sandbox. */
#ifndef WASMELT_RUNTIME_IMAGE_H
#define WASMELT_RUNTIME_IMAGE_H

/* Opens what mapping an image of this executable needs, for a process that soon may not open it; closes it. Not
 * thread-safe. */
void image_hold_files(void);
void image_release_files(void);

#endif
