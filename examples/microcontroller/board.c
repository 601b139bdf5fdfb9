#include "board.h"

#include <errno.h>
#include <string.h>

/* ---- The serial line and a timer of 25 MHz ---- */

typedef struct serial {
    volatile uint32_t data, state, control, interrupts, divider;
} serial;

typedef struct timer {
    volatile uint32_t control, value, reload, interrupts;
} timer;

#define UART ((serial *)0x40004000)
#define TIMER ((timer *)0x40000000)

void board_write(const void *bytes, size_t length) {
    const char *text = bytes;
    for (size_t k = 0; k < length; k++) {
        while (UART->state & 1)
            continue;
        UART->data = (uint8_t)text[k];
    }
}

uint64_t board_microseconds(void) {
    static uint64_t passed;
    static uint32_t last;
    uint32_t now = UINT32_MAX - TIMER->value;
    passed += now - last;
    last = now;
    return passed / 25;
}

/* ---- Semihosting ends the emulator ---- */

void board_stop(int status) {
    enum { EXIT_EXTENDED = 0x20, APPLICATION_EXIT = 0x20026 };
    const uint32_t block[] = {APPLICATION_EXIT, (uint32_t)status};
    register uint32_t operation __asm__("r0") = EXIT_EXTENDED;
    register const uint32_t *parameters __asm__("r1") = block;
    for (;;)
        __asm__ volatile("bkpt 0xab" : : "r"(operation), "r"(parameters) : "memory");
}

/* ---- For the C library: malloc has what lies between the variables and the stack ---- */

extern char board_heap_low[], board_heap_high[];

void *_sbrk(ptrdiff_t change);
void *_sbrk(ptrdiff_t change) {
    static char *end = board_heap_low;
    if (change > board_heap_high - end || change < board_heap_low - end) {
        errno = ENOMEM;
        return (void *)-1;
    }
    end += change;
    return end - change;
}

/* ---- The beginning ---- */

extern char board_data_from[], board_data_low[], board_data_high[], board_bss_low[], board_bss_high[];
int main(void);

static void reset(void) {
    memcpy(board_data_low, board_data_from, (size_t)(board_data_high - board_data_low));
    memset(board_bss_low, 0, (size_t)(board_bss_high - board_bss_low));
    UART->divider = 16;
    UART->control = 1;
    TIMER->reload = TIMER->value = UINT32_MAX;
    TIMER->control = 1;
    board_stop(main());
}

static void fault(void) {
    static const char text[] = "fault\n";
    board_write(text, sizeof text - 1);
    board_stop(2);
}

__attribute__((used, section(".vectors"))) static void *const vectors[] = {
    board_stack_high, (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
};
