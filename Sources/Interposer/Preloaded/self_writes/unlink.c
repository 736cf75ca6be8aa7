// unlink(2) and its variants. If hotreload wants the path of a socket kept, the call succeeds without removing it.
#include "self_writes.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

// Sends the notices around `call`, which removes a name.
#define REMOVING(directory, path, call)                            \
  if (socket_path_must_stay(directory, path)) return 0;            \
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
