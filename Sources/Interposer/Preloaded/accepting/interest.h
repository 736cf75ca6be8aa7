// The table of the epoll registrations of listeners. Included by interest.c and epoll.c only.
#pragma once
#include "interposer.h"

#include <pthread.h>

// The size of the table.
#define INTERESTS 256
#define READABLE (EPOLLIN | EPOLLRDNORM)

// The registration of a listener in an epoll instance.
struct interest {
  _Atomic int epoll;          // -1 if the slot is free
  int fd;                     // the listener
  bool inherited;             // made by the process that forked this one, in an epoll instance of both
  bool ambiguous;             // another descriptor is registered in the instance with the same data
  int wakeup_fd;              // the arrival wake-up that is registered beside the listener, or -1
  struct epoll_event wanted;  // the event as the server registered it
};

extern struct interest interests[INTERESTS];
extern _Atomic int interests_used;  // the number of slots that were ever used
// Held while registrations are added, changed or removed.
extern pthread_mutex_t interests_mutex;

// --- epoll.c

// Returns whether a thread of this process has waited in the instance.
bool epoll_was_waited(int epoll);
// Records the waits in the instance `from` for `to`, too.
void epoll_rename(int from, int to);
// Forgets the waits in instances whose numbers are about to be closed.
void epolls_closed(unsigned first, unsigned last);
// Forgets all waits: they are the parent's.
void epolls_forked(void);
