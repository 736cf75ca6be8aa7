// The trace of the messages. A line is one writev(2), without stdio(3): a signal handler may write it, and the
// lines of several threads and processes must not mix.
#include "link.h"

#include <errno.h>
#include <unistd.h>

bool trace_is_on;
static char generation[24];

void trace_configure(const char *number) {
  snprintf(generation, sizeof generation, "%s", number);
  trace_is_on = true;
}

void trace_write(enum trace_direction direction, const char *text, size_t length, bool has_descriptor) {
  char start[128];
  int saved = errno;
  int count = snprintf(start, sizeof start, "hotreload-trace: process %d of generation %s %s%s: ", getpid(), generation,
                       direction == TRACE_SENT ? "sends" : "receives", has_descriptor ? ", with a descriptor" : "");
  struct iovec line[] = {{start, (size_t)count}, {(char *)text, length}, {"\n", 1}};
  (void)!real()->writev(STDERR_FILENO, line, 3);
  errno = saved;
}
