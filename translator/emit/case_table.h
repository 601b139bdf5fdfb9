/* Constant arrays that map the index of a br_table to a case of its switch. */
#ifndef WASMELT_EMIT_CASE_TABLE_H
#define WASMELT_EMIT_CASE_TABLE_H

#include "emit/body.h"

/* Whether the switch looks its index up in such an array. Its labels are then the cases' numbers, counted from 1. */
bool has_case_table(const node *n);
/* Prints the definition of the array, which stands before the switch. */
void put_case_table(body *b, const node *n);
/* Prints the number of the case that the switch's index chooses, as an expression. */
void put_case_look_up(body *b, const node *n);

#endif
