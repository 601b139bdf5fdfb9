/* y = a x + y on arrays of floats. */
#include "vectors.h"

enum { N = 4096 };
static float x[N], y[N];

KERNEL void saxpy(float a, const float *from, float *to, int n) {
    f32x4 factor = SPLAT_F32(a);
    for (int k = 0; k < n; k += 8) {
        STORE(to + k, factor * LOAD(f32x4, from + k) + LOAD(f32x4, to + k));
        STORE(to + k + 4, factor * LOAD(f32x4, from + k + 4) + LOAD(f32x4, to + k + 4));
    }
}

int main(void) {
    for (int k = 0; k < N; k++)
        x[k] = (float)random_below(1000) / 16, y[k] = (float)random_below(1000);
    for (int round = 0; round < ROUNDS(300000); round++)
        saxpy(round & 1 ? 0.5f : -0.5f, x, y, N);
    for (int k = 0; k < N; k++)
        mix_double(y[k]);
    return report();
}
