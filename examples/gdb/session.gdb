break queue.c:25
run
guest backtrace
guest locals
guest print *first
guest print *first->next->next
guest print first->next->minutes[0] + first->minutes[1]
guest whatis first->next->state
guest up
guest print last.name
print $guest("second.minutes[1]") / 2
continue
