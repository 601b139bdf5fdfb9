/* Bodies that attract each other, in double precision. */
#include "bench.h"

enum { BODIES = 8 };
typedef struct {
    double x, y, z, vx, vy, vz, mass;
} body;
static body bodies[BODIES];

static void advance(double dt) {
    for (int i = 0; i < BODIES; i++) {
        body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double square = dx * dx + dy * dy + dz * dz + 0.01;
            double magnitude = dt / (square * __builtin_sqrt(square));
            a->vx -= dx * b->mass * magnitude;
            a->vy -= dy * b->mass * magnitude;
            a->vz -= dz * b->mass * magnitude;
            b->vx += dx * a->mass * magnitude;
            b->vy += dy * a->mass * magnitude;
            b->vz += dz * a->mass * magnitude;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        bodies[i].x += dt * bodies[i].vx;
        bodies[i].y += dt * bodies[i].vy;
        bodies[i].z += dt * bodies[i].vz;
    }
}

static double unit(void) {
    return (double)random_below(20001) / 10000 - 1;
}

int main(void) {
    for (int k = 0; k < BODIES; k++) {
        double v[7];
        for (int j = 0; j < 7; j++)
            v[j] = unit();
        bodies[k] = (body){v[0] * 10, v[1] * 10, v[2] * 10, v[3], v[4], v[5], 1 + v[6] / 2};
    }
    for (int round = 0; round < ROUNDS(2500000); round++)
        advance(0.001);
    for (int k = 0; k < BODIES; k++)
        mix_double(bodies[k].x), mix_double(bodies[k].y), mix_double(bodies[k].vz);
    return report();
}
