// The calls with which the server writes files, gives them names, or takes them away: see files.c.
#include "interposer.h"

#include <aio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

// --- Opened, which may make or empty them.

#define OPEN(flags, call)                                              \
  mode_t mode = 0;                                                     \
  if ((flags) & (O_CREAT | __O_TMPFILE)) {                             \
    va_list list;                                                      \
    va_start(list, flags);                                             \
    mode = va_arg(list, mode_t);                                       \
    va_end(list);                                                      \
  }                                                                    \
  int fd = call;                                                       \
  if (fd != -1) file_opened(fd, flags);                                \
  return fd

EXPORTED int open(const char *path, int flags, ...) { OPEN(flags, real()->open(path, flags, mode)); }

EXPORTED int open64(const char *path, int flags, ...) { OPEN(flags, real()->open64(path, flags, mode)); }

EXPORTED int openat(int directory, const char *path, int flags, ...) {
  OPEN(flags, real()->openat(directory, path, flags, mode));
}

EXPORTED int openat64(int directory, const char *path, int flags, ...) {
  OPEN(flags, real()->openat64(directory, path, flags, mode));
}

EXPORTED int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

EXPORTED int creat64(const char *path, mode_t mode) { return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

// --- Written. write(2), writev(2) and sendfile(2) are in streams.c.

static ssize_t wrote(int fd, ssize_t result) {
  if (result >= 0) file_written(fd);
  return result;
}

EXPORTED ssize_t pwrite(int fd, const void *buffer, size_t size, off_t offset) {
  return wrote(fd, real()->pwrite(fd, buffer, size, offset));
}

EXPORTED ssize_t pwrite64(int fd, const void *buffer, size_t size, off_t offset) {
  return wrote(fd, real()->pwrite(fd, buffer, size, offset));
}

EXPORTED ssize_t pwritev(int fd, const struct iovec *vector, int length, off_t offset) {
  return wrote(fd, real()->pwritev(fd, vector, length, offset));
}

EXPORTED ssize_t pwritev64(int fd, const struct iovec *vector, int length, off_t offset) {
  return wrote(fd, real()->pwritev(fd, vector, length, offset));
}

EXPORTED ssize_t copy_file_range(int from, off_t *from_offset, int to, off_t *to_offset, size_t size, unsigned flags) {
  return wrote(to, real()->copy_file_range(from, from_offset, to, to_offset, size, flags));
}

EXPORTED int ftruncate(int fd, off_t length) { return (int)wrote(fd, real()->ftruncate(fd, length)); }

EXPORTED int ftruncate64(int fd, off_t length) { return (int)wrote(fd, real()->ftruncate(fd, length)); }

EXPORTED ssize_t pwritev2(int fd, const struct iovec *vector, int length, off_t offset, int flags) {
  return wrote(fd, real()->pwritev2(fd, vector, length, offset, flags));
}

EXPORTED ssize_t pwritev64v2(int fd, const struct iovec *vector, int length, off_t offset, int flags) {
  return wrote(fd, real()->pwritev2(fd, vector, length, offset, flags));
}

EXPORTED ssize_t splice(int from, off_t *from_offset, int to, off_t *to_offset, size_t size, unsigned flags) {
  return wrote(to, real()->splice(from, from_offset, to, to_offset, size, flags));
}

EXPORTED int fallocate(int fd, int mode, off_t offset, off_t length) {
  return (int)wrote(fd, real()->fallocate(fd, mode, offset, length));
}

EXPORTED int fallocate64(int fd, int mode, off_t offset, off_t length) { return fallocate(fd, mode, offset, length); }

EXPORTED int posix_fallocate(int fd, off_t offset, off_t length) {
  return (int)wrote(fd, real()->posix_fallocate(fd, offset, length));
}

EXPORTED int posix_fallocate64(int fd, off_t offset, off_t length) { return posix_fallocate(fd, offset, length); }

EXPORTED int aio_write(struct aiocb *request) {
  file_written(request->aio_fildes);
  return real()->aio_write(request);
}

EXPORTED int aio_write64(struct aiocb64 *request) {
  file_written(request->aio_fildes);
  return real()->aio_write((struct aiocb *)request);
}

EXPORTED int vdprintf(int fd, const char *format, va_list arguments) {
  return (int)wrote(fd, real()->vdprintf(fd, format, arguments));
}

EXPORTED int dprintf(int fd, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = vdprintf(fd, format, arguments);
  va_end(arguments);
  return result;
}

// What a program compiled with _FORTIFY_SOURCE calls instead.
EXPORTED int __vdprintf_chk(int fd, int flag, const char *format, va_list arguments) {
  return (int)wrote(fd, real()->__vdprintf_chk(fd, flag, format, arguments));
}

EXPORTED int __dprintf_chk(int fd, int flag, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int result = __vdprintf_chk(fd, flag, format, arguments);
  va_end(arguments);
  return result;
}

static FILE *as_stream(FILE *stream) {
  if (stream) file_opened_as_stream(stream);
  return stream;
}

EXPORTED FILE *fopen(const char *path, const char *mode) { return as_stream(real()->fopen(path, mode)); }

EXPORTED FILE *fopen64(const char *path, const char *mode) { return as_stream(real()->fopen64(path, mode)); }

EXPORTED FILE *fdopen(int fd, const char *mode) {
  bool was_written = file_is_written(fd);
  FILE *stream = as_stream(real()->fdopen(fd, mode));
  if (was_written) file_written(fd);
  return stream;
}

EXPORTED FILE *freopen(const char *path, const char *mode, FILE *stream) {
  file_closing(fileno(stream), stream);
  return as_stream(real()->freopen(path, mode, stream));
}

EXPORTED FILE *freopen64(const char *path, const char *mode, FILE *stream) {
  file_closing(fileno(stream), stream);
  return as_stream(real()->freopen64(path, mode, stream));
}

static void tell_as_it_is(const char *path) {
  struct stat status;
  int saved = errno;
  if (stat(path, &status) == 0) file_named(&status, AT_FDCWD, path);
  errno = saved;
}

EXPORTED int truncate(const char *path, off_t length) {
  int result = real()->truncate(path, length);
  if (result == 0) tell_as_it_is(path);
  return result;
}

EXPORTED int truncate64(const char *path, off_t length) { return truncate(path, length); }

// --- Given another time, which tells one state from another.

// Before: the state is as good as there.
static void tell_with_time(int directory, const char *path, const struct timespec *modified, int flags) {
  struct stat status;
  int saved = errno;
  if (modified && modified->tv_nsec != UTIME_OMIT && modified->tv_nsec != UTIME_NOW && path &&
      fstatat(directory, path, &status, flags) == 0) {
    status.st_mtim = *modified;
    file_named(&status, directory, path);
  }
  errno = saved;
}

EXPORTED int utimensat(int directory, const char *path, const struct timespec times[2], int flags) {
  tell_with_time(directory, path, times ? &times[1] : NULL, flags);
  return real()->utimensat(directory, path, times, flags);
}

EXPORTED int utimes(const char *path, const struct timeval times[2]) {
  if (times) {
    struct timespec modified = {times[1].tv_sec, times[1].tv_usec * 1000};
    tell_with_time(AT_FDCWD, path, &modified, 0);
  }
  return real()->utimes(path, times);
}

EXPORTED int futimens(int fd, const struct timespec times[2]) { return (int)wrote(fd, real()->futimens(fd, times)); }

// --- Named.

static bool look(int directory, const char *path, int flags, struct stat *status) {
  int saved = errno;
  bool is_there = fstatat(directory, path, status, flags) == 0;
  errno = saved;
  return is_there;
}

static bool is_there(int directory, const char *path) {
  struct stat status;
  return look(directory, path, AT_SYMLINK_NOFOLLOW, &status);
}

// A name that goes with `call`, and one that comes.
#define MOVE(from_directory, from, to_directory, to, exchanged, call)                                     \
  struct stat moved, other;                                                                               \
  bool comes = look(from_directory, from, AT_SYMLINK_NOFOLLOW, &moved);                                   \
  if (comes) file_named(&moved, to_directory, to);                                                        \
  if ((exchanged) && look(to_directory, to, AT_SYMLINK_NOFOLLOW, &other)) file_named(&other, from_directory, from); \
  bool goes = comes && !(exchanged) && file_going(from_directory, from);                                  \
  int result = call, saved = errno;                                                                       \
  if (goes && is_there(from_directory, from)) file_stays(from_directory, from);                           \
  errno = saved;                                                                                          \
  return result

EXPORTED int rename(const char *from, const char *to) {
  MOVE(AT_FDCWD, from, AT_FDCWD, to, false, real()->rename(from, to));
}

EXPORTED int renameat(int from_directory, const char *from, int to_directory, const char *to) {
  MOVE(from_directory, from, to_directory, to, false, real()->renameat(from_directory, from, to_directory, to));
}

EXPORTED int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
  MOVE(from_directory, from, to_directory, to, flags & RENAME_EXCHANGE,
       real()->renameat2(from_directory, from, to_directory, to, flags));
}

EXPORTED int link(const char *from, const char *to) {
  struct stat status;
  if (look(AT_FDCWD, from, AT_SYMLINK_NOFOLLOW, &status)) file_named(&status, AT_FDCWD, to);
  return real()->link(from, to);
}

EXPORTED int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
  struct stat status;
  int how = (flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) | (flags & AT_EMPTY_PATH);
  if (look(from_directory, from, how, &status)) file_named(&status, to_directory, to);
  return real()->linkat(from_directory, from, to_directory, to, flags);
}

static const struct stat symbolic_link = {.st_mode = S_IFLNK};

EXPORTED int symlink(const char *target, const char *path) {
  file_named(&symbolic_link, AT_FDCWD, path);
  return real()->symlink(target, path);
}

EXPORTED int symlinkat(const char *target, int directory, const char *path) {
  file_named(&symbolic_link, directory, path);
  return real()->symlinkat(target, directory, path);
}

// --- Taken away. unlink(2), unlinkat(2) and remove(3) are in paths.c.

// --- Closed by the end of the process.

__attribute__((destructor)) static void end(void) { files_ending(); }

EXPORTED _Noreturn void _exit(int code) {
  files_ending();
  real()->_exit(code);
  __builtin_unreachable();
}

EXPORTED _Noreturn void _Exit(int code) { _exit(code); }
