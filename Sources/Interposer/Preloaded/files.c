// Regular files that the server writes, renames, links or removes: hotreload hears of each before the kernel tells whoever
// watches, so that it takes none of this for somebody's save.
//
// A datagram each, for hotreload may have no link to the process: one that was forked, or that does not listen (yet).
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 100000  // in microseconds: how long the socket may be full; it holds ten datagrams (max_dgram_qlen)

static struct sockaddr_un address = {.sun_family = AF_UNIX};

void files_configure(const char *path) { snprintf(address.sun_path, sizeof address.sun_path, "%s", path); }

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...) {
  char record[PATH_MAX + 16];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(record, sizeof record, format, arguments);
  va_end(arguments);
  int sender = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sender == -1) return;
  struct timeval patience = {0, PATIENCE};
  setsockopt(sender, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  real()->sendto(sender, record, (size_t)length, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address);
  real()->close(sender);
}

static bool is_wanted(const struct stat *status) { return S_ISREG(status->st_mode) && address.sun_path[0] != 0; }

static void tell_written(const struct stat *status) {
  tell("wrote %ju %ju %jd %jd", (uintmax_t)status->st_dev, (uintmax_t)status->st_ino, (intmax_t)status->st_size,
       (intmax_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec);
}

void file_closing(int fd, FILE *stream) {
  struct stat status;
  int saved = errno;
  if (fstat(fd, &status) == 0 && is_wanted(&status) && (real()->fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY) {
    if (stream && __fwriting(stream) && fflush(stream) == 0) fstat(fd, &status);
    if (status.st_nlink > 0) tell_written(&status);
  }
  errno = saved;
}

// The directory may be a descriptor, and the path relative.
static bool resolve(int directory, const char *path, char resolved[PATH_MAX]) {
  char named[PATH_MAX], parent[PATH_MAX];
  int length = path[0] == '/'         ? snprintf(named, sizeof named, "%s", path)
               : directory == AT_FDCWD ? snprintf(named, sizeof named, "./%s", path)
                                       : snprintf(named, sizeof named, "/proc/self/fd/%d/%s", directory, path);
  if (length >= PATH_MAX) return false;
  char *slash = strrchr(named, '/');
  *slash = 0;
  if (realpath(slash == named ? "/" : named, parent) == NULL) return false;
  return snprintf(resolved, PATH_MAX, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, slash + 1) < PATH_MAX;
}

// Says what becomes of a name; false where that is of no interest.
static bool tell_name(const char *verb, int directory, const char *path) {
  char resolved[PATH_MAX];
  struct stat status;
  int saved = errno;
  bool is_told = fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && is_wanted(&status) &&
                 resolve(directory, path, resolved);
  if (is_told) tell("%s %s", verb, resolved);
  errno = saved;
  return is_told;
}

bool file_going(int directory, const char *path) { return tell_name("removed", directory, path); }

void file_stays(int directory, const char *path) { tell_name("kept", directory, path); }

// The file gets another name: who watches that sees it come.
static void tell_named(int directory, const char *path, int flags) {
  struct stat status;
  int saved = errno;
  if (fstatat(directory, path, &status, flags) == 0 && is_wanted(&status)) tell_written(&status);
  errno = saved;
}

static int moved(int result, bool was_told, int directory, const char *path) {
  if (result == -1 && was_told) file_stays(directory, path);
  return result;
}

EXPORTED int renameat2(int from_directory, const char *from, int to_directory, const char *to, unsigned flags) {
  tell_named(from_directory, from, AT_SYMLINK_NOFOLLOW);
  bool was_told = !(flags & RENAME_EXCHANGE) && file_going(from_directory, from);
  return moved(real()->renameat2(from_directory, from, to_directory, to, flags), was_told, from_directory, from);
}

EXPORTED int renameat(int from_directory, const char *from, int to_directory, const char *to) {
  return renameat2(from_directory, from, to_directory, to, 0);
}

EXPORTED int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

EXPORTED int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
  tell_named(from_directory, from, (flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) | (flags & AT_EMPTY_PATH));
  return real()->linkat(from_directory, from, to_directory, to, flags);
}

EXPORTED int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }
