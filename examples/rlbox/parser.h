#ifndef PARSER_H
#define PARSER_H

typedef void (*found_pair)(const char *key, const char *value);

/* Changes the text. Returns how many pairs there are, or -1 after a line without "=". */
int parse(char *text, found_pair found);

/* What a bug could do: writes where it must not. */
void attack(void);

#endif
