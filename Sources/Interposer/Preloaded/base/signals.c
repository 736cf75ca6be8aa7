// Signals of the server.
#include "base.h"

#include <signal.h>

bool is_crash(int signal) {
  switch (signal) {
    case SIGABRT:
    case SIGBUS:
    case SIGFPE:
    case SIGILL:
    case SIGSEGV:
    case SIGSYS:
    case SIGTRAP:
      return true;
    default:
      return false;
  }
}

// Skips crashes and SIGQUIT: the handlers that Swift's runtime installs for them do not return.
bool has_interrupting_handler(void) {
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (number == SIGQUIT || is_crash(number) || sigaction(number, NULL, &action) == -1) continue;
    if (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN && !(action.sa_flags & SA_RESTART)) return true;
  }
  return false;
}
