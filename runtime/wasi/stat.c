#include "stat.h"

static uint64_t nanoseconds(const struct timespec *t) {
    return (uint64_t)t->tv_sec * 1000000000u + (uint64_t)t->tv_nsec;
}

void wasmelt_rt_stat_store(const system_stat *st, uint8_t filetype, uint8_t *out) {
    memset(out, 0, SIZEOF_FILESTAT);
    guest_store(out, st->st_dev, 8);
    guest_store(out + 8, st->st_ino, 8);
    out[16] = filetype;
    guest_store(out + 24, st->st_nlink, 8);
    guest_store(out + 32, (uint64_t)st->st_size, 8);
    guest_store(out + 40, nanoseconds(&st->st_atim), 8);
    guest_store(out + 48, nanoseconds(&st->st_mtim), 8);
    guest_store(out + 56, nanoseconds(&st->st_ctim), 8);
}

static struct timespec time_to_set(uint64_t nanoseconds_since, bool set, bool now) {
    if (now)
        return (struct timespec){.tv_nsec = UTIME_NOW};
    if (!set)
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    return (struct timespec){.tv_sec = (time_t)(nanoseconds_since / 1000000000u), .tv_nsec = (long)(nanoseconds_since % 1000000000u)};
}

uint32_t wasmelt_rt_stat_times(uint64_t atim, uint64_t mtim, uint32_t fst_flags, struct timespec times[2]) {
    uint32_t both_a = FST_ATIM | FST_ATIM_NOW, both_m = FST_MTIM | FST_MTIM_NOW;
    if ((fst_flags & ~(uint32_t)FST_ALL) || (fst_flags & both_a) == both_a || (fst_flags & both_m) == both_m)
        return WASI_INVAL;
    times[0] = time_to_set(atim, fst_flags & FST_ATIM, fst_flags & FST_ATIM_NOW);
    times[1] = time_to_set(mtim, fst_flags & FST_MTIM, fst_flags & FST_MTIM_NOW);
    return WASI_SUCCESS;
}
