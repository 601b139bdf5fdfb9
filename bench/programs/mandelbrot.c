/* The Mandelbrot set, escape counts of a grid of points. */
#include "bench.h"

static uint32_t escape(double cx, double cy, uint32_t limit) {
    double x = 0, y = 0;
    uint32_t n = 0;
    for (; n < limit; n++) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4)
            break;
        y = 2 * x * y + cy;
        x = xx - yy + cx;
    }
    return n;
}

int main(void) {
    int size = 500;
    for (int round = 0; round < ROUNDS(5); round++)
        for (int py = 0; py < size; py++) {
            uint32_t sum = 0;
            for (int px = 0; px < size; px++)
                sum += escape(px * 3.0 / size - 2.2, py * 2.6 / size - 1.3 + round * 0.01, 250);
            mix(sum);
        }
    return report();
}
