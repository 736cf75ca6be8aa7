// The table of epoll registrations: of interest.c and epoll.c only.
#pragma once
#include "interposer.h"

#include <pthread.h>

#define INTERESTS 256
#define READABLE (EPOLLIN | EPOLLRDNORM)

struct interest {
  _Atomic int epoll;  // -1: the slot is free
  int fd;
  bool inherited;     // registered by the process that forked this one, in an epoll instance of both
  bool ambiguous;     // something else in the instance is registered with the same data
  int bell;           // ours, registered like the listener in the same instance; or -1
  struct epoll_event wanted;
};

extern struct interest interests[INTERESTS];
extern _Atomic int interests_used;  // slots that were ever used
extern pthread_mutex_t interests_mutex;

// --- epoll.c

// Whether a thread of this process has waited in the instance.
bool epoll_was_waited(int epoll);
void epoll_rename(int from, int to);
// These numbers are closed.
void epolls_closed(unsigned first, unsigned last);
// What was noted is another process's.
void epolls_forked(void);
