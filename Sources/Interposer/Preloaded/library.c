// The other end of the library HotReload, which an app may link: it finds these functions with dlsym(3).
//
// The app's closures may take long, need more stack than our receiving thread has, or never return. So they run on a
// thread of their own, one call at a time; a pause waits for it no longer than hotreload waits for the pause.
#include "interposer.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LIBRARY_VERSION 1
#define STACK (16 * 1024 * 1024)  // in bytes, of address space: coders of nested values recurse
// In milliseconds: how long what is in flight at a pause may take to be part of what is saved.
#define IN_FLIGHT 100

// What the handler is called for; the same numbers are in HotReload's Interposer.swift.
enum library_event {
  DRAINING = 1,  // this generation accepts no more
  SAVE = 2,      // hotreload_save() is to be called for each state
  RESUMED = 3,   // it accepts again
  RESTORE = 4,   // a state of this name is in `fd`, which is valid during the call
};

typedef void library_handler(int event, const char *name, int fd);

static _Atomic(library_handler *) handler;
static bool is_draining;  // on the receiving thread only

// The call that runs on a thread of its own, if any.
static pthread_mutex_t call_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t returned = PTHREAD_COND_INITIALIZER;
static struct { bool runs; int event, fd; char name[RECORD_SIZE]; } call;

EXPORTED int hotreload_attach(int version, library_handler *wanted) {
  char answer[RECORD_SIZE];
  int granted = -1;
  if (version != LIBRARY_VERSION || !link_open()) return -1;
  atomic_store(&handler, wanted);
  // What is to be restored at once comes before the answer, and has been taken by then.
  return link_ask("attach", "1", answer, &granted) && strncmp(answer, "attached ", 9) == 0 ? 0 : -1;
}

// A copy of `fd` goes to hotreload; -1: there is no state of this name any more.
EXPORTED int hotreload_save(const char *name, int fd) {
  if (link_owner() != LINK_OURS) return -1;
  link_send(fd, "state %s", name);
  return 0;
}

static void *make_call(void *unused) {
  (void)unused;
  atomic_load(&handler)(call.event, call.name, call.fd);
  if (call.fd != -1) real()->close(call.fd);
  pthread_mutex_lock(&call_mutex);
  call.runs = false;
  pthread_cond_signal(&returned);
  pthread_mutex_unlock(&call_mutex);
  return NULL;
}

// Waits until no call runs, with the mutex held; false at the deadline, if there is one.
static bool await_return(const struct timespec *deadline) {
  while (call.runs)
    if ((deadline ? pthread_cond_clockwait(&returned, &call_mutex, CLOCK_MONOTONIC, deadline)
                  : pthread_cond_wait(&returned, &call_mutex)) != 0)
      return false;
  return true;
}

// Takes over `fd`.
static bool make_and_await(int event, const char *name, int fd, const struct timespec *deadline) {
  pthread_mutex_lock(&call_mutex);
  bool done = await_return(deadline);  // one that took too long at the last pause
  if (done) {
    call.event = event;
    call.fd = fd;
    strncpy(call.name, name, sizeof call.name - 1);
    call.runs = true;
    if (!thread_start(STACK, make_call)) call.runs = done = false;
    fd = done ? -1 : fd;
    done = done && await_return(deadline);
  }
  pthread_mutex_unlock(&call_mutex);
  if (fd != -1) real()->close(fd);
  return done;
}

// What is answered within a moment is part of what is saved. Nothing wakes us when it is, so we look.
static void let_finish(void) {
  const struct timespec moment = {0, 200 * 1000};
  int64_t deadline = deadline_of(&(struct timespec){0, IN_FLIGHT * 1000000L});
  for (;;) {
    struct connection_counts counts = connections_count();
    if (counts.fresh + counts.busy == 0 || left_until(deadline) <= 0) return;
    nanosleep(&moment, NULL);
  }
}

bool library_pause(int milliseconds) {
  library_handler *handle = atomic_load(&handler);
  if (handle == NULL) return true;
  struct timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += milliseconds / 1000;
  deadline.tv_nsec += milliseconds % 1000 * 1000000L;
  if (deadline.tv_nsec >= 1000000000L) {
    deadline.tv_sec++;
    deadline.tv_nsec -= 1000000000L;
  }
  is_draining = true;
  handle(DRAINING, "", -1);
  let_finish();
  return make_and_await(SAVE, "", -1, &deadline);
}

void library_resume(void) {
  if (!is_draining) return;
  is_draining = false;
  atomic_load(&handler)(RESUMED, "", -1);
}

void library_restore(const char *name, int fd) {
  if (atomic_load(&handler)) make_and_await(RESTORE, name, fd, NULL);
  else if (fd != -1) real()->close(fd);
}

void library_forked(void) {
  atomic_store(&handler, NULL);
  call.runs = is_draining = false;
  call_mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  returned = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
}
