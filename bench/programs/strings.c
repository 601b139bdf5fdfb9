/* String work: splitting into fields, case folding, searching by Boyer-Moore-Horspool, edit distance, replacing. */
#include "bench.h"

enum { SIZE = 1 << 18 };
static char text[SIZE + 1], folded[SIZE + 1], joined[SIZE * 2];

static void make_text(void) {
    static const char *words[] = {"Alpha", "beta", "GAMMA", "delta", "Epsilon", "zeta", "eta", "Theta", "iota", "Kappa"};
    int n = 0;
    while (n < SIZE - 16) {
        n += sprintf(text + n, "%s", words[random_below(10)]);
        text[n++] = " ,;\n"[random_below(4)];
    }
    text[n] = 0;
}

static void fold(void) {
    const char *from = text;
    char *to = folded;
    do
        *to++ = *from >= 'A' && *from <= 'Z' ? (char)(*from + 32) : *from;
    while (*from++);
}

static uint32_t search(const char *hay, const char *needle) {
    int shift[256], n = (int)strlen(needle), m = (int)strlen(hay);
    uint32_t count = 0;
    for (int k = 0; k < 256; k++)
        shift[k] = n;
    for (int k = 0; k < n - 1; k++)
        shift[(uint8_t)needle[k]] = n - 1 - k;
    for (int k = 0; k + n <= m; k += shift[(uint8_t)hay[k + n - 1]]) {
        int j = n - 1;
        while (j >= 0 && hay[k + j] == needle[j])
            j--;
        count += j < 0;
    }
    return count;
}

static uint32_t fields(void) {
    uint32_t count = 0;
    char *out = joined;
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, " ,;\n");
        if (n > 4 && *p != 'G') {
            memcpy(out, p, n);
            out += n;
            *out++ = '-';
            count++;
        }
        p += n;
        p += strspn(p, " ,;\n");
    }
    *out = 0;
    return count + (uint32_t)strlen(joined);
}

static int distance(const char *a, int n, const char *b, int m) {
    static int row[512];
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[m];
}

int main(void) {
    make_text();
    for (int round = 0; round < ROUNDS(60); round++) {
        fold();
        mix(search(folded, "theta iota"));
        mix(search(folded, "eta"));
        mix(search(folded, "lambda"));
        mix(fields());
        for (int k = 0; k < 8; k++)
            mix((uint64_t)distance(text + k * 1000, 400, text + random_below(SIZE / 2), 400));
        text[random_below(SIZE / 2)] = 'q';
    }
    return report();
}
