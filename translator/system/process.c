/* What is made of the functions for children that each system has. */
#include "system/process.h"

#include "system/children.h"

int process_run_all(const command_list *list, uint32_t at_a_time) {
    size_t next = 0, most = at_a_time < children_most ? at_a_time : children_most;
    int result = 0;
    for (;;) {
        bool more = result == 0 && !process_stopped_by && next < list->count;
        size_t running = children_count();
        if (!more && running == 0)
            break;
        int status;
        if (more && running < most) {
            if (list->started)
                list->started(list->context, next);
            status = children_start(list->directory, list->commands[next++]);
        } else {
            status = children_wait();
        }
        if (result == 0)
            result = status;
    }
    return process_stopped_by ? PROCESS_STOPPED : result;
}

int process_run(const char *const *command) {
    return process_run_all(&(command_list){.commands = &command, .count = 1}, 1);
}
