// The interposer's own threads, which leave the server's signals to the server's threads.
#include "interposer.h"

#include <pthread.h>
#include <signal.h>

// The signals that a crash raises, which must stay unblocked.
static const int crashes[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};

bool is_crash(int signal) {
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
    if (signal == crashes[i]) return true;
  return false;
}

bool thread_start(size_t stack, void *(*body)(void *)) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t blocked, before;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack);
  sigfillset(&blocked);
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigdelset(&blocked, crashes[i]);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  int failure = pthread_create(&thread, &attributes, body, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return failure == 0;
}
