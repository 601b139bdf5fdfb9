/* Fast Fourier transform there and back, twiddle factors by half-angle formulas. */
#include "bench.h"

enum { LOG = 15, N = 1 << LOG };
typedef struct {
    double re, im;
} complex_number;
static complex_number data[N], roots[N / 2];

/* e^(-2 pi i k / N): squares of halved angles, exact operations only. */
static void make_roots(void) {
    complex_number w[LOG + 1]; /* w[k] = e^(-2 pi i / 2^k) */
    w[1] = (complex_number){-1, 0};
    w[2] = (complex_number){0, -1};
    for (int k = 3; k <= LOG; k++) {
        double cosine = __builtin_sqrt((1 + w[k - 1].re) / 2);
        w[k] = (complex_number){cosine, w[k - 1].im / (2 * cosine)};
    }
    for (int k = 0; k < N / 2; k++) {
        complex_number r = {1, 0};
        for (int bit = 0; bit < LOG; bit++)
            if (k >> bit & 1) {
                complex_number f = w[LOG - bit];
                r = (complex_number){r.re * f.re - r.im * f.im, r.re * f.im + r.im * f.re};
            }
        roots[k] = r;
    }
}

static void transform(int inverse) {
    for (int k = 0, j = 0; k < N; k++) {
        if (k < j) {
            complex_number t = data[k];
            data[k] = data[j];
            data[j] = t;
        }
        int bit = N >> 1;
        for (; j & bit; bit >>= 1)
            j ^= bit;
        j |= bit;
    }
    for (int size = 2; size <= N; size *= 2)
        for (int k = 0; k < N; k += size)
            for (int j = 0; j < size / 2; j++) {
                complex_number w = roots[j * (N / size)], *a = &data[k + j], *b = &data[k + j + size / 2];
                if (inverse)
                    w.im = -w.im;
                complex_number t = {b->re * w.re - b->im * w.im, b->re * w.im + b->im * w.re};
                *b = (complex_number){a->re - t.re, a->im - t.im};
                *a = (complex_number){a->re + t.re, a->im + t.im};
            }
    if (inverse)
        for (int k = 0; k < N; k++)
            data[k].re /= N, data[k].im /= N;
}

int main(void) {
    make_roots();
    for (int k = 0; k < N; k++)
        data[k] = (complex_number){(double)random_below(1000) - 500, 0};
    for (int round = 0; round < ROUNDS(240); round++) {
        transform(0);
        data[round % N].re += 1;
        transform(1);
    }
    for (int k = 0; k < N; k += 31)
        mix_double(data[k].re), mix_double(data[k].im);
    return report();
}
