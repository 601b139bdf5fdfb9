"""A library module, a program, and a host of the library, for tests that build such things with Wasmelt."""

LIBRARY = '(module (memory (export "memory") 1) (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))'
PROGRAM = '#include <stdio.h>\nint main(int argc, char **argv) { printf("hello %s\\n", argv[argc - 1]); return 0; }\n'
HOST = '''
#include <stdio.h>
#include "adder.h"
int main(void) {
    adder *a;
    if (adder_instantiate(&a, NULL) != WASMELT_OK)
        return 1;
    printf("%u\\n", adder_add(a, 20, 22));
    adder_instance_free(a);
    return 0;
}
'''
