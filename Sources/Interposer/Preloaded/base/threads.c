// The interposer's own threads, which leave the server's signals to the server's threads.
#include "base.h"

#include <pthread.h>
#include <signal.h>

bool thread_start(size_t stack, void *(*body)(void *)) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t blocked, before;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack);
  sigfillset(&blocked);
  for (int number = 1; number < NSIG; number++)
    if (is_crash(number)) sigdelset(&blocked, number);
  pthread_sigmask(SIG_SETMASK, &blocked, &before);
  int failure = pthread_create(&thread, &attributes, body, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return failure == 0;
}
