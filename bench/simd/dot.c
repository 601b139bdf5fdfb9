/* Dot products of floats and of doubles, four sums at a time. */
#include "vectors.h"

enum { N = 4096 };
static float x[N], y[N];
static double v[N], w[N];

KERNEL float dot_float(const float *a, const float *b, int n) {
    f32x4 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (int k = 0; k < n; k += 16) {
        s0 += LOAD(f32x4, a + k) * LOAD(f32x4, b + k);
        s1 += LOAD(f32x4, a + k + 4) * LOAD(f32x4, b + k + 4);
        s2 += LOAD(f32x4, a + k + 8) * LOAD(f32x4, b + k + 8);
        s3 += LOAD(f32x4, a + k + 12) * LOAD(f32x4, b + k + 12);
    }
    s0 = (s0 + s1) + (s2 + s3);
    return (s0[0] + s0[1]) + (s0[2] + s0[3]);
}

KERNEL double dot_double(const double *a, const double *b, int n) {
    f64x2 s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};
    for (int k = 0; k < n; k += 8) {
        s0 += LOAD(f64x2, a + k) * LOAD(f64x2, b + k);
        s1 += LOAD(f64x2, a + k + 2) * LOAD(f64x2, b + k + 2);
        s2 += LOAD(f64x2, a + k + 4) * LOAD(f64x2, b + k + 4);
        s3 += LOAD(f64x2, a + k + 6) * LOAD(f64x2, b + k + 6);
    }
    s0 = (s0 + s1) + (s2 + s3);
    return s0[0] + s0[1];
}

int main(void) {
    for (int k = 0; k < N; k++) {
        x[k] = (float)random_below(1000) / 16, y[k] = (float)random_below(1000) / 8;
        v[k] = random_below(1000) / 16.0, w[k] = random_below(1000) / 8.0;
    }
    for (int round = 0; round < ROUNDS(120000); round++) {
        x[round % N] += 1;
        w[round % N] -= 1;
        mix_double(dot_float(x, y, N));
        mix_double(dot_double(v, w, N));
    }
    return report();
}
