/* A WASI program: arguments, environment, a file, the clock. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void greet(int argc, char **argv) {
    printf("hello from WebAssembly, %s\n", argc > 1 ? argv[1] : "whoever you are");
    const char *home = getenv("GREETING");
    if (home)
        printf("GREETING is %s\n", home);
}

/* Reads only what the sandbox lets it see. */
static void show_first_line(const char *path) {
    char line[128];
    FILE *file = fopen(path, "r");
    if (!file) {
        printf("%s: cannot be opened from here\n", path);
        return;
    }
    if (fgets(line, sizeof line, file))
        printf("%s begins: %s", path, line);
    fclose(file);
}

int main(int argc, char **argv) {
    greet(argc, argv);
    if (argc > 2)
        show_first_line(argv[2]);
    printf("the year is %ld\n", 1970 + (long)(time(NULL) / 31556952));
    return 0;
}
