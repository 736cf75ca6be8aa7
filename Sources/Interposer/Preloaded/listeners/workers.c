// The listeners of a process, passed in a variable to the program that it becomes or starts as a worker. The variable
// has a line for each listener: its cookie (SO_COOKIE), its flags, its backlog and its key.
#include "listeners.h"

#include <stdlib.h>
#include <string.h>

#define VARIABLE "HOTRELOAD_LISTENERS"
// The highest descriptor that is compared with the cookies.
#define LAST_LOOKED_AT 255

// The flags of a listener: members of struct listener. LISTENING becomes `inherited`.
enum { GRANTED = 1, LISTENING = 2, NONBLOCKING = 4, DATAGRAMS = 8 };

bool listeners_write(char *text, size_t size) {
  size_t length = (size_t)snprintf(text, size, VARIABLE "="), empty = length;
  struct listener *listener;
  for (unsigned id = 0; (listener = listener_number(id)) != NULL; id++) {
    if (listener->fd == -1) continue;
    unsigned flags = (listener->granted ? GRANTED : 0) | (listener->listening ? LISTENING : 0) |
                     (listener->nonblocking ? NONBLOCKING : 0) | (listener->datagrams ? DATAGRAMS : 0);
    int written = snprintf(text + length, size - length, "%llx %u %d %s\n", (unsigned long long)listener->cookie, flags,
                           listener->backlog, listener_key(listener));
    if (written >= (int)(size - length)) break;
    length += (size_t)written;
  }
  text[length] = 0;
  return length > empty;
}

// Adds the listener at each descriptor that is the socket with this cookie.
static void take_in(uint64_t cookie, unsigned flags, int backlog, const char *key) {
  for (int fd = 3; fd <= LAST_LOOKED_AT; fd++) {
    if (socket_cookie(fd) != cookie || listener_known_at(fd)) continue;
    struct listener *listener = listener_add(fd, key);
    if (listener == NULL) return;
    listener->granted = flags & GRANTED;
    listener->inherited = flags & LISTENING;
    listener->nonblocking = flags & NONBLOCKING;
    listener->datagrams = flags & DATAGRAMS;
    listener->backlog = backlog;
    listener->shared = true;
    link_expect();
  }
}

void listeners_read(void) {
  char *text = getenv(VARIABLE), *rest;
  for (char *line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
    unsigned long long cookie;
    unsigned flags;
    int backlog, start = 0;
    if (sscanf(line, "%llx %u %d %n", &cookie, &flags, &backlog, &start) == 3 && start > 0 && cookie != 0)
      take_in(cookie, flags, backlog, line + start);
  }
  unsetenv(VARIABLE);
}
