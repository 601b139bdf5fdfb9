/* Prints an inspection as a page for a browser: a template with a style, a script and, as JSON, the facts from which the script draws. The
 * page needs no network, and has a policy that forbids it. Facts are in an element of data, so no name in a module becomes markup. */
#include <string.h>

#include "inspect/print.h"

#include "inspect/page_files.h" /* made of the files in page/ when building: page_html, style_css and script_js, which end with a zero byte */

/* Prints the template up to the mark, and moves behind it. */
static void print_until(const char **template, const char *mark, FILE *to) {
    const char *at = strstr(*template, mark);
    fwrite(*template, 1, (size_t)(at - *template), to);
    *template = at + strlen(mark);
}

void inspect_page(const inspection *i, FILE *to) {
    const char *template = page_html;
    print_until(&template, "{style}", to);
    fputs(style_css, to);
    print_until(&template, "{facts}", to);
    inspect_json(i, true, to);
    print_until(&template, "{script}", to);
    fputs(script_js, to);
    fputs(template, to);
}
