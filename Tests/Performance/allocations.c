// A library for LD_PRELOAD that counts allocations into the file that ALLOCATIONS names.
//
// The file has three numbers of 64 bits, changed while the program runs: allocations, the bytes asked for, and the
// bytes in use with malloc's own overhead. The memory comes from glibc's own functions.
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

// Allocations before the file is there are of no interest.
static int64_t before[3];
static int64_t *counts = before;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("ALLOCATIONS");
    int file = name ? open(name, O_RDWR | O_CREAT, 0600) : -1;
    if (file < 0 || ftruncate(file, sizeof before) != 0) return;
    void *shared = mmap(NULL, sizeof before, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (shared != MAP_FAILED) counts = shared;
    close(file);
}

static void use(void *memory, int sign) {
    int64_t size = (int64_t)(malloc_usable_size(memory) + sizeof(size_t));
    if (memory != NULL) __atomic_fetch_add(&counts[2], sign * size, __ATOMIC_RELAXED);
}

static void *count(void *memory, size_t size) {
    __atomic_fetch_add(&counts[0], 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&counts[1], (int64_t)size, __ATOMIC_RELAXED);
    use(memory, 1);
    return memory;
}

void *malloc(size_t size) { return count(__libc_malloc(size), size); }

void *calloc(size_t number, size_t size) { return count(__libc_calloc(number, size), number * size); }

void *memalign(size_t alignment, size_t size) { return count(__libc_memalign(alignment, size), size); }

void *realloc(void *old, size_t size) {
    use(old, -1);
    void *found = __libc_realloc(old, size);
    if (found == NULL && size > 0) use(old, 1);
    return count(found, size);
}

void free(void *memory) {
    use(memory, -1);
    __libc_free(memory);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    void *found = memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *result = found;
    return 0;
}
