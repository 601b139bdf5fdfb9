/* A library that a program does not want to trust: it reads lines "key = value", and calls back for each. */
#include <string.h>

#include "parser.h"

static char *trim(char *text) {
    while (*text == ' ')
        text++;
    for (size_t length = strlen(text); length > 0 && text[length - 1] == ' '; length--)
        text[length - 1] = 0;
    return text;
}

int parse(char *text, found_pair found) {
    int count = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char *equals = strchr(line, '=');
        if (!equals)
            return -1;
        *equals = 0;
        found(trim(line), trim(equals + 1));
        count++;
    }
    return count;
}

void attack(void) {
    memset((void *)0xFFFF0000u, 1, 100);
}
