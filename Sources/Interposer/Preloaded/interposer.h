// What is preloaded into a server so that hotreload can hand its listeners over: shared declarations.
//
// The library tells hotreload what the server does to files (files.c), and does nothing else in a process that never binds
// a socket. In one that does, it asks hotreload (link.c) for the listener, keeps the server from accepting while another generation does (gate.c, interest.c, epoll.c, poll.c, accept.c),
// and follows requests and responses to know when nothing is in flight (streams.c, http1.c, connections.c, retiring.c). It
// never allocates on a path that the server uses to serve, but for poll(2) of hundreds of descriptors.
//
// A child that was forked inherits all of this but the link. It has none until it accepts itself: then it is a process
// of the generation like the first.
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

#include "http1.h"
#include "http2.h"

#define EXPORTED __attribute__((visibility("default")))

// --- real.c: the functions that ours stand in front of, found with dlsym(RTLD_NEXT).

// Those of syscall(2) that come in registers. On x86-64 the last of seven is on the stack, and stays there.
#ifdef __x86_64__
#define REGISTER_PARAMETERS long number, long a, long b, long c, long d, long e
#define REGISTER_ARGUMENTS number, a, b, c, d, e
#define NO_MORE_REGISTERS 0, 0, 0
#else
#define REGISTER_PARAMETERS long number, long a, long b, long c, long d, long e, long f
#define REGISTER_ARGUMENTS number, a, b, c, d, e, f
#define NO_MORE_REGISTERS 0, 0, 0, 0
#endif

struct real_functions {
  int (*bind)(int, const struct sockaddr *, socklen_t);
  int (*listen)(int, int);
  int (*accept4)(int, struct sockaddr *, socklen_t *, int);
  int (*connect)(int, const struct sockaddr *, socklen_t);
  int (*close)(int);
  int (*fclose)(FILE *);
  int (*execve)(const char *, char *const *, char *const *);
  int (*execvpe)(const char *, char *const *, char *const *);
  int (*fexecve)(int, char *const *, char *const *);
  int (*posix_spawn)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                     char *const *, char *const *);
  int (*posix_spawnp)(pid_t *, const char *, const posix_spawn_file_actions_t *, const posix_spawnattr_t *,
                      char *const *, char *const *);
  int (*unlink)(const char *);
  int (*unlinkat)(int, const char *, int);
  int (*remove)(const char *);
  int (*renameat2)(int, const char *, int, const char *, unsigned);
  int (*linkat)(int, const char *, int, const char *, int);
  int (*rename)(const char *, const char *);
  int (*renameat)(int, const char *, int, const char *);
  int (*link)(const char *, const char *);
  int (*symlink)(const char *, const char *);
  int (*symlinkat)(const char *, int, const char *);
  int (*open)(const char *, int, ...);
  int (*open64)(const char *, int, ...);
  int (*openat)(int, const char *, int, ...);
  int (*openat64)(int, const char *, int, ...);
  int (*truncate)(const char *, off_t);
  int (*ftruncate)(int, off_t);
  int (*utimensat)(int, const char *, const struct timespec[2], int);
  int (*utimes)(const char *, const struct timeval[2]);
  int (*futimens)(int, const struct timespec[2]);
  ssize_t (*pwrite)(int, const void *, size_t, off_t);
  ssize_t (*pwritev)(int, const struct iovec *, int, off_t);
  ssize_t (*copy_file_range)(int, off_t *, int, off_t *, size_t, unsigned);
  ssize_t (*pwritev2)(int, const struct iovec *, int, off_t, int);
  ssize_t (*splice)(int, off_t *, int, off_t *, size_t, unsigned);
  int (*fallocate)(int, int, off_t, off_t);
  int (*posix_fallocate)(int, off_t, off_t);
  int (*aio_write)(struct aiocb *);
  int (*vdprintf)(int, const char *, va_list);
  int (*__vdprintf_chk)(int, int, const char *, va_list);
  FILE *(*fopen)(const char *, const char *);
  FILE *(*fopen64)(const char *, const char *);
  FILE *(*fdopen)(int, const char *);
  FILE *(*freopen)(const char *, const char *, FILE *);
  FILE *(*freopen64)(const char *, const char *, FILE *);
  void (*_exit)(int);
  int (*dup)(int);
  int (*dup2)(int, int);
  int (*dup3)(int, int, int);
  int (*fcntl)(int, int, ...);
  int (*ioctl)(int, unsigned long, ...);
  int (*getsockopt)(int, int, int, void *, socklen_t *);
  int (*epoll_ctl)(int, int, int, struct epoll_event *);
  int (*epoll_pwait)(int, struct epoll_event *, int, int, const sigset_t *);
  int (*epoll_pwait2)(int, struct epoll_event *, int, const struct timespec *, const sigset_t *);
  int (*poll)(struct pollfd *, nfds_t, int);
  int (*ppoll)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
  int (*select)(int, fd_set *, fd_set *, fd_set *, struct timeval *);
  int (*pselect)(int, fd_set *, fd_set *, fd_set *, const struct timespec *, const sigset_t *);
  ssize_t (*read)(int, void *, size_t);
  ssize_t (*readv)(int, const struct iovec *, int);
  ssize_t (*recv)(int, void *, size_t, int);
  ssize_t (*recvfrom)(int, void *, size_t, int, struct sockaddr *, socklen_t *);
  ssize_t (*recvmsg)(int, struct msghdr *, int);
  int (*recvmmsg)(int, struct mmsghdr *, unsigned, int, struct timespec *);
  ssize_t (*write)(int, const void *, size_t);
  ssize_t (*writev)(int, const struct iovec *, int);
  ssize_t (*send)(int, const void *, size_t, int);
  ssize_t (*sendto)(int, const void *, size_t, int, const struct sockaddr *, socklen_t);
  ssize_t (*sendmsg)(int, const struct msghdr *, int);
  ssize_t (*sendfile)(int, int, off_t *, size_t);
  long (*syscall)(REGISTER_PARAMETERS);
  int (*shutdown)(int, int);
};

// The table of real functions. Ours can be called before our constructor ran, by another library's.
const struct real_functions *real(void);

// --- own.c: the descriptors that we have in the server's table.

#define DOORBELLS 8

enum own { OWN_LINK, OWN_BELL, OWN_RETIREMENT, OWN_DOORBELL, OWN_LAST_DOORBELL = OWN_DOORBELL + DOORBELLS - 1 };

// Its number, or -1.
int own(enum own which);
bool own_is(int fd);
// The lowest in this range, or -1.
int own_first(unsigned first, unsigned last);
// The server takes `fd` for something else.
void own_step_aside(int fd);
// Moves a descriptor out of the server's way; its new number, or the old one where that fails.
int own_place(int low);
// Before there are threads: the kernel has a process that has several wait when its table of descriptors grows, for some
// 10 ms (expand_fdtable(), which calls synchronize_rcu()).
void own_make_room(void);
void own_set(enum own which, int fd);
void own_close(enum own which);
// It was closed behind our back: poll(2) says POLLNVAL.
void own_is_lost(int fd);
// A bell is readable from a ring until it is silenced (eventfd(2)). One thread at a time may make it; -1 where it cannot.
int own_make_bell(enum own which);
void own_ring(enum own which);
void own_silence(enum own which);

// --- records.c: what goes over a SOCK_SEQPACKET socket: lines of text, each with a descriptor or none.

#define RECORD_SIZE 512
// Sends one record over `link`; false with EAGAIN when there was no room for it.
bool record_send(int link, int fd, int flags, const char *format, va_list arguments);
// Receives one; the length, 0 at the end, or -1. `fd` receives a descriptor, or -1.
ssize_t record_receive(int link, char record[RECORD_SIZE], int *fd);

// --- commands.c: what hotreload tells this process to do.

// Takes over `fd`.
void command_carry_out(const char *record, int fd);
// Whether this process may accept connections.
void command_admit(bool admitted);

// --- link.c: the conversation with hotreload, one socket a process.

// Where hotreload is, and which generation this is a process of.
void link_configure(const char *path, const char *number);
// Connects and says hello when first called; false where there is no hotreload to talk to.
bool link_open(void);
// In a process that comes to accept from what it inherited, a forked child or one that was started with listeners: opens
// a link of its own. Else does nothing.
void link_join(void);
// This process was started with listeners.
void link_expect(void);
// Whether this process, or the one that forked it, has spoken with hotreload.
bool link_was_opened(void);
// Whose the link is: a child that was forked has none; one that was made by vfork(2), or by clone(2) directly, sees its
// parent's.
enum link_owner { LINK_NONE, LINK_OURS, LINK_OF_THE_PARENT };
enum link_owner link_owner(void);
// Sends one record, with a copy of `fd` unless it is -1. Never blocks for long; a lost hotreload is not an error.
void link_send(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
// The same; false when it did not leave at once, or nearly so.
bool link_give(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Asks hotreload, and waits for the answer, 5 s at most. `granted` receives a descriptor, or -1.
bool link_ask(const char *verb, const char *what, char answer[RECORD_SIZE], int *granted);

// --- library.c: the library HotReload in the app, if it is there.

// The app saves what it carries over, within this time; false where it took longer.
bool library_pause(int milliseconds);
// The app accepts again, if it was paused.
void library_resume(void);
// Gives the app a state, and waits until it has it. Takes over `fd`.
void library_restore(const char *name, int fd);
void library_forked(void);

// --- gate.c: whether this generation may accept, and how many threads are at it.

// Makes the caller one that may accept; false while the gate is closed.
bool gate_enter(void);
void gate_leave(void);
// An accept cycle: from the wake-up that says "this listener is readable" to the first accept from it, or the thread's
// next wait. NIO's debug build traps when accept4 finds nothing after such a wake-up, so a cycle that began is let
// through to its end.
bool gate_begin_cycle(unsigned listener);
void gate_end_cycle(void);
bool gate_in_cycle(unsigned listener);
void gate_accepted(unsigned listener);
void gate_close(void);
void gate_open(void);
// Waits until no thread is inside; false when `milliseconds` went by before.
bool gate_wait_empty(int milliseconds);
// Blocking acceptors of a held or paused generation wait for it.
bool gate_is_open(void);
// A descriptor that is readable while the gate is open, for threads that wait with others; -1 if there can be none.
int gate_bell(void);
void gate_forked(void);  // in the child, as all of this name: other threads' locks and places are gone

// --- threads.c: threads of ours in the server.

// Starts a thread that takes none of the server's signals but crashes; `stack` in bytes. False where it cannot.
bool thread_start(size_t stack, void *(*body)(void *));
// Whether the signal is that of a crash.
bool is_crash(int signal);

// --- accept.c

// SO_RCVTIMEO in milliseconds, -1 for none.
int listener_patience(int fd);
// Whether some handler of the server interrupts calls that wait: it was set without SA_RESTART (signal(7)).
bool has_interrupting_handler(void);

// --- poll.c

// The listener that an entry waits for, or NULL.
struct listener *listener_watched(const struct pollfd *entry);
// ppoll(2) with listeners among the entries, until a deadline.
int poll_listeners(struct pollfd *entries, nfds_t count, int64_t deadline, const sigset_t *mask);
// In nanoseconds of CLOCK_MONOTONIC; -1 for none.
int64_t deadline_of(const struct timespec *timeout);
int64_t left_until(int64_t deadline);

// --- datagrams.c: UDP.

// The listener on `fd` if it is a UDP socket, or NULL.
struct listener *datagrams_at(int fd);
void datagrams_listen(struct listener *listener);
// Lets the caller receive, waiting as it asked to; false with errno.
bool datagrams_begin(struct listener *listener, int flags);
// After it; true when another thread was faster, and the caller is to wait again.
bool datagrams_end(struct listener *listener, int flags, ssize_t count);

// --- listeners.c: the sockets that this process has bound.

#define LISTENERS 256

struct listener {
  int fd;            // -1: the slot is free
  uint64_t cookie;   // tells the socket from what has its number once it was closed where we do not see it
  unsigned id;       // names the listener in messages
  int backlog;       // the largest that any generation asked for; listen(2) would shrink it for all holders
  bool datagrams;    // it is a UDP socket, which listens once it is waited on
  bool granted;      // the descriptor came from hotreload
  bool inherited;    // and was there when the process started (sd_listen_fds(3)): it listens once the server uses it
  bool shared;       // other programs have it, which may have changed its status flags
  bool listening;
  bool polled;       // hotreload was told that the server wants to hear of connections
  bool awaited;      // and that a thread waits for them, or has
  bool nonblocking;  // as the server believes; the shared description always is
};

// The listener on `fd`, or NULL.
struct listener *listener_at(int fd);
// The same without a look at the socket.
struct listener *listener_known_at(int fd);
// The listener with an id, also one that is gone; NULL from the first id on that was never given.
struct listener *listener_number(unsigned id);
bool listeners_exist(void);
struct listener *listener_add(int fd, const char *key);
// Tells hotreload that it listens, with a copy of `fd` unless that is -1.
void listener_announce(const struct listener *listener, int fd);
// What hotreload calls it.
const char *listener_key(const struct listener *listener);
// It is closed now, or has been.
void listener_end(struct listener *listener, bool closing);
// Tells hotreload, once, that the server waits for connections on it.
void listener_polled(struct listener *listener);
// Tells it, once, that a thread waits for them: one process may register what others wait for.
void listener_awaited(struct listener *listener);
// What has these numbers is closed.
void listeners_forget(unsigned first, unsigned last);
// The server has made a copy at `to`.
void listener_copy(int from, int to);
// Those that the process was started with, as LISTEN_FDS says.
void listeners_inherit(bool by_a_launcher);
// Takes in a socket that was bound where we do not see it; NULL for what hotreload does not hand over.
struct listener *listener_take_in(int fd);
// Tells hotreload what this process listens on: a child has inherited it.
void listeners_announce(void);
void listeners_forked(void);

// --- names.c: what a listener is called.

#define KEY_SIZE 192

// "tcp4 127.0.0.1:8080"; false for what hotreload does not hand over.
bool key_of(int fd, const struct sockaddr *address, socklen_t length, char key[KEY_SIZE]);
// The same, of a socket that is bound.
bool key_of_bound(int fd, char key[KEY_SIZE]);
// "unix /path"
bool key_of_path(const char *path, char key[KEY_SIZE]);
// To people: "127.0.0.1:8080". One word.
void address_of(int fd, char text[KEY_SIZE]);
// False for a Unix domain socket whose path nobody would find.
bool path_is_there(const struct sockaddr *address, socklen_t length);
// getsockopt(2) of an integer; 0 where there is no such option.
int socket_option(int fd, int level, int name);

// --- files.c: what the server does to regular files and symbolic links, which hotreload is to take for nobody's save.

// Where hotreload hears of it.
void files_configure(const char *path, bool by_a_launcher);
void files_forked(void);
// It was opened so.
void file_opened(int fd, int flags);
void file_opened_as_stream(FILE *stream);
// The server has written through it.
void file_written(int fd);
bool file_is_written(int fd);
void file_copied(int from, int to);
// The server closes it; `stream`, where it has one, may hold what is not written yet.
void file_closing(int fd, FILE *stream);
// What is in this state comes to have this name.
void file_named(const struct stat *status, int directory, const char *path);
// The name is about to be removed; false where that is of no interest.
bool file_going(int directory, const char *path);
// But it was not.
void file_stays(int directory, const char *path);
// The process ends: what it has open is closed by that.
void files_ending(void);

// --- workers.c: the listeners of a process in the environment of another program.

// Writes the variable; false where there are none. Allocates nothing.
bool listeners_write(char *text, size_t size);
// Takes in those that this process was told of, and has.
void listeners_read(void);

// --- bound.c: a granted listener before the server has called listen(2).

bool listener_is_only_bound(const struct listener *listener);

// --- rings.c: registrations by io_uring(7).

struct io_uring_params;
// io_uring_setup(2).
long ring_setup(unsigned entries, struct io_uring_params *parameters);
// Before io_uring_enter(2) of so many submissions.
void ring_entering(int fd, unsigned submitted);
void rings_forget(unsigned first, unsigned last);
void rings_forked(void);

// --- descriptors.c: numbers that are closed or copied.

// fcntl(2) with F_DUPFD or F_DUPFD_CLOEXEC.
int descriptor_copy(int from, int command, int lowest);

// --- copies.c: epoll instances with several numbers.

// The number by which the tables know this instance.
int epoll_known_as(int epoll);
// `to` is a copy of `from`, which may be an epoll instance.
void epoll_copied(int from, int to);
// These numbers are about to be closed.
void epoll_copies_close(unsigned first, unsigned last);
void epoll_copies_forked(void);

// --- interest.c: the server's epoll registrations of its listeners.

// The listener `fd` is closed, or has been: then what has its number now keeps its registration.
void interest_forget(int fd, bool delete);
// It is no listener after all.
void interest_restore(int fd);
// Whether the listener `fd` is registered anywhere, and where a bell may be registered beside it.
enum interest_kind { INTEREST_NONE, INTEREST_WITHOUT_BELL, INTEREST_WITH_BELL };
enum interest_kind interest_of(int fd);
// Registers `bell` beside the listener `fd`, so that the server takes it for that; false where this cannot be done.
bool interest_add_bell(int fd, int bell);
// Epoll instances among these are closed.
void interests_forget_epolls(unsigned first, unsigned last);
void interests_rename_epoll(int from, int to);
// Registers what is now at the number `fd` as its listener was, so that waiting threads hear of it.
void interest_replace(int fd, int with);
void interests_forked(void);
// Masks (or restores) all listeners in every epoll instance of the server.
void interest_apply(bool admitted);

// --- arrivals.c: connections of the generation before that wait to be accepted.

// Takes `fd` over; the message of hotreload names it `id`, and the listener. A probe comes while the gate is closed.
void arrivals_add(unsigned id, unsigned listener, int fd, bool probe);
// Whether something waits that may be accepted while the gate is closed.
bool arrivals_have_probe(const struct listener *listener);
// What accept4(2) of the listener returns, or -1 where nothing has arrived.
int arrivals_accept(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags, bool probes_only);
// Readable while something waits for the listener, for threads that wait otherwise than with epoll(7); -1 for none.
int arrivals_bell(const struct listener *listener);
// Gives back what waits for this listener; for all when that is NULL.
void arrivals_return(const struct listener *listener);
// The server has registered the listener (again).
void arrivals_registered(const struct listener *listener);
void arrivals_forked(void);

// --- moving.c: an established connection goes to the next generation.

// What the server has told epoll(7) of a connection.
struct registration {
  int epoll;     // -1: it is not registered
  bool seen;     // it is, or was
  bool crowded;  // in more than one instance
  struct epoll_event wanted;
};

// How many bytes the server has read from it, however it did; false where that is not known, or it is not established.
bool bytes_read(int fd, uint64_t *count);
// Sends the connection to hotreload, and puts one that has ended at its number. False: nothing has changed.
bool move_away(int fd, const char *key, const struct registration *registration);

// --- connections.c: what each accepted connection is doing.

// Accepted from the listener; `moved`: another generation has accepted it first.
void connection_begin(int fd, struct listener *listener, bool moved);
// Around every call that reads or writes. Zero from the first: it is not followed, and the second is not called.
unsigned connection_enter(int fd);
void connection_leave(int fd, unsigned visit);
// Before a call that reads: where that would block, waits here until there is something, so that the connection can move
// meanwhile. False with EINTR.
bool connection_await(int fd);
// epoll_ctl(2) of a connection.
int connection_control(int epoll, int operation, int fd, struct epoll_event *event);
// The instance is known by another number from now on; by none: -1.
void connections_rename_epoll(int from, int to);
// Other numbers, or processes, have it too.
void connection_is_shared(int fd);
void connections_are_shared(void);
void connections_end(unsigned first, unsigned last);
// During a visit.
void connection_received(int fd, const void *bytes, size_t count);
void connection_sent(int fd, const void *bytes, size_t count);
// True when the connection was ended by us: the server must read end-of-file.
bool connection_is_over(int fd);
bool connection_is_tracked(int fd);
// What was inherited counts again once the child reads from it or writes to it.
void connections_forked(void);

// SO_COOKIE of socket(7): never the same for two sockets; 0 for what is none.
uint64_t socket_cookie(int fd);

// --- retiring.c: connections while another generation takes over.

struct connection_counts {
  unsigned fresh;  // accepted, nothing received
  unsigned busy;   // a request is being received or answered
  unsigned idle;
};
struct connection_counts connections_count(void);
// From now on answers what is in flight and nothing else; says "settled" when nothing is (any more). What is idle goes
// to the next generation if it `moves`, or ends.
void connections_retire(bool moves);
bool connections_are_retiring(void);
// Readable while they are; -1 if there can be none.
int connections_retirement_bell(void);
// Ends those that are idle by now: one is also that was opened ahead and is still silent.
void connections_look_again(void);
void connections_resume(void);
void retiring_forked(void);
