/* What Embench asks of a board: nothing is switched on, and the harness measures from outside. */
#include "boardsupport.h"

void initialise_board(void) {
}

void start_trigger(void) {
}

void stop_trigger(void) {
}
