/* The library in the sandbox whose calls are measured. */
#ifndef GUEST_H
#define GUEST_H

#ifdef __cplusplus
extern "C" {
#endif

int add(int a, int b);
int repeat(int (*function)(int), int times);
int *same(int *p);

#ifdef __cplusplus
}
#endif
#endif
