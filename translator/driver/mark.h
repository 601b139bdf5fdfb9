/* The mark that wasmelt puts into the executables, objects, archives and shared objects that it makes, so that it may overwrite them
 * later: a line in the section .comment, where compilers name themselves. It names the kind of result, so that a host program that
 * contains an object of ours is not mistaken for an executable of ours. `strip` keeps the mark; link-time optimisation may remove it. It
 * begins with MARK_FORMAT (translate.h). */
#ifndef WASMELT_DRIVER_MARK_H
#define WASMELT_DRIVER_MARK_H

#include <stdbool.h>

/* Whether the open file is an ELF file with the mark for this kind, or an archive all of whose members are. The file may contain
 * anything: every offset and size in it is checked. */
bool mark_is_on(int fd, const char *kind);

#endif
