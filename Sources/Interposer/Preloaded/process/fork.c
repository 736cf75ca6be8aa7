// fork(2). A child inherits the state of all floors, but not the threads, and not the link.
#include "process.h"

#include <pthread.h>

// Resets everything in a forked child, which has no receiving thread. The link and the wake-ups are the parent's.
static void leave_in_child(void) {
  private_fds_forked();
  link_forked();
  gate_forked();
  listeners_forked();
  epoll_copies_forked();
  epolls_forked();
  interests_forked();
  arrivals_forked();
  connections_forked();
  drain_forked();
  rings_forked();
  library_forked();
  files_forked();
}

void forks_configure(void) { pthread_atfork(NULL, connections_are_shared, leave_in_child); }
