/* The passes that lower.c lists. The top of each pass's file says what it requires and what holds after it. */
#ifndef WASMELT_LOWER_PASSES_H
#define WASMELT_LOWER_PASSES_H

#include "lower/lower.h"

/* Passes over the statements, which are in the order of the WebAssembly code. */
void addresses_rebase(lowered *l, const lower_plan *plan);
void loads_force(lowered *l, const lower_plan *plan);
void needed_force(lowered *l, const lower_plan *plan);
void uses_count(lowered *l, const lower_plan *plan);
void coalesce_results(lowered *l, const lower_plan *plan);
void nans_canonicalize(lowered *l, const lower_plan *plan);
void callees_choose(lowered *l, const lower_plan *plan);

/* The pass that makes nodes from the statements. */
void structure_nest(lowered *l, const lower_plan *plan);

/* Passes over the nodes. */
void uses_recount(lowered *l, const lower_plan *plan);
void operands_hide(lowered *l, const lower_plan *plan);
void chains_cut(lowered *l, const lower_plan *plan);
void tidy_nesting(lowered *l, const lower_plan *plan);
void counting_check_before(lowered *l, const lower_plan *plan);
void recursion_reveal(lowered *l, const lower_plan *plan);
void evaluations_split(lowered *l, const lower_plan *plan);
void references_count(lowered *l, const lower_plan *plan);
void operands_find(lowered *l, const lower_plan *plan);
void declare_variables(lowered *l, const lower_plan *plan);
void frames_keep(lowered *l, const lower_plan *plan);
void seams_put(lowered *l, const lower_plan *plan);
void fuel_copy(lowered *l, const lower_plan *plan);
void lines_lay_out(lowered *l, const lower_plan *plan);

/* Parts of the pass `forced`: whether it is so for any memory; and forces all loads of the memories for which it is. */
bool is_any_memory(const lower_plan *plan, bool (*is)(const lower_plan *plan, uint32_t memory));
void loads_force_in(ir_func *f, const lower_plan *plan, bool (*is)(const lower_plan *plan, uint32_t memory));

/* A part of the pass `declare`: fills uses_instance. */
void instance_find_use(lowered *l);

/* Whether the call may lead back to the function that contains it. An indirect call, or a call of an import, may call every function that
 * is exported or referred to. So it may lead back if this function can be reached from one of those. */
bool recursion_leads_back(const lowered *l, const lower_plan *plan, const stmt *call);

#endif
