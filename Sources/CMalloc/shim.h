// What Swift's Glibc module leaves out: malloc.h.
#pragma once
#include <stdlib.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

// Limits the heaps that malloc keeps for threads. Returns 0 where that cannot be done.
static inline int gw_limit_arenas(int count) {
#if defined(__GLIBC__) && defined(M_ARENA_MAX)
    return mallopt(M_ARENA_MAX, count);
#else
    return 0;
#endif
}
