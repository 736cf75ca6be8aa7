// The interposer's side of the HotReload library, which an app may link. The library finds these functions with
// dlsym(3).
//
// The app's closures may take long, need a larger stack than the receiving thread has, or never return. They run on a
// thread of their own, one call at a time. A pause waits for them no longer than hotreload waits for the pause.
#include "process.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Interposer+Source.swift defines these with -D: the library has the same values.
#if !defined LIBRARY_VERSION || !defined LIBRARY_DRAINING
#error "compile with the definitions of Interposer+Source.swift"
#endif

#define STACK (16 * 1024 * 1024)  // in bytes of address space: coders of nested values recurse
// The time in milliseconds that requests in flight at a pause have to be part of the saved states.
#define IN_FLIGHT 100

// The reason for a call of the handler.
enum library_event {
  DRAINING = LIBRARY_DRAINING,  // this generation stops accepting
  SAVE = LIBRARY_SAVE,          // the app is to call hotreload_save() for each state
  RESUMED = LIBRARY_RESUMED,    // this generation accepts again
  RESTORE = LIBRARY_RESTORE,    // `fd` holds the state `name`, and is valid during the call
};

// The app's function for events.
typedef void library_handler(int event, const char *name, int fd);

static _Atomic(library_handler *) handler;
static bool is_draining;  // used by the receiving thread only

// The call that is running on a thread of its own, if any. Guarded by `call_mutex`.
static pthread_mutex_t call_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t returned = PTHREAD_COND_INITIALIZER;
static struct {
  bool runs;
  int event, fd;
  char name[RECORD_SIZE];
} call;

// Attaches the app's handler. Returns 0, or -1 if the versions differ or hotreload is not there.
EXPORTED int hotreload_attach(int version, library_handler *wanted) {
  char answer[RECORD_SIZE];
  int granted = -1;
  if (version != LIBRARY_VERSION || !link_open()) return -1;
  atomic_store(&handler, wanted);
  // hotreload sends the states before its answer, so the app has received all of them when this returns.
  return link_ask("attach", "1", answer, &granted) && strncmp(answer, "attached ", 9) == 0 ? 0 : -1;
}

// Sends hotreload a copy of `fd`, which holds the state, or -1 if there is no state of this name any more. Returns 0,
// or -1 if this process has no link.
EXPORTED int hotreload_save(const char *name, int fd) {
  if (link_owner() != LINK_OURS) return -1;
  link_send(fd, "state %s", name);
  return 0;
}

// The body of the thread that makes the call.
static void *make_call(void *unused) {
  (void)unused;
  atomic_load (&handler)(call.event, call.name, call.fd);
  if (call.fd != -1) real()->close(call.fd);
  pthread_mutex_lock(&call_mutex);
  call.runs = false;
  pthread_cond_signal(&returned);
  pthread_mutex_unlock(&call_mutex);
  return NULL;
}

// Waits until no call is running. The caller holds the mutex. Returns false at the deadline, which may be NULL.
static bool await_return(const struct timespec *deadline) {
  while (call.runs)
    if ((deadline ? pthread_cond_clockwait(&returned, &call_mutex, CLOCK_MONOTONIC, deadline)
                  : pthread_cond_wait(&returned, &call_mutex)) != 0)
      return false;
  return true;
}

// Makes a call and waits for its return. Takes ownership of `fd`. Returns false at the deadline, which may be NULL, or
// if no thread could be started.
static bool make_and_await(int event, const char *name, int fd, const struct timespec *deadline) {
  pthread_mutex_lock(&call_mutex);
  bool done = await_return(deadline);  // a call of the last pause may still be running
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

// Waits until no request is in flight, IN_FLIGHT at most, so that their changes are part of the saved states. Nothing
// wakes this thread when a request ends, so it polls.
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
  atomic_load (&handler)(RESUMED, "", -1);
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
