/* Dense matrices: blocked multiplication, and solving by Gaussian elimination with pivoting. */
#include "bench.h"

enum { N = 256, BLOCK = 32 };

static double a[N][N], b[N][N], c[N][N], v[N];

static void multiply(void) {
    memset(c, 0, sizeof c);
    for (int kk = 0; kk < N; kk += BLOCK)
        for (int jj = 0; jj < N; jj += BLOCK)
            for (int i = 0; i < N; i++)
                for (int k = kk; k < kk + BLOCK; k++) {
                    double x = a[i][k];
                    for (int j = jj; j < jj + BLOCK; j++)
                        c[i][j] += x * b[k][j];
                }
}

static void solve(void) {
    for (int k = 0; k < N; k++) {
        int best = k;
        for (int i = k + 1; i < N; i++) {
            double x = c[i][k] < 0 ? -c[i][k] : c[i][k], y = c[best][k] < 0 ? -c[best][k] : c[best][k];
            if (x > y)
                best = i;
        }
        for (int j = 0; j < N; j++) {
            double t = c[k][j];
            c[k][j] = c[best][j];
            c[best][j] = t;
        }
        double t = v[k];
        v[k] = v[best];
        v[best] = t;
        for (int i = k + 1; i < N; i++) {
            double f = c[i][k] / c[k][k];
            for (int j = k; j < N; j++)
                c[i][j] -= f * c[k][j];
            v[i] -= f * v[k];
        }
    }
    for (int k = N; k-- > 0;) {
        for (int j = k + 1; j < N; j++)
            v[k] -= c[k][j] * v[j];
        v[k] /= c[k][k];
    }
}

int main(void) {
    for (int round = 0; round < ROUNDS(50); round++) {
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                a[i][j] = (double)random_below(2000) / 1000 - 1;
                b[i][j] = (double)random_below(2000) / 1000 - 1;
            }
        for (int i = 0; i < N; i++)
            v[i] = (double)random_below(1000);
        multiply();
        solve();
        for (int i = 0; i < N; i += 17)
            mix_double(v[i]);
    }
    return report();
}
