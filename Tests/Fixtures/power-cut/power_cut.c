// A disk whose cache is lost at a power cut, for a process under test (LD_PRELOAD, Linux, 64 bits, glibc).
//
// Whatever the process writes below POWER_CUT_FOLDER goes to the real file, where the process reads it back; only what
// it has synced goes to the same name below POWER_CUT_IMAGE as well. The page cache outlives a SIGKILL, the image does
// not know of it: after a SIGKILL the image is what a power cut at that moment would have left on the disk.
// SOURCE.md says how it is used, what is modelled and what is not.

#undef _FORTIFY_SOURCE // Its inline `open` and `readlink` would stand in the way of our own.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// So that `open64` and its like are the same as `open`, and the calls below take an offset in one register.
_Static_assert(sizeof(off_t) == 8 && sizeof(long) == 8 && O_LARGEFILE == 0, "64-bit systems only");
#define SAME(other, as) extern __typeof__(as) other __attribute__((alias(#as)))

enum { page = 4096, descriptors = 1 << 16 };

// One inode of the folder. A record is never freed: pending changes and other threads may still point to it.
struct file {
    struct file *next;
    dev_t device;
    ino_t inode;
    int reader;    // Open as long as the inode can matter: it must not be closed (it would drop the process's POSIX
                   // locks on the file, SQLite's among them), and while it is open the inode number is not reused.
    int open;      // How many descriptors of the process are known to lead here.
    bool unlinked; // No name in the process's view; in the image it may still have one.
    char *image;   // Its name in the image, as long as it has one there.
    off_t lowest;  // The smallest size that it was cut to since the last sync: what lay above it is gone.
    bool *dirty;   // The pages written since the last sync, as the page cache would know them.
    size_t pages;
};

// Names change on the disk in the order in which the process changed them, as in a file system's journal.
struct change {
    enum { create, move, unlinking } kind;
    struct file *file;
    char *name, *to;
};

static char folder[PATH_MAX]; // Without symbolic links; empty: nothing is modelled, every call only passes.
static int image;             // The image folder.
static pid_t owner;           // A child of vfork shares our memory, but its calls must not change our table.
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; // Guards all that follows but the reading of `table`.
static struct file *files, directory; // `directory` stands for every folder: a sync of any commits all names.
static struct change *changes;
static size_t changeCount;
static _Atomic(struct file *) table[descriptors]; // Read without the lock: sockets must not wait for the disk.

static void lock(void) { pthread_mutex_lock(&mutex); }
static void unlock(void) { pthread_mutex_unlock(&mutex); }
static void forked(void) { owner = getpid(), unlock(); }

// A test that went on with a wrong image would prove nothing.
static void fail(const char *what, const char *name) {
    dprintf(2, "power_cut: %s: %s (the last error: %s)\n", what, name, strerror(errno));
    abort();
}

static void *need(void *memory) {
    if (!memory) fail("no memory", "");
    return memory;
}

// The part of a full path below the folder. SQLite's -shm is memory shared by processes: no power cut leaves it.
static const char *below(const char *path) {
    size_t length = strlen(folder), all = strlen(path);
    if (!length || strncmp(path, folder, length) || path[length] != '/') return NULL;
    return all >= 4 && !strcmp(path + all - 4, "-shm") ? NULL : path + length + 1;
}

// The same for a path as the process wrote it. Only its folder is resolved: the last part may not exist any more.
static char *inside(int at, const char *path) {
    char parent[PATH_MAX * 2], real[PATH_MAX], full[PATH_MAX * 2];
    const char *slash = path ? strrchr(path, '/') : NULL, *last = slash ? slash + 1 : path;
    if (!folder[0] || !path || strlen(path) >= PATH_MAX) return NULL;
    int start = at == AT_FDCWD || path[0] == '/' ? 0 : sprintf(parent, "/proc/self/fd/%d/", at);
    snprintf(parent + start, sizeof parent - start, "%.*s", (int)(last - path), path);
    if (!realpath(parent[0] ? parent : ".", real)) return NULL;
    snprintf(full, sizeof full, "%s/%s", real, last);
    const char *name = below(full);
    return name ? need(strdup(name)) : NULL;
}

// ---- The image. Everything from here to the calls runs under the lock.

static int openImage(const char *name, int flags) {
    char parent[PATH_MAX];
    for (const char *slash = strchr(name, '/'); slash && flags & O_CREAT; slash = strchr(slash + 1, '/')) {
        snprintf(parent, sizeof parent, "%.*s", (int)(slash - name), name);
        mkdirat(image, parent, 0700);
    }
    int to = syscall(SYS_openat, image, name, flags | O_WRONLY | O_CLOEXEC, 0600);
    if (to < 0) fail("cannot open in the image", name);
    return to;
}

static void copy(int from, int to, off_t start, off_t end, const char *name) {
    char buffer[16 * page];
    while (start < end) {
        size_t left = end - start;
        ssize_t count = pread(from, buffer, left < sizeof buffer ? left : sizeof buffer, start);
        if (count == 0) return; // Cut by another thread in the meantime.
        if (count < 0 || syscall(SYS_pwrite64, to, buffer, count, start) != count) fail("cannot copy", name);
        start += count;
    }
}

static void mark(struct file *file, off_t start, off_t count) {
    if (count <= 0) return;
    size_t first = start / page, end = (start + count - 1) / page + 1;
    if (end > file->pages) {
        size_t room = end + end / 2;
        file->dirty = need(realloc(file->dirty, room));
        memset(file->dirty + file->pages, 0, room - file->pages);
        file->pages = room;
    }
    memset(file->dirty + first, true, end - first);
}

// The sync of one file. A SIGKILL in the midst of it leaves some of its pages old and some new, as a power cut in the
// midst of a sync would: nobody was told yet that anything of it is safe.
static void flush(struct file *file) {
    struct stat now;
    if (!file->image) return; // Unlinked, and no name is left on the disk either.
    int to = openImage(file->image, 0);
    if (fstat(file->reader, &now)) fail("cannot stat", file->image);
    off_t old = lseek(to, 0, SEEK_END);
    // First down to the lowest size, then up again: what was cut off must read as zeros where it was not rewritten.
    if (file->lowest < old && syscall(SYS_ftruncate, to, file->lowest)) fail("cannot cut", file->image);
    for (size_t first = 0, end; first < file->pages; first = end) {
        for (end = first; end < file->pages && file->dirty[end] == file->dirty[first]; end++);
        off_t limit = (off_t)end * page < now.st_size ? (off_t)end * page : now.st_size;
        if (file->dirty[first]) copy(file->reader, to, (off_t)first * page, limit, file->image);
    }
    if (syscall(SYS_ftruncate, to, now.st_size)) fail("cannot size", file->image);
    syscall(SYS_close, to);
    if (file->pages) memset(file->dirty, false, file->pages);
    file->lowest = LLONG_MAX;
}

static void giveName(const char *name, struct file *file) {
    for (struct file *other = files; other; other = other->next)
        if (other->image && !strcmp(other->image, name)) free(other->image), other->image = NULL;
    if (!file) return;
    free(file->image);
    file->image = need(strdup(name));
}

// Carries out the oldest `count` changes of names.
static void commit(size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct change *change = &changes[i];
        const char *name = change->kind == move ? change->to : change->name;
        bool there = change->kind == move && !renameat(image, change->name, image, change->to);
        // A file has a name on the disk before it has its content: that follows with its own sync.
        if (change->kind == unlinking) unlinkat(image, name, 0);
        else if (!there) syscall(SYS_close, openImage(name, O_CREAT | O_TRUNC));
        giveName(name, change->kind == unlinking ? NULL : change->file);
        free(change->name), free(change->to);
    }
    changeCount -= count;
    memmove(changes, changes + count, changeCount * sizeof *changes);
}

static void later(int kind, struct file *file, const char *name, const char *to) {
    changes = need(realloc(changes, (changeCount + 1) * sizeof *changes));
    changes[changeCount++] = (struct change){kind, file, need(strdup(name)), to ? need(strdup(to)) : NULL};
}

static struct file *find(const struct stat *info) {
    struct file *file = files;
    while (file && (file->inode != info->st_ino || file->device != info->st_dev)) file = file->next;
    return file;
}

// Once a file has neither a name nor a descriptor, nothing can be written to it or locked in it.
static void retire(struct file *file) {
    if (!file->unlinked || file->open || file == &directory || !file->inode) return;
    syscall(SYS_close, file->reader);
    file->inode = 0;
}

static void place(int descriptor, struct file *file) {
    if (descriptor >= descriptors) fail("too many descriptors", "");
    struct file *old = atomic_exchange(&table[descriptor], file);
    if (file) file->open++;
    if (old) old->open--, retire(old);
}

// A file met for the first time in this process.
static struct file *meet(const struct stat *info, const char *link, const char *name) {
    struct file *file = need(calloc(1, sizeof *file));
    bool known = !faccessat(image, name, F_OK, 0);
    *file = (struct file){.next = files, .device = info->st_dev, .inode = info->st_ino, .lowest = LLONG_MAX};
    file->reader = syscall(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC);
    if (file->reader < 0) fail("cannot read", name);
    files = file;
    for (size_t i = 0; i < changeCount; i++)
        if (!strcmp(changes[i].name, name) || (changes[i].to && !strcmp(changes[i].to, name))) known = false;
    if (known) giveName(name, file);
    else later(create, file, name, NULL);
    // An earlier process may have left something in it that was never synced: the next sync brings all of it.
    mark(file, 0, info->st_size);
    return file;
}

// ---- What the calls below have in common.

static struct file *tracked(int descriptor) {
    if (descriptor < 0 || descriptor >= descriptors) return NULL;
    struct file *file = atomic_load(&table[descriptor]);
    return file && getpid() == owner ? file : NULL;
}

static void opened(int descriptor, int flags) {
    char link[40], path[PATH_MAX];
    struct stat info;
    sprintf(link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0 || flags & O_PATH || fstat(descriptor, &info)) return;
    path[length] = 0;
    const char *name = below(path);
    bool isFolder = S_ISDIR(info.st_mode) && (name || !strcmp(path, folder));
    if (!isFolder && (!name || !S_ISREG(info.st_mode))) return;
    lock();
    // Asked again under the lock: a file that was unlinked meanwhile must not come back to life.
    if (!fstat(descriptor, &info) && info.st_nlink > 0) {
        struct file *file = isFolder ? &directory : find(&info);
        if (!file) file = meet(&info, link, name);
        if (flags & O_TRUNC) file->lowest = 0;
        place(descriptor, file);
    }
    unlock();
}

// After the write, never before: a sync in another thread would take the mark away and copy the old bytes.
static ssize_t wrote(int descriptor, off_t start, ssize_t count) {
    struct file *file = tracked(descriptor);
    if (count <= 0 || !file) return count;
    lock();
    mark(file, start < 0 ? lseek(descriptor, 0, SEEK_CUR) - count : start, count);
    unlock();
    return count;
}

static int duplicated(int from, int to) {
    struct file *file = tracked(from);
    if (to < 0 || from == to || (!file && !tracked(to))) return to;
    lock(), place(to, file), unlock();
    return to;
}

static int synced(int descriptor, int result) {
    struct file *file = tracked(descriptor);
    if (result || !file) return result;
    lock();
    if (file == &directory) commit(changeCount);
    else {
        // The sync of a new file makes its name last too, and with it what the journal holds from before.
        size_t until = 0;
        for (size_t i = 0; i < changeCount && !file->unlinked; i++)
            if (changes[i].kind == create && changes[i].file == file) until = i + 1;
        commit(until);
        flush(file);
    }
    unlock();
    return result;
}

static int removed(int at, const char *path) {
    struct stat info;
    char *name = inside(at, path);
    if (!name) return syscall(SYS_unlinkat, at, path, 0);
    lock(); // Around the call as well: the order of the changes must be the order in which they happened.
    struct file *file = fstatat(at, path, &info, AT_SYMLINK_NOFOLLOW) ? NULL : find(&info);
    int result = syscall(SYS_unlinkat, at, path, 0), error = errno;
    if (!result) {
        later(unlinking, file, name, NULL);
        if (file) file->unlinked = true, retire(file);
    }
    unlock();
    free(name);
    errno = error;
    return result;
}

// ---- The calls.

int openat(int at, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    int descriptor = syscall(SYS_openat, at, path, flags, mode);
    if (descriptor >= 0 && folder[0]) opened(descriptor, flags);
    return descriptor;
}
int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return openat(AT_FDCWD, path, flags, mode);
}
int creat(const char *path, mode_t mode) { return openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int __open_2(const char *path, int flags) { return openat(AT_FDCWD, path, flags); }
int __openat_2(int at, const char *path, int flags) { return openat(at, path, flags); }
SAME(open64, open);
SAME(openat64, openat);
SAME(creat64, creat);
SAME(__open64_2, __open_2);
SAME(__openat64_2, __openat_2);

int close(int fd) {
    // Before the call: after it another thread may have the number already.
    if (tracked(fd)) lock(), place(fd, NULL), unlock();
    return syscall(SYS_close, fd);
}
int dup(int fd) { return duplicated(fd, syscall(SYS_dup, fd)); }
int dup3(int fd, int to, int flags) { return duplicated(fd, syscall(SYS_dup3, fd, to, flags)); }
int dup2(int fd, int to) { return fd == to ? (fcntl(fd, F_GETFD) < 0 ? -1 : to) : dup3(fd, to, 0); }
int fcntl(int fd, int command, ...) {
    va_list rest;
    va_start(rest, command);
    long argument = va_arg(rest, long);
    va_end(rest);
    int result = syscall(SYS_fcntl, fd, command, argument);
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC ? duplicated(fd, result) : result;
}
SAME(fcntl64, fcntl);

ssize_t write(int fd, const void *bytes, size_t count) { return wrote(fd, -1, syscall(SYS_write, fd, bytes, count)); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    return wrote(fd, -1, syscall(SYS_writev, fd, parts, count));
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t start) {
    return wrote(fd, start, syscall(SYS_pwrite64, fd, bytes, count, start));
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t start) {
    return wrote(fd, start, syscall(SYS_pwritev, fd, parts, count, start, 0));
}
SAME(pwrite64, pwrite);
SAME(pwritev64, pwritev);

static void cut(struct file *file, off_t size) {
    lock();
    if (size < file->lowest) file->lowest = size;
    unlock();
}
int ftruncate(int fd, off_t size) {
    int result = syscall(SYS_ftruncate, fd, size);
    if (!result && tracked(fd)) cut(tracked(fd), size);
    return result;
}
int fallocate(int fd, int mode, off_t start, off_t count) {
    int result = syscall(SYS_fallocate, fd, mode, start, count);
    if (!result) wrote(fd, start, count); // A hole or a range of zeros is a change like a write.
    return result;
}
int posix_fallocate(int fd, off_t start, off_t count) { return fallocate(fd, 0, start, count) ? errno : 0; }
SAME(ftruncate64, ftruncate);
SAME(fallocate64, fallocate);
SAME(posix_fallocate64, posix_fallocate);

int fsync(int fd) { return synced(fd, syscall(SYS_fsync, fd)); }
int fdatasync(int fd) { return synced(fd, syscall(SYS_fdatasync, fd)); }

// What is written through memory is not seen; better no run than one whose image is silently too old.
void *mmap(void *at, size_t count, int protection, int flags, int fd, off_t start) {
    if (flags & MAP_SHARED && protection & PROT_WRITE && tracked(fd)) fail("a writable mapping is not known", folder);
    return (void *)syscall(SYS_mmap, at, count, protection, flags, fd, start);
}
SAME(mmap64, mmap);

int unlinkat(int at, const char *path, int flags) {
    return flags & AT_REMOVEDIR ? syscall(SYS_unlinkat, at, path, flags) : removed(at, path);
}
int unlink(const char *path) { return removed(AT_FDCWD, path); }
int remove(const char *path) {
    int result = removed(AT_FDCWD, path);
    return result && errno == EISDIR ? syscall(SYS_unlinkat, AT_FDCWD, path, AT_REMOVEDIR) : result;
}

int renameat2(int fromAt, const char *from, int toAt, const char *to, unsigned flags) {
    struct stat info = {0};
    char *name = inside(fromAt, from), *target = inside(toAt, to);
    if (!name && !target) return syscall(SYS_renameat2, fromAt, from, toAt, to, flags);
    if (!name || !target || flags & RENAME_EXCHANGE) fail("this rename is not modelled", from);
    lock();
    struct file *replaced = fstatat(toAt, to, &info, AT_SYMLINK_NOFOLLOW) ? NULL : find(&info);
    struct file *file = fstatat(fromAt, from, &info, AT_SYMLINK_NOFOLLOW) ? NULL : find(&info);
    if (S_ISDIR(info.st_mode)) fail("the rename of a folder is not modelled", from);
    int result = syscall(SYS_renameat2, fromAt, from, toAt, to, flags), error = errno;
    if (!result && (!file || file != replaced)) {
        if (replaced) replaced->unlinked = true, retire(replaced);
        later(move, file, name, target);
    }
    unlock();
    free(name), free(target);
    errno = error;
    return result;
}
int renameat(int fromAt, const char *from, int toAt, const char *to) { return renameat2(fromAt, from, toAt, to, 0); }
int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

// The control: the same program with a weaker setting. With POWER_CUT_SYNCHRONOUS=NORMAL a script of SQLite's that says
// synchronous=FULL says synchronous=NORMAL instead, and a line in POWER_CUT_LOG tells the test that it came to that.
int sqlite3_exec(void *database, const char *script, int (*row)(void *, int, char **, char **), void *context,
                 char **message) {
    static _Atomic(void *) known;
    static const char full[] = "synchronous=FULL";
    const char *level = getenv("POWER_CUT_SYNCHRONOUS"), *log = getenv("POWER_CUT_LOG");
    void *next = known;
    if (!next) next = dlsym(RTLD_NEXT, "sqlite3_exec");
    if (!next) { // Where SQLite came with dlopen, as in Python, it is not in the global scope.
        void *library = dlopen("libsqlite3.so.0", RTLD_LAZY | RTLD_NOLOAD);
        if (library) next = dlsym(library, "sqlite3_exec");
    }
    if (!next) fail("not found", "sqlite3_exec");
    known = next;
    __typeof__(sqlite3_exec) *real = next;
    const char *at = level && script ? strstr(script, full) : NULL;
    if (!at) return real(database, script, row, context, message);
    char *weaker = NULL;
    if (asprintf(&weaker, "%.*ssynchronous=%s%s", (int)(at - script), script, level, at + sizeof full - 1) < 0)
        fail("no memory", "");
    int to = log ? syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (to >= 0) dprintf(to, "synchronous=FULL replaced by synchronous=%s\n", level), syscall(SYS_close, to);
    int result = real(database, weaker, row, context, message);
    free(weaker);
    return result;
}

// ---- The beginning.

static size_t skipped; // How much of a path that nftw gives is the path of the image.

static int miss(const char *path, const struct stat *info, int kind, struct FTW *walk) {
    char whole[PATH_MAX * 2];
    (void)info, (void)walk;
    snprintf(whole, sizeof whole, "%s%s", folder, path + skipped);
    if (kind == FTW_F && access(whole, F_OK)) later(unlinking, NULL, path + skipped + 1, NULL);
    return 0;
}

__attribute__((constructor)) static void begin(void) {
    char real[PATH_MAX], path[PATH_MAX];
    const char *view = getenv("POWER_CUT_FOLDER"), *target = getenv("POWER_CUT_IMAGE");
    if (!view && !target) return;
    if (!view || !target) fail("set both or none", "POWER_CUT_FOLDER, POWER_CUT_IMAGE");
    if (!realpath(view, path)) fail("POWER_CUT_FOLDER", view);
    if (!realpath(target, real)) fail("POWER_CUT_IMAGE", target);
    if (!strncmp(real, path, strlen(path)) && strchr("/", real[strlen(path)])) fail("image inside the folder", target);
    image = syscall(SYS_openat, AT_FDCWD, real, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    if (image < 0) fail("POWER_CUT_IMAGE", target);
    pthread_atfork(lock, unlock, forked);
    owner = getpid();
    strcpy(folder, path);
    skipped = strlen(real);
    // Names that an earlier process removed without a sync of their folder wait for the next one.
    if (nftw(real, miss, 16, FTW_PHYS)) fail("cannot read", target);
}
