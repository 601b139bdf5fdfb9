/* Heat spreading on a plate: each member computes a band of rows, and all meet at a barrier after each step. */
#include "team.h"

enum { N = 384 };

static double plates[2][N][N];
static pthread_barrier_t barrier;

static void *spread(void *argument) {
    size_t me = (size_t)argument, from = 1 + me * (N - 2) / TEAM, to = 1 + (me + 1) * (N - 2) / TEAM;
    for (int step = 0; step < ROUNDS(1200); step++) {
        double(*old)[N] = plates[step & 1], (*next)[N] = plates[~step & 1];
        for (size_t y = from; y < to; y++)
            for (size_t x = 1; x < N - 1; x++)
                next[y][x] = 0.25 * (old[y - 1][x] + old[y + 1][x] + old[y][x - 1] + old[y][x + 1]);
        pthread_barrier_wait(&barrier);
    }
    return NULL;
}

int main(void) {
    for (int k = 0; k < N; k++)
        plates[0][0][k] = plates[1][0][k] = 100.0 + k;
    pthread_barrier_init(&barrier, NULL, TEAM);
    in_team(spread);
    for (int y = 0; y < N; y += 7)
        for (int x = 0; x < N; x += 5)
            mix_double(plates[0][y][x]);
    return report();
}
