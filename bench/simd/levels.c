/* Sound: gain, limits, rounding, conversion of floats to samples of sixteen bits; and the peaks of them. */
#include "vectors.h"

enum { N = 8192 };
static float sound[N];
static int16_t samples[N];

KERNEL void to_samples(const float *from, int16_t *to, int n, float gain) {
    f32x4 factor = SPLAT_F32(gain), least = SPLAT_F32(-32768.0f), most = SPLAT_F32(32767.0f), half = SPLAT_F32(0.5f);
    for (int k = 0; k < n; k += 8) {
        f32x4 a = LOAD(f32x4, from + k) * factor, b = LOAD(f32x4, from + k + 4) * factor;
        a = floor_f32(min_f32(max_f32(a, least), most) + half);
        b = floor_f32(min_f32(max_f32(b, least), most) + half);
        STORE(to + k, narrow_i16(truncated(a), truncated(b)));
    }
}

KERNEL float peak(const float *from, int n) {
    f32x4 low = LOAD(f32x4, from), high = low;
    for (int k = 4; k < n; k += 4) {
        f32x4 a = LOAD(f32x4, from + k);
        low = pmin_f32(low, a);
        high = pmax_f32(high, a);
    }
    f32x4 range = sqrt_f32(high * high + low * low);
    return (range[0] + range[1]) + (range[2] + range[3]);
}

int main(void) {
    for (int k = 0; k < N; k++)
        sound[k] = (float)random_below(4000) / 1000 - 2;
    for (int round = 0; round < ROUNDS(50000); round++) {
        to_samples(sound, samples, N, 20000.0f + (float)(round % 1000));
        mix((uint16_t)samples[round % N]);
        sound[round % N] = (float)samples[round * 3 % N] / 16384;
        mix_double(peak(sound, N));
    }
    return report();
}
