// Calls that give files a name, a length or a time by path: see self_writes.c. unlink(2) and its variants are in
// unlink.c.
#include "self_writes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

// Writes the status of a file (fstatat(2)). Returns false if there is none. Keeps errno.
static bool look(int directory, const char *path, int flags, struct stat *status) {
  int saved = errno;
  bool is_there = fstatat(directory, path, status, flags) == 0;
  errno = saved;
  return is_there;
}

// --- Calls that change names.

// Returns whether a file or a link has this name.
static bool is_there(int directory, const char *path) {
  struct stat status;
  return look(directory, path, AT_SYMLINK_NOFOLLOW, &status);
}

// Sends notices of the old and the new name around `call`, which renames a file.
#define MOVE(from_directory, from, to_directory, to, exchanged, call)                                                \
  struct stat moved, other;                                                                                          \
  bool comes = look(from_directory, from, AT_SYMLINK_NOFOLLOW, &moved);                                              \
  if (comes) notify_name(&moved, to_directory, to);                                                                  \
  if ((exchanged) && look(to_directory, to, AT_SYMLINK_NOFOLLOW, &other)) notify_name(&other, from_directory, from); \
  bool goes = comes && !(exchanged) && notify_removal(from_directory, from);                                         \
  int result = call, saved = errno;                                                                                  \
  if (goes && is_there(from_directory, from)) withdraw_removal(from_directory, from);                                \
  errno = saved;                                                                                                     \
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
  if (look(AT_FDCWD, from, AT_SYMLINK_NOFOLLOW, &status)) notify_name(&status, AT_FDCWD, to);
  return real()->link(from, to);
}

EXPORTED int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
  struct stat status;
  int how = (flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) | (flags & AT_EMPTY_PATH);
  if (look(from_directory, from, how, &status)) notify_name(&status, to_directory, to);
  return real()->linkat(from_directory, from, to_directory, to, flags);
}

static const struct stat symbolic_link = {.st_mode = S_IFLNK};

EXPORTED int symlink(const char *target, const char *path) {
  notify_name(&symbolic_link, AT_FDCWD, path);
  return real()->symlink(target, path);
}

EXPORTED int symlinkat(const char *target, int directory, const char *path) {
  notify_name(&symbolic_link, directory, path);
  return real()->symlinkat(target, directory, path);
}

// --- Calls that change a length.

// Sends a notice of the file in its present state.
static void tell_as_it_is(const char *path) {
  struct stat status;
  if (look(AT_FDCWD, path, 0, &status)) notify_name(&status, AT_FDCWD, path);
}

EXPORTED int truncate(const char *path, off_t length) {
  int result = real()->truncate(path, length);
  if (result == 0) tell_as_it_is(path);
  return result;
}

EXPORTED int truncate64(const char *path, off_t length) { return truncate(path, length); }

// --- Calls that change a time, which is part of a file's state.

// Sends a notice of the file with the modification time that it is about to get, if that is given.
static void tell_with_time(int directory, const char *path, const struct timespec *modified, int flags) {
  struct stat status;
  if (modified && modified->tv_nsec != UTIME_OMIT && modified->tv_nsec != UTIME_NOW && path &&
      look(directory, path, flags, &status)) {
    status.st_mtim = *modified;
    notify_name(&status, directory, path);
  }
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
