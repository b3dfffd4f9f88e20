/*
 * A preloaded library that stands between a process and the disk, for files below one folder.
 *
 * It writes down what the process asks of the disk (format: trace.ts), so that a replayer can say what a disk may
 * hold after a power cut at any moment, and it lets calls fail as a failing disk does. Each call and its record
 * are made under one lock, so that the order of the trace is the order in which the file system saw them.
 *
 *   YIZHAN_DISK_ROOT   absolute path of the folder that is watched
 *   YIZHAN_DISK_TRACE  file that the records are appended to; none are made without it
 *   YIZHAN_DISK_MARKS  what is written to this path becomes a mark in the trace, and reaches no disk;
 *                      `!` and a fault (as below, or `none`) arms it and counts anew
 *   YIZHAN_DISK_FAULT  KIND:NTH[:stay], counted from 1 over the calls of that kind below the folder; `stay`: from
 *                      the n-th on. Kinds: eio-sync, eio-write, enospc, short, eio-read, flip, lie
 *   YIZHAN_DISK_FAULT_WHEN  calls are counted, and fail, only while this path exists
 *   YIZHAN_DISK_COUNT  file that gets "syncs writes reads" when the process ends
 *
 * Not covered: writing through mmap. SQLite writes no data that way (sqlite.org/mmap.html), and its WAL index,
 * which is mapped, lies in the process's own memory under locking_mode=EXCLUSIVE and is rebuilt from the log
 * (sqlite.org/walformat.html). io_uring is off in Node 24 unless UV_USE_IO_URING asks for it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FD 65536
#define FICLONE_REQUEST 0x40049409UL

enum record { MARK = 1, OPEN, CREATE, WRITE, TRUNCATE, SYNC, SYNC_FAILED, RENAME, LINK, UNLINK, MKDIR, RMDIR };
enum fd_kind { FOREIGN = 0, WATCHED, MARKS };
enum fault_kind { NO_FAULT, EIO_SYNC, EIO_WRITE, ENOSPC_WRITE, SHORT_WRITE, EIO_READ, FLIP_READ, LYING_SYNC };

struct header {
  uint8_t type;
  uint8_t zero;
  uint16_t path_bytes;
  uint32_t data_bytes;
  uint64_t inode;
  uint64_t offset;
} __attribute__((packed));

static struct { uint8_t kind; dev_t device; ino_t inode; } fds[MAX_FD];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root, *marks, *fault_when;
static size_t root_bytes;
static int trace = -1;
static enum fault_kind fault_kind = NO_FAULT;
static long fault_nth, seen_syncs, seen_writes, seen_reads;
static int fault_stays;

/* The next definition of a function behind ours: the C library's. */
#define REAL(result, name, ...) \
  static result (*real_##name)(__VA_ARGS__); \
  if (!real_##name) real_##name = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static ssize_t raw_write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, write, int, const void *, size_t);
  return real_write(fd, bytes, count);
}

static void write_all(int fd, const void *bytes, size_t count) {
  const char *at = bytes;
  while (count > 0) {
    ssize_t done = raw_write(fd, at, count);
    if (done <= 0) {
      if (done < 0 && errno == EINTR) continue;
      static const char sentence[] = "recorder: the trace cannot be written\n";
      raw_write(2, sentence, sizeof sentence - 1);
      _exit(99);
    }
    at += done;
    count -= (size_t)done;
  }
}

/* Counts from here, and fails as it is told. */
static void arm(const char *fault) {
  static const struct { const char *name; enum fault_kind kind; } kinds[] = {
      {"eio-sync:", EIO_SYNC}, {"eio-write:", EIO_WRITE}, {"enospc:", ENOSPC_WRITE}, {"short:", SHORT_WRITE},
      {"eio-read:", EIO_READ}, {"flip:", FLIP_READ},      {"lie:", LYING_SYNC}};
  fault_kind = NO_FAULT;
  seen_syncs = seen_writes = seen_reads = 0;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    size_t length = strlen(kinds[i].name);
    if (strncmp(fault, kinds[i].name, length) != 0) continue;
    fault_kind = kinds[i].kind;
    fault_nth = atol(fault + length);
    fault_stays = strstr(fault + length, ":stay") != NULL;
  }
}

__attribute__((constructor)) static void begin(void) {
  root = getenv("YIZHAN_DISK_ROOT");
  marks = getenv("YIZHAN_DISK_MARKS");
  fault_when = getenv("YIZHAN_DISK_FAULT_WHEN");
  if (!root) return;
  root_bytes = strlen(root);
  REAL(int, open64, const char *, int, ...);
  const char *file = getenv("YIZHAN_DISK_TRACE");
  if (file) trace = real_open64(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *fault = getenv("YIZHAN_DISK_FAULT");
  if (fault) arm(fault);
}

__attribute__((destructor)) static void end(void) {
  const char *file = getenv("YIZHAN_DISK_COUNT");
  if (!file || !root) return;
  REAL(int, open64, const char *, int, ...);
  int fd = real_open64(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  char text[80];
  int length = snprintf(text, sizeof text, "%ld %ld %ld\n", seen_syncs, seen_writes, seen_reads);
  if (fd >= 0) write_all(fd, text, (size_t)length);
}

static int is_due(long seen) { return seen == fault_nth || (fault_stays && seen > fault_nth); }

static int counts(void) { return !fault_when || access(fault_when, F_OK) == 0; }

/* The path that a call means, absolute; a caller gives it relative to a folder that it has open. */
static const char *absolute(int folder, const char *path, char *buffer) {
  if (path[0] == '/') return path;
  char link[64];
  ssize_t length;
  if (folder == AT_FDCWD) length = getcwd(buffer, PATH_MAX) ? (ssize_t)strlen(buffer) : -1;
  else {
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    length = readlink(link, buffer, PATH_MAX - 1);
  }
  if (length < 0 || (size_t)length + strlen(path) + 2 > PATH_MAX) return path;
  buffer[length] = '/';
  strcpy(buffer + length + 1, path);
  return buffer;
}

/* The part of a path below the folder, or NULL when it lies elsewhere. */
static const char *below(const char *path) {
  if (!root || strncmp(path, root, root_bytes) != 0) return NULL;
  if (path[root_bytes] == '\0') return path + root_bytes;
  return path[root_bytes] == '/' ? path + root_bytes + 1 : NULL;
}

static void record(enum record type, uint64_t inode, uint64_t offset, const char *path, const void *data, size_t bytes) {
  if (trace < 0) return;
  struct header head = {(uint8_t)type, 0, (uint16_t)(path ? strlen(path) : 0), (uint32_t)bytes, inode, offset};
  write_all(trace, &head, sizeof head);
  if (path) write_all(trace, path, head.path_bytes);
  if (bytes > 0) write_all(trace, data, bytes);
}

/* A descriptor can have been closed and taken by something else since: the inode says what it is now. */
static enum fd_kind kind_of(int fd) {
  if (fd < 0 || fd >= MAX_FD || fds[fd].kind == FOREIGN) return FOREIGN;
  struct stat now;
  if (fds[fd].kind == MARKS || (fstat(fd, &now) == 0 && now.st_dev == fds[fd].device && now.st_ino == fds[fd].inode))
    return fds[fd].kind;
  fds[fd].kind = FOREIGN;
  return FOREIGN;
}

static int open_watched(int folder, const char *path, int flags, mode_t mode) {
  REAL(int, openat, int, const char *, int, ...);
  if (!root) return real_openat(folder, path, flags, mode);
  char buffer[PATH_MAX];
  const char *full = absolute(folder, path, buffer);
  if (marks && strcmp(full, marks) == 0) {
    int fd = real_openat(folder, "/dev/null", O_WRONLY | O_CLOEXEC, 0);
    if (fd >= 0 && fd < MAX_FD) fds[fd].kind = MARKS;
    return fd;
  }
  const char *name = below(full);
  if (!name) {
    int fd = real_openat(folder, path, flags, mode);
    if (fd >= 0 && fd < MAX_FD) fds[fd].kind = FOREIGN;
    return fd;
  }
  pthread_mutex_lock(&lock);
  struct stat before, now;
  int was_there = stat(full, &before) == 0;
  int fd = real_openat(folder, path, flags, mode);
  int code = errno;
  if (fd >= 0 && fd < MAX_FD && fstat(fd, &now) == 0) {
    fds[fd].kind = WATCHED;
    fds[fd].device = now.st_dev;
    fds[fd].inode = now.st_ino;
    record(was_there ? OPEN : CREATE, now.st_ino, 0, name, NULL, 0);
    if (was_there && (flags & O_TRUNC) && before.st_size > 0) record(TRUNCATE, now.st_ino, 0, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = code;
  return fd;
}

#define OPTIONAL_MODE \
  mode_t mode = 0; \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list rest; \
    va_start(rest, flags); \
    mode = (mode_t)va_arg(rest, int); \
    va_end(rest); \
  }

int open(const char *path, int flags, ...) { OPTIONAL_MODE return open_watched(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { OPTIONAL_MODE return open_watched(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { OPTIONAL_MODE return open_watched(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { OPTIONAL_MODE return open_watched(folder, path, flags, mode); }

/* What becomes of a write of so many bytes: how many the disk takes, or −1 with errno. */
static ssize_t injected_write(size_t count) {
  seen_writes += counts();
  switch (fault_kind) {
    case EIO_WRITE:
      if (is_due(seen_writes)) return errno = EIO, -1;
      break;
    case ENOSPC_WRITE:
      if (is_due(seen_writes)) return errno = ENOSPC, -1;
      break;
    case SHORT_WRITE:
      if (is_due(seen_writes) && count > 1) return (ssize_t)(count / 2);
      break;
    default:
      break;
  }
  return (ssize_t)count;
}

/* offset −1: at the descriptor's own place. */
static ssize_t write_watched(int fd, const void *bytes, size_t count, off_t offset) {
  REAL(ssize_t, pwrite64, int, const void *, size_t, off_t);
  enum fd_kind kind = kind_of(fd);
  if (kind == FOREIGN) return offset < 0 ? raw_write(fd, bytes, count) : real_pwrite64(fd, bytes, count, offset);
  pthread_mutex_lock(&lock);
  ssize_t done = (ssize_t)count;
  int code = errno;
  if (kind == MARKS) {
    char order[64];
    if (count > 1 && count < sizeof order && *(const char *)bytes == '!') {
      memcpy(order, (const char *)bytes + 1, count - 1);
      order[count - 1] = '\0';
      arm(order);
    } else record(MARK, 0, 0, NULL, bytes, count);
  }
  else {
    done = injected_write(count);
    code = errno;
    if (done > 0) {
      off_t at = offset;
      if (offset < 0) {
        at = (fcntl(fd, F_GETFL) & O_APPEND) ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
        done = raw_write(fd, bytes, (size_t)done);
      } else done = real_pwrite64(fd, bytes, (size_t)done, offset);
      code = errno;
      if (done > 0) record(WRITE, fds[fd].inode, (uint64_t)at, NULL, bytes, (size_t)done);
    }
  }
  pthread_mutex_unlock(&lock);
  errno = code;
  return done;
}

ssize_t write(int fd, const void *bytes, size_t count) { return write_watched(fd, bytes, count, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) { return write_watched(fd, bytes, count, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset) { return write_watched(fd, bytes, count, offset); }

/* One buffer after the other: a short one ends the call, as the kernel may end it. */
static ssize_t write_vector(int fd, const struct iovec *parts, int count, off_t offset) {
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    if (parts[i].iov_len == 0) continue;
    ssize_t done = write_watched(fd, parts[i].iov_base, parts[i].iov_len, offset < 0 ? -1 : offset + total);
    if (done < 0) return total > 0 ? total : -1;
    total += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return total;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  REAL(ssize_t, writev, int, const struct iovec *, int);
  return kind_of(fd) == FOREIGN ? real_writev(fd, parts, count) : write_vector(fd, parts, count, -1);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  REAL(ssize_t, pwritev, int, const struct iovec *, int, off_t);
  return kind_of(fd) == FOREIGN ? real_pwritev(fd, parts, count, offset) : write_vector(fd, parts, count, offset);
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev(fd, parts, count, offset); }

ssize_t pread64(int fd, void *bytes, size_t count, off_t offset) {
  REAL(ssize_t, pread64, int, void *, size_t, off_t);
  ssize_t done = real_pread64(fd, bytes, count, offset);
  if (kind_of(fd) != WATCHED) return done;
  pthread_mutex_lock(&lock);
  seen_reads += counts();
  int due = is_due(seen_reads);
  pthread_mutex_unlock(&lock);
  if (due && fault_kind == EIO_READ) return errno = EIO, -1;
  if (due && fault_kind == FLIP_READ && done > 0) ((unsigned char *)bytes)[done / 2] ^= 0x10;
  return done;
}
ssize_t pread(int fd, void *bytes, size_t count, off_t offset) { return pread64(fd, bytes, count, offset); }

static int truncate_watched(int fd, off_t length) {
  REAL(int, ftruncate64, int, off_t);
  if (kind_of(fd) != WATCHED) return real_ftruncate64(fd, length);
  pthread_mutex_lock(&lock);
  int result = real_ftruncate64(fd, length);
  int code = errno;
  if (result == 0) record(TRUNCATE, fds[fd].inode, (uint64_t)length, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}
int ftruncate(int fd, off_t length) { return truncate_watched(fd, length); }
int ftruncate64(int fd, off_t length) { return truncate_watched(fd, length); }

static int sync_watched(int fd, int (*real)(int)) {
  if (kind_of(fd) != WATCHED) return real(fd);
  pthread_mutex_lock(&lock);
  seen_syncs += counts();
  int due = is_due(seen_syncs), result = 0, code = errno;
  if (due && fault_kind == LYING_SYNC) result = 0;
  else if (due && fault_kind == EIO_SYNC) {
    /* The kernel says so once, and holds the pages for clean from then on (Rebello et al., USENIX ATC 2020). */
    result = -1;
    code = EIO;
    record(SYNC_FAILED, fds[fd].inode, 0, NULL, NULL, 0);
  } else {
    result = real(fd);
    code = errno;
    record(result == 0 ? SYNC : SYNC_FAILED, fds[fd].inode, 0, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}
int fsync(int fd) {
  REAL(int, fsync, int);
  return sync_watched(fd, real_fsync);
}
int fdatasync(int fd) {
  REAL(int, fdatasync, int);
  return sync_watched(fd, real_fdatasync);
}
/* sync_file_range(2) writes no metadata and empties no disk's cache: it is no promise, and gets no record. */

static int rename_watched(int from_folder, const char *from, int to_folder, const char *to) {
  REAL(int, renameat, int, const char *, int, const char *);
  char first[PATH_MAX], second[PATH_MAX];
  const char *source = root ? below(absolute(from_folder, from, first)) : NULL;
  const char *target = root ? below(absolute(to_folder, to, second)) : NULL;
  if (!source && !target) return real_renameat(from_folder, from, to_folder, to);
  pthread_mutex_lock(&lock);
  int result = real_renameat(from_folder, from, to_folder, to);
  int code = errno;
  if (result == 0 && source && target) record(RENAME, 0, 0, source, target, strlen(target));
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}
int rename(const char *from, const char *to) { return rename_watched(AT_FDCWD, from, AT_FDCWD, to); }
int renameat(int a, const char *from, int b, const char *to) { return rename_watched(a, from, b, to); }

int link(const char *from, const char *to) {
  REAL(int, link, const char *, const char *);
  const char *source = root ? below(from) : NULL, *target = root ? below(to) : NULL;
  pthread_mutex_lock(&lock);
  int result = real_link(from, to);
  int code = errno;
  if (result == 0 && source && target) record(LINK, 0, 0, source, target, strlen(target));
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}

static int remove_watched(int folder, const char *path, int flags) {
  REAL(int, unlinkat, int, const char *, int);
  char buffer[PATH_MAX];
  const char *name = root ? below(absolute(folder, path, buffer)) : NULL;
  if (!name) return real_unlinkat(folder, path, flags);
  pthread_mutex_lock(&lock);
  int result = real_unlinkat(folder, path, flags);
  int code = errno;
  if (result == 0) record(flags & AT_REMOVEDIR ? RMDIR : UNLINK, 0, 0, name, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}
int unlink(const char *path) { return remove_watched(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return remove_watched(AT_FDCWD, path, AT_REMOVEDIR); }
int unlinkat(int folder, const char *path, int flags) { return remove_watched(folder, path, flags); }

static int mkdir_watched(int folder, const char *path, mode_t mode) {
  REAL(int, mkdirat, int, const char *, mode_t);
  char buffer[PATH_MAX];
  const char *name = root ? below(absolute(folder, path, buffer)) : NULL;
  if (!name) return real_mkdirat(folder, path, mode);
  pthread_mutex_lock(&lock);
  struct stat now;
  int result = real_mkdirat(folder, path, mode);
  int code = errno;
  if (result == 0 && fstatat(folder, path, &now, 0) == 0) record(MKDIR, now.st_ino, 0, name, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = code;
  return result;
}
int mkdir(const char *path, mode_t mode) { return mkdir_watched(AT_FDCWD, path, mode); }
int mkdirat(int folder, const char *path, mode_t mode) { return mkdir_watched(folder, path, mode); }

/*
 * Copies that the kernel makes by itself have no bytes to record: what is copied to a watched file is refused here
 * in the way that makes a caller (libuv's uv_fs_copyfile) read and write instead, or is read and written by us.
 */
ssize_t sendfile64(int to, int from, off_t *offset, size_t count) {
  REAL(ssize_t, sendfile64, int, int, off_t *, size_t);
  if (kind_of(to) != WATCHED) return real_sendfile64(to, from, offset, count);
  char buffer[16384];
  REAL(ssize_t, pread64, int, void *, size_t, off_t);
  size_t most = count < sizeof buffer ? count : sizeof buffer;
  off_t at = offset ? *offset : lseek(from, 0, SEEK_CUR);
  ssize_t got = real_pread64(from, buffer, most, at);
  if (got <= 0) return got;
  ssize_t done = write_watched(to, buffer, (size_t)got, -1);
  if (done > 0) {
    if (offset) *offset += done;
    else lseek(from, done, SEEK_CUR);
  }
  return done;
}
ssize_t sendfile(int to, int from, off_t *offset, size_t count) { return sendfile64(to, from, offset, count); }

int fallocate64(int fd, int mode, off_t offset, off_t length) {
  REAL(int, fallocate64, int, int, off_t, off_t);
  if (kind_of(fd) == WATCHED) return errno = EOPNOTSUPP, -1;
  return real_fallocate64(fd, mode, offset, length);
}
int fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate64(fd, mode, offset, length); }
int posix_fallocate64(int fd, off_t offset, off_t length) {
  REAL(int, posix_fallocate64, int, off_t, off_t);
  return kind_of(fd) == WATCHED ? EOPNOTSUPP : real_posix_fallocate64(fd, offset, length);
}
int posix_fallocate(int fd, off_t offset, off_t length) { return posix_fallocate64(fd, offset, length); }

int ioctl(int fd, unsigned long request, ...) {
  REAL(int, ioctl, int, unsigned long, ...);
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (request == FICLONE_REQUEST && kind_of(fd) == WATCHED) return errno = EOPNOTSUPP, -1;
  return real_ioctl(fd, request, argument);
}

ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t count, unsigned flags) {
  REAL(ssize_t, copy_file_range, int, off_t *, int, off_t *, size_t, unsigned);
  if (kind_of(to) == WATCHED) return errno = ENOSYS, -1;
  return real_copy_file_range(from, from_offset, to, to_offset, count, flags);
}

/* libuv reaches some calls by their number. */
long syscall(long number, ...) {
  REAL(long, syscall, long, ...);
  va_list rest;
  va_start(rest, number);
  long a = va_arg(rest, long), b = va_arg(rest, long), c = va_arg(rest, long);
  long d = va_arg(rest, long), e = va_arg(rest, long), f = va_arg(rest, long);
  va_end(rest);
  if (number == SYS_copy_file_range && kind_of((int)c) == WATCHED) return errno = ENOSYS, -1;
  return real_syscall(number, a, b, c, d, e, f);
}
