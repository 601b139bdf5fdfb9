/* Product of matrices of floats in tiles of four rows by eight columns. */
#include "vectors.h"

enum { N = 256 };
static float a[N][N], b[N][N], c[N][N];

KERNEL void multiply(void) {
    for (int i = 0; i < N; i += 4)
        for (int j = 0; j < N; j += 8) {
            f32x4 sum[4][2] = {0};
            for (int k = 0; k < N; k++) {
                f32x4 left = LOAD(f32x4, &b[k][j]), right = LOAD(f32x4, &b[k][j + 4]);
                for (int row = 0; row < 4; row++) {
                    f32x4 factor = SPLAT_F32(a[i + row][k]);
                    sum[row][0] += factor * left;
                    sum[row][1] += factor * right;
                }
            }
            for (int row = 0; row < 4; row++) {
                STORE(&c[i + row][j], sum[row][0]);
                STORE(&c[i + row][j + 4], sum[row][1]);
            }
        }
}

int main(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            a[i][j] = (float)random_below(16), b[i][j] = (float)random_below(16) / 4;
    for (int round = 0; round < ROUNDS(100); round++) {
        a[round % N][round * 7 % N] += 1;
        multiply();
        mix_double(c[round % N][round * 3 % N]);
    }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            mix_double(c[i][j]);
    return report();
}
