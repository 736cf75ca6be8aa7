// Calls with which the server opens, writes and closes files: see self_writes.c. write(2), writev(2) and sendfile(2)
// are in read_write.c, close(2) and its variants in descriptors.c.
#include "self_writes.h"

#include <aio.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// --- Calls that open files, and so may create or truncate them.

// Makes the call that opens a file, with the mode if the flags need one, and records it.
#define OPEN(flags, call)                  \
  mode_t mode = 0;                         \
  if ((flags) & (O_CREAT | __O_TMPFILE)) { \
    va_list list;                          \
    va_start(list, flags);                 \
    mode = va_arg(list, mode_t);           \
    va_end(list);                          \
  }                                        \
  int fd = call;                           \
  if (fd != -1) file_opened(fd, flags);    \
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

// --- Calls that write.

// Records a call that wrote through `fd`, if it succeeded. Returns its result.
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

// Programs that were compiled with _FORTIFY_SOURCE call these two.
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

// Records a stream that was opened, which may be NULL. Returns it.
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

EXPORTED int futimens(int fd, const struct timespec times[2]) { return (int)wrote(fd, real()->futimens(fd, times)); }

// --- Calls that end the process, which closes all files.

__attribute__((destructor)) static void end(void) { files_ending(); }

EXPORTED _Noreturn void _exit(int code) {
  files_ending();
  real()->_exit(code);
  __builtin_unreachable();
}

EXPORTED _Noreturn void _Exit(int code) { _exit(code); }
