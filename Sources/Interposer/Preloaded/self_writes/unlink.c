// Unix domain sockets have a path, which servers remove before they bind and when they exit.
//
// A server must not remove the path of a generation that still serves there, so hotreload is asked before a socket is
// unlinked. If it refuses, the call succeeds without removing the path.
#include "interposer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// Returns whether the path is a socket that hotreload wants kept. Keeps errno.
static bool must_stay(int directory, const char *path) {
  char key[KEY_SIZE], answer[RECORD_SIZE], found[PATH_MAX];
  struct stat status;
  int saved = errno, granted = -1;
  bool stays = false;
  if (fstatat(directory, path, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(status.st_mode)) {
    if (path[0] == '/' || directory == AT_FDCWD) snprintf(found, sizeof found, "%s", path);
    else snprintf(found, sizeof found, "/proc/self/fd/%d/%s", directory, path);
    stays = link_owner() != LINK_OF_THE_PARENT && key_of_path(found, key) && link_open() &&
            link_ask("unlink", key, answer, &granted) && strncmp(answer, "kept ", 5) == 0;
  }
  errno = saved;
  return stays;
}

// Sends the notices around `call`, which removes a name.
#define REMOVING(directory, path, call)                            \
  if (must_stay(directory, path)) return 0;                        \
  bool was_told = notify_removal(directory, path);                 \
  int result = call;                                               \
  if (result == -1 && was_told) withdraw_removal(directory, path); \
  return result

EXPORTED int unlink(const char *path) { REMOVING(AT_FDCWD, path, real()->unlink(path)); }

EXPORTED int unlinkat(int directory, const char *path, int flags) {
  if (flags & AT_REMOVEDIR) return real()->unlinkat(directory, path, flags);
  REMOVING(directory, path, real()->unlinkat(directory, path, flags));
}

EXPORTED int remove(const char *path) { REMOVING(AT_FDCWD, path, real()->remove(path)); }
