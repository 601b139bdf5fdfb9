/* The Mandelbrot set, four points at a time. */
#include "vectors.h"

KERNEL u32x4 escape(f32x4 cx, f32x4 cy, int limit) {
    f32x4 x = {0}, y = {0}, four = SPLAT_F32(4.0f);
    u32x4 count = {0};
    for (int n = 0; n < limit; n++) {
        f32x4 xx = x * x, yy = y * y;
        u32x4 inside = (u32x4)(xx + yy <= four);
        if (!any(inside))
            break;
        count -= inside;
        y = (x + x) * y + cy;
        x = xx - yy + cx;
    }
    return count;
}

int main(void) {
    int size = 512;
    for (int round = 0; round < ROUNDS(15); round++)
        for (int py = 0; py < size; py++) {
            u32x4 sum = {0};
            f32x4 cy = SPLAT_F32((float)py * 2.5f / 512 - 1.25f + (float)round / 128);
            for (int px = 0; px < size; px += 4) {
                f32x4 at = {(float)px, (float)(px + 1), (float)(px + 2), (float)(px + 3)};
                sum += escape(at * SPLAT_F32(3.0f / 512) - SPLAT_F32(2.25f), cy, 200);
            }
            mix((uint64_t)sum[0] + sum[1] + sum[2] + sum[3]);
        }
    return report();
}
