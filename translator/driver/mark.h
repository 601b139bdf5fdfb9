/* What wasmelt puts into executables, objects, archives and shared objects, to know its own when it makes them again: a line
 * in the section .comment, where compilers say who they are. It names the kind of result, so that a host with an object of
 * ours in it is not taken for an executable of ours. `strip` leaves it, link-time optimisation may not. MARK_FORMAT (translate.h) is how it
 * begins. */
#ifndef WASMELT_DRIVER_MARK_H
#define WASMELT_DRIVER_MARK_H

#include <stdbool.h>

/* Whether the open file is an ELF file with the mark for this kind, or an archive of nothing but such. It may be anything:
 * all of it is checked. */
bool mark_is_on(int fd, const char *kind);

#endif
