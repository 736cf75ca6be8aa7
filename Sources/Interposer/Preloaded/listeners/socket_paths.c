// Unix domain sockets have a path, which servers remove before they bind and when they exit. A server must not remove
// the path of a generation that still serves there, so hotreload is asked first.
#include "listeners.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool socket_path_must_stay(int directory, const char *path) {
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
