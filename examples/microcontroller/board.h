/* The MPS2 board with the image AN385 (Cortex-M3), as QEMU emulates it: a serial line, a clock, and how to stop. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

extern char board_stack_low[], board_stack_high[]; /* board.ld says where */

void board_write(const void *bytes, size_t length);
uint64_t board_microseconds(void); /* since it started */
_Noreturn void board_stop(int status);

#endif
