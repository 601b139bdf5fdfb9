/* Makes the manual page and the shell completions of the command from its tables of commands and options:
 *
 *     generate man TEMPLATE | bash | zsh | fish
 *
 * on standard output. Lines of the template that begin with '@' are replaced: @SYNOPSIS, @COMMANDS, @STATUS,
 * @VERSION and @OPTIONS ID, with the command's identifier in commands.def. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <wasmelt/version.h>

typedef enum command_id {
#define COMMAND(id, name, arguments, operands, summary, status) COMMAND_##id,
#include "driver/commands.def"
#undef COMMAND
    COMMAND_COUNT
} command_id;

static const struct {
    const char *id, *name, *arguments, *operands, *summary, *status;
} commands[] = {
#define COMMAND(id, name, arguments, operands, summary, status) {#id, name, arguments, operands, summary, status},
#include "driver/commands.def"
#undef COMMAND
};

#define IN(id) (1u << COMMAND_##id)
#define IN_ALL (~0u)

static const struct {
    char letter;
    const char *name, *argument, *values;
    unsigned commands;
    const char *help;
} options[] = {
#define OPTION(id, letter, name, argument, values, commands, help, goes) {letter, name, argument, values, commands, help},
#include "driver/options.def"
#undef OPTION
};

enum { OPTION_COUNT = sizeof options / sizeof *options };

static bool takes(int command, int option) {
    return options[option].commands & (1u << command);
}

/* The text with each of the characters in `special` after an `escape`. */
static void put_escaped(const char *text, const char *special, const char *escape) {
    for (; *text; text++) {
        if (strchr(special, *text))
            fputs(escape, stdout);
        putchar(*text);
    }
}

/* Inside single quotes of a shell. */
static void put_quoted(const char *text, const char *special) {
    for (; *text; text++) {
        if (*text == '\'') {
            fputs("'\\''", stdout);
            continue;
        }
        if (strchr(special, *text))
            putchar('\\');
        putchar(*text);
    }
}

/* ---- Manual page (mdoc) ---- */

/* Text of the tables as roff: hyphens of options are those that are typed. */
static void put_roff(const char *text) {
    bool typed = false;
    for (char before = ' '; *text; before = *text++) {
        if (*text == ' ')
            typed = false;
        else if (*text == '-' && (before == ' ' || before == '[' || before == '\''))
            typed = true;
        if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-' && typed)
            fputs("\\-", stdout);
        else if (*text == '\'')
            fputs("\\(aq", stdout);
        else
            putchar(*text);
    }
}

static void put_man_options(const char *id) {
    int command = 0;
    while (command < COMMAND_COUNT - 1 && strcmp(commands[command].id, id) != 0)
        command++;
    puts(".Bl -tag -width Ds");
    for (int k = 0; k < OPTION_COUNT; k++) {
        if (!takes(command, k) || (options[k].commands == IN_ALL && command != COMMAND_TRANSLATE))
            continue;
        fputs(".It ", stdout);
        if (options[k].letter)
            printf("Fl %c , ", options[k].letter);
        printf("Fl Fl %s", options[k].name);
        if (options[k].argument) {
            fputs(" Ns = Ns Ar ", stdout);
            put_escaped(options[k].argument, "-", "\\");
        }
        putchar('\n');
        put_roff(options[k].help);
        puts(".");
    }
    puts(".El");
}

static void put_man_line(const char *line) {
    if (strncmp(line, "@OPTIONS ", 9) == 0) {
        put_man_options(line + 9);
    } else if (strcmp(line, "@SYNOPSIS") == 0) {
        for (int k = 0; k < COMMAND_COUNT; k++) {
            printf(".Nm wasmelt%s%s\n", *commands[k].name ? " Cm " : "", commands[k].name);
            put_roff(commands[k].arguments);
            putchar('\n');
        }
    } else if (strcmp(line, "@STATUS") == 0) {
        puts(".Bl -tag -width validate");
        for (int k = 0; k < COMMAND_COUNT; k++) {
            printf(".It %s%s\n", *commands[k].name ? "Cm " : "translation", commands[k].name);
            put_roff(commands[k].status);
            puts(".");
        }
        puts(".El");
    } else if (strcmp(line, "@VERSION") == 0) {
        puts(".Os wasmelt " WASMELT_VERSION);
    } else {
        puts(line);
    }
}

static int put_man(const char *template) {
    char line[1000];
    FILE *f = fopen(template, "r");
    if (!f) {
        perror(template);
        return 1;
    }
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        put_man_line(line);
    }
    fclose(f);
    return 0;
}

/* ---- Shells ---- */

typedef enum value_kind { VALUE_NONE, VALUE_FREE, VALUE_FILE, VALUE_DIR, VALUE_COMMAND, VALUE_WORDS } value_kind;

static value_kind value_of(int option) {
    const char *values = options[option].values;
    if (!options[option].argument)
        return VALUE_NONE;
    return !*values                         ? VALUE_FREE
           : strcmp(values, "FILE") == 0    ? VALUE_FILE
           : strcmp(values, "DIR") == 0     ? VALUE_DIR
           : strcmp(values, "COMMAND") == 0 ? VALUE_COMMAND
                                            : VALUE_WORDS;
}

static bool takes_modules(int command) {
    return strcmp(commands[command].operands, "MODULES") == 0;
}

static void put_bash_values(int command) {
    for (int k = 0; k < OPTION_COUNT; k++) {
        if (!takes(command, k) || value_of(k) == VALUE_NONE)
            continue;
        static const char *const actions[] = {
            [VALUE_FREE] = "return", [VALUE_FILE] = "files=-f", [VALUE_DIR] = "files=-d", [VALUE_COMMAND] = "words=$(compgen -c)"};
        if (options[k].letter)
            printf("        \"%s -%c\" | ", commands[command].name, options[k].letter);
        else
            fputs("        ", stdout);
        printf("\"%s --%s\") ", commands[command].name, options[k].name);
        if (value_of(k) == VALUE_WORDS)
            printf("words=\"%s\"", options[k].values);
        else
            fputs(actions[value_of(k)], stdout);
        puts(" ;;");
    }
}

static void put_bash(void) {
    puts("# bash completion for wasmelt, made from its tables of commands and options\n"
         "_wasmelt() {\n"
         "    local IFS=$' \\t\\n' current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}\n"
         "    local command= option= words= files= switches= k\n"
         "    COMPREPLY=()\n"
         "    if ((COMP_CWORD > 1)); then\n"
         "        case ${COMP_WORDS[1]} in");
    fputs("        ", stdout);
    for (int k = 1; k < COMMAND_COUNT; k++)
        printf("%s%s", k > 1 ? " | " : "", commands[k].name);
    puts(") command=${COMP_WORDS[1]} ;;\n"
         "        esac\n"
         "    fi\n"
         "    if [[ $command == run ]]; then # what follows the module is the program's\n"
         "        for k in \"${COMP_WORDS[@]:2:COMP_CWORD-2}\"; do\n"
         "            if [[ $k == *.wasm || $k == *.wat ]]; then\n"
         "                compopt -o filenames 2>/dev/null\n"
         "                mapfile -t COMPREPLY < <(compgen -f -- \"$current\")\n"
         "                return\n"
         "            fi\n"
         "        done\n"
         "    fi\n"
         "    # \"--emit=c\" comes as three words\n"
         "    if [[ $current == '=' ]]; then\n"
         "        option=$previous current=\n"
         "    elif [[ $previous == '=' ]]; then\n"
         "        option=${COMP_WORDS[COMP_CWORD-2]}\n"
         "    elif [[ $previous == -* ]]; then\n"
         "        option=$previous\n"
         "    fi\n"
         "    case $command in");
    for (int k = 0; k < COMMAND_COUNT; k++) {
        printf("    %s) switches='", *commands[k].name ? commands[k].name : "''");
        bool first = true;
        for (int n = 0; n < OPTION_COUNT; n++)
            if (takes(k, n)) {
                printf("%s--%s%s", first ? "" : " ", options[n].name, options[n].argument ? "=" : "");
                first = false;
            }
        puts("' ;;");
    }
    puts("    esac\n"
         "    case \"$command $option\" in");
    for (int k = 0; k < COMMAND_COUNT; k++)
        put_bash_values(k);
    puts("        *)\n"
         "            if [[ $current == -* ]]; then\n"
         "                mapfile -t COMPREPLY < <(compgen -W \"$switches\" -- \"$current\")\n"
         "                [[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null\n"
         "                return\n"
         "            fi\n"
         "            case $command in");
    for (int k = 1; k < COMMAND_COUNT; k++)
        if (!takes_modules(k))
            printf("            %s) words='%s' ;;\n", commands[k].name, commands[k].operands);
    fputs("            *) files=modules ;;\n"
          "            esac\n"
          "            ((COMP_CWORD == 1)) && words='",
          stdout);
    for (int k = 1; k < COMMAND_COUNT; k++)
        printf("%s%s", k > 1 ? " " : "", commands[k].name);
    puts("' ;;\n"
         "    esac\n"
         "    [[ $words ]] && mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
         "    if [[ $files == modules ]]; then\n"
         "        compopt -o filenames 2>/dev/null\n"
         "        while IFS= read -r k; do\n"
         "            [[ -d $k || $k == *.wasm || $k == *.wat ]] && COMPREPLY+=(\"$k\")\n"
         "        done < <(compgen -f -- \"$current\")\n"
         "    elif [[ $files ]]; then\n"
         "        compopt -o filenames 2>/dev/null\n"
         "        mapfile -t COMPREPLY < <(compgen \"$files\" -- \"$current\")\n"
         "    fi\n"
         "}\n"
         "complete -F _wasmelt wasmelt");
}

/* One specification of _arguments. */
static void put_zsh_option(int k) {
    static const char *const actions[] = {
        [VALUE_FREE] = " ", [VALUE_FILE] = "_files", [VALUE_DIR] = "_files -/", [VALUE_COMMAND] = "_command_names -e"};
    const char *equals = options[k].argument ? "=" : "";
    fputs("        ", stdout);
    if (options[k].letter)
        printf("{-%c%s,--%s%s}", options[k].letter, *equals ? "+" : "", options[k].name, equals);
    else
        printf("--%s%s", options[k].name, equals);
    fputs("'[", stdout);
    put_quoted(options[k].help, "[]\\");
    putchar(']');
    if (options[k].argument) {
        putchar(':');
        put_quoted(options[k].argument, ":\\");
        putchar(':');
        if (value_of(k) == VALUE_WORDS)
            printf("(%s)", options[k].values);
        else
            fputs(actions[value_of(k)], stdout);
    }
    puts("' \\");
}

static void put_zsh(void) {
    puts("#compdef wasmelt\n"
         "# zsh completion for wasmelt, made from its tables of commands and options\n"
         "\n"
         "_wasmelt_modules() {\n"
         "    _files -g '*.(wasm|wat)(-.)'\n"
         "}\n"
         "\n"
         "_wasmelt_first() {\n"
         "    local -a commands=(");
    for (int k = 1; k < COMMAND_COUNT; k++) {
        printf("        '%s:", commands[k].name);
        put_quoted(commands[k].summary, ":\\");
        puts("'");
    }
    puts("    )\n"
         "    _describe -t commands command commands\n"
         "    _wasmelt_modules\n"
         "}\n"
         "\n"
         "_wasmelt() {\n"
         "    local command=\n"
         "    if ((CURRENT > 2)); then\n"
         "        case $words[2] in");
    fputs("        (", stdout);
    for (int k = 1; k < COMMAND_COUNT; k++)
        printf("%s%s", k > 1 ? "|" : "", commands[k].name);
    puts(") command=$words[2]; shift words; ((CURRENT--)) ;;\n"
         "        esac\n"
         "    fi\n"
         "    case $command in");
    for (int k = COMMAND_COUNT - 1; k >= 0; k--) {
        printf("    (%s)\n    _arguments -s -S \\\n", *commands[k].name ? commands[k].name : "*");
        for (int n = 0; n < OPTION_COUNT; n++)
            if (takes(k, n))
                put_zsh_option(n);
        if (k == COMMAND_TRANSLATE)
            puts("        '1: :_wasmelt_first' '*:module:_wasmelt_modules'");
        else if (k == COMMAND_RUN)
            puts("        '1:module:_wasmelt_modules' '*:argument:_files'");
        else if (takes_modules(k))
            puts("        '*:module:_wasmelt_modules'");
        else if (*commands[k].operands)
            printf("        '1:what:(%s)'\n", commands[k].operands);
        else
            puts("        ''");
        puts("    ;;");
    }
    puts("    esac\n"
         "}\n"
         "\n"
         "_wasmelt \"$@\"");
}

static void put_fish(void) {
    char names[200] = "";
    for (int k = 1; k < COMMAND_COUNT; k++) {
        strcat(names, " ");
        strcat(names, commands[k].name);
    }
    puts("# fish completion for wasmelt, made from its tables of commands and options");
    for (int k = 0; k < COMMAND_COUNT; k++) {
        char condition[300];
        if (k == 0)
            snprintf(condition, sizeof condition, "not __fish_seen_subcommand_from%s", names);
        else
            snprintf(condition, sizeof condition, "__fish_seen_subcommand_from %s", commands[k].name);
        if (k > 0) {
            printf("complete -c wasmelt -n __fish_use_subcommand -a %s -d '", commands[k].name);
            put_escaped(commands[k].summary, "'\\", "\\");
            puts("'");
        }
        if (!takes_modules(k))
            printf("complete -c wasmelt -n '%s' -f -a '%s'\n", condition, commands[k].operands);
        for (int n = 0; n < OPTION_COUNT; n++) {
            static const char *const values[] = {[VALUE_NONE] = "",
                                                 [VALUE_FREE] = " -x",
                                                 [VALUE_FILE] = " -r",
                                                 [VALUE_DIR] = " -x -a '(__fish_complete_directories)'",
                                                 [VALUE_COMMAND] = " -x -a '(__fish_complete_command)'"};
            if (!takes(k, n))
                continue;
            printf("complete -c wasmelt -n '%s' -l %s", condition, options[n].name);
            if (options[n].letter)
                printf(" -s %c", options[n].letter);
            if (value_of(n) == VALUE_WORDS)
                printf(" -x -a '%s'", options[n].values);
            else
                fputs(values[value_of(n)], stdout);
            fputs(" -d '", stdout);
            put_escaped(options[n].help, "'\\", "\\");
            puts("'");
        }
    }
}

int main(int argc, char **argv) {
    int status = 0;
    if (argc == 3 && strcmp(argv[1], "man") == 0)
        status = put_man(argv[2]);
    else if (argc == 2 && strcmp(argv[1], "bash") == 0)
        put_bash();
    else if (argc == 2 && strcmp(argv[1], "zsh") == 0)
        put_zsh();
    else if (argc == 2 && strcmp(argv[1], "fish") == 0)
        put_fish();
    else
        status = 2;
    return fflush(stdout) == 0 ? status : 1;
}
