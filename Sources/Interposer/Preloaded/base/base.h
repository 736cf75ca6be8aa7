// The floor `base`: the functions of the C library, the interposer's own descriptors and threads, sockets and time. It
// knows nothing of hotreload.
//
// The interposer is a shared object that is preloaded into a server so that hotreload can hand its listeners over. Its
// folders are its floors, and each has one header, which includes that of the floor below:
//
// - base: what every floor uses.
// - link: the connection to hotreload, and the trace.
// - listeners: the sockets that the server listens on, as the table, the keys, and the calls that make them.
// - self_writes: notices of the files that the server writes.
// - accepting: the gate, and the waits for connections that it holds back.
// - connections: the accepted connections, from accept(2) to their drain.
// - process: the commands of hotreload, and all that concerns the whole process, such as fork(2).
//
// A file calls functions of its own floor and of lower ones. An upper floor that a lower one must reach passes a
// function down: see link_configure(), listeners_configure() and epoll_copies_close(). The test FloorTests reads the
// symbols of the objects, and fails for a call in the other direction.
//
// The interposer opens its link when the process binds or uses a listener, removes the path of a Unix domain socket, or
// attaches the HotReload library. It asks hotreload for each listener, and keeps the server from accepting while
// another generation accepts. It follows requests and responses to know when the generation has drained. No path on
// which the server serves allocates memory, except poll(2) and select(2) of more than about 250 descriptors.
//
// A forked child inherits all state but the link. The child opens a link when it accepts, or serves an inherited
// connection, and is then a process of the generation like the first.
#pragma once
#define _GNU_SOURCE
#include <aio.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>

#define EXPORTED __attribute__((visibility("default")))

// --- real.c: the functions of the C library that the interposer replaces, found with dlsym(3) and RTLD_NEXT.

// The parameters of syscall(2) that are passed in registers. On x86-64 the last of its seven parameters is passed on
// the stack, and a tail call leaves it there.
#ifdef __x86_64__
#define REGISTER_PARAMETERS long number, long a, long b, long c, long d, long e
#define REGISTER_ARGUMENTS number, a, b, c, d, e
#else
#define REGISTER_PARAMETERS long number, long a, long b, long c, long d, long e, long f
#define REGISTER_ARGUMENTS number, a, b, c, d, e, f
#endif

// The addresses of the replaced functions. A member is NULL if the C library has no such function.
struct real_functions {
#define WRAPPED(result, name, parameters) result(*name) parameters;
#include "wrapped.h"
#undef WRAPPED
};

// Returns the table of the replaced functions, which is filled on first use. A constructor of another library can call
// a replaced function before the interposer's own constructor has run.
const struct real_functions *real(void);
// syscall(2) as unistd.h declares it, for calls of the interposer itself.
#define REAL_SYSCALL ((long (*)(long, ...))(void *)real()->syscall)

// --- private_fds.c: the interposer's private descriptors in the server's descriptor table.

// The number of listeners that can have an arrival wake-up.
#define ARRIVAL_WAKEUPS 8

// The private descriptors: the link, the wake-up of the gate, the wake-up of a drain, and the arrival wake-up of each
// listener. A wake-up is an eventfd(2) that is readable from wakeup_set() until wakeup_clear().
enum private_fd {
  FD_LINK,
  FD_GATE_WAKEUP,
  FD_DRAIN_WAKEUP,
  FD_ARRIVAL_WAKEUP,
  FD_LAST_ARRIVAL_WAKEUP = FD_ARRIVAL_WAKEUP + ARRIVAL_WAKEUPS - 1,
};

// Returns the number of a private descriptor, or -1 if there is none.
int private_fd(enum private_fd which);
// Returns whether `fd` is a private descriptor.
bool is_private_fd(int fd);
// Returns the lowest private descriptor in the range, or -1 if there is none.
int private_fd_first(unsigned first, unsigned last);
// Moves the private descriptor at `fd` to another number, because the server is about to use `fd` (dup2(2)).
void private_fd_step_aside(int fd);
// Moves a descriptor to a high number. Returns the new number, or `low` if that fails.
int private_fd_place(int low);
// Makes the descriptor table large enough for private descriptors while the process has a single thread. With several
// threads the kernel waits about 10 ms when the table grows (expand_fdtable() calls synchronize_rcu()).
void private_fd_make_room(void);
// Records the number of a private descriptor.
void private_fd_set(enum private_fd which, int fd);
// Closes a private descriptor.
void private_fd_close(enum private_fd which);
// Closes all private descriptors in a forked child: they are the parent's.
void private_fds_forked(void);
// Forgets the private descriptor `fd`, which the server has closed unseen: poll(2) reported POLLNVAL.
void private_fd_is_lost(int fd);
// Returns a wake-up, which is created on first use, or -1 if that fails. One thread at a time may call it.
int wakeup_create(enum private_fd which);
// Makes a wake-up readable.
void wakeup_set(enum private_fd which);
// Makes a wake-up unreadable.
void wakeup_clear(enum private_fd which);

// --- threads.c: the interposer's own threads in the server.

// Starts a detached thread that blocks all signals but those of crashes. `stack` is in bytes. Returns whether the
// thread was started.
bool thread_start(size_t stack, void *(*body)(void *));

// --- signals.c: the server's handlers of signals.

// Returns whether the signal is raised by a crash.
bool is_crash(int signal);
// Returns whether a handler of the server interrupts blocking calls: it was installed without SA_RESTART (signal(7)).
bool has_interrupting_handler(void);

// --- sockets.c: what the kernel knows of a socket.

// Returns SO_COOKIE of a socket (socket(7)), which is unique, or 0 if `fd` is no socket. Keeps errno.
uint64_t socket_cookie(int fd);
// Returns an integer option of a socket (getsockopt(2)), or 0 if the socket has no such option.
int socket_option(int fd, int level, int name);
// Copies the options that the server has set on a socket to the one that replaces it.
void socket_copy_options(int from, int to);
// Returns SO_RCVTIMEO of a socket in milliseconds (socket(7)), or -1 if it has none.
int receive_timeout(int fd);

// --- deadlines.c: time.

// Returns a time in nanoseconds.
int64_t nanoseconds(struct timespec time);
// Returns the time in nanoseconds of CLOCK_MONOTONIC.
int64_t nanoseconds_now(void);
// Returns the time at which a timeout that begins now ends, in nanoseconds of CLOCK_MONOTONIC, or -1 if it never ends.
int64_t deadline_of(const struct timespec *timeout);
// Returns the nanoseconds until a deadline, or 0 if it has passed.
int64_t left_until(int64_t deadline);
