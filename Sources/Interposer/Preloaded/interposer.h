// The interposer: a shared object that is preloaded into a server so that hotreload can hand its listeners over. This
// header declares what its files share.
//
// The interposer reports the server's self-writes to hotreload (self_writes.c). It opens a link to hotreload (link.c) when
// the process binds or uses a listener, removes the path of a Unix domain socket, or attaches the HotReload library
// (library.c). It asks hotreload for each listener, and keeps the server from accepting while another generation
// accepts (gate.c, interest.c, epoll.c, poll.c, accept.c). It follows requests and responses to know when the
// generation has drained (read_write.c, http1.c, connections.c, drain.c). No path on which the server serves allocates
// memory, except poll(2) and select(2) of more than about 250 descriptors.
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

#include "http1.h"
#include "http2.h"

#define EXPORTED __attribute__((visibility("default")))

// --- real.c: the functions of the C library that the interposer replaces, found with dlsym(3) and RTLD_NEXT.

// The parameters of syscall(2) that are passed in registers. On x86-64 the last of its seven parameters is passed on
// the stack, and a tail call leaves it there.
#ifdef __x86_64__
#define REGISTER_PARAMETERS long number, long a, long b, long c, long d, long e
#define REGISTER_ARGUMENTS number, a, b, c, d, e
#define NO_MORE_REGISTERS 0, 0, 0
#else
#define REGISTER_PARAMETERS long number, long a, long b, long c, long d, long e, long f
#define REGISTER_ARGUMENTS number, a, b, c, d, e, f
#define NO_MORE_REGISTERS 0, 0, 0, 0
#endif

// The addresses of the replaced functions. A member is NULL if the C library has no such function.
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

// Returns the table of the replaced functions, which is filled on first use. A constructor of another library can call
// a replaced function before the interposer's own constructor has run.
const struct real_functions *real(void);

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
// Forgets the private descriptor `fd`, which the server has closed unseen: poll(2) reported POLLNVAL.
void private_fd_is_lost(int fd);
// Returns a wake-up, which is created on first use, or -1 if that fails. One thread at a time may call it.
int wakeup_create(enum private_fd which);
// Makes a wake-up readable.
void wakeup_set(enum private_fd which);
// Makes a wake-up unreadable.
void wakeup_clear(enum private_fd which);

// --- records.c: messages over a SOCK_SEQPACKET socket (unix(7)). Each is a line of text with at most one descriptor.

// The largest record, in bytes.
#define RECORD_SIZE 512
// Sends one record over `link`, with a copy of `fd` unless that is -1. `flags` are those of sendmsg(2). Returns false
// if that failed, with EAGAIN if the socket was full.
bool record_send(int link, int fd, int flags, const char *format, va_list arguments);
// Receives one record with recvmsg(2). Returns its length, 0 at the end, or -1 with errno. `fd` receives the descriptor
// that came with it, or -1.
ssize_t record_receive(int link, char record[RECORD_SIZE], int *fd);

// --- commands.c: the commands of hotreload to this process.

// Carries out one command. Takes ownership of `fd`.
void command_carry_out(const char *record, int fd);
// Opens or closes the gate, and with it the server's epoll registrations of its listeners.
void command_admit(bool admitted);

// --- link.c: the link, which is the connection of this process to hotreload.

// Sets the path of hotreload's socket, and the number of the generation that this process belongs to.
void link_configure(const char *path, const char *number);
// Opens the link on first use. Returns whether the link is open.
bool link_open(void);
// Opens the link if the process is a forked child, or was started with listeners, and has no link yet.
void link_join(void);
// Records that the process was started with listeners, so that link_join() opens the link.
void link_expect(void);
// Returns whether this process, or the process that forked it, has ever opened a link.
bool link_was_opened(void);
// The process that the link belongs to. A forked child has no link. A child made by vfork(2), or directly by clone(2),
// sees the link of its parent.
enum link_owner { LINK_NONE, LINK_OURS, LINK_OF_THE_PARENT };
enum link_owner link_owner(void);
// Sends one record, with a copy of `fd` unless that is -1. Blocks at most 5 s. A lost link is no error.
void link_send(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Sends one record as link_send() does, but waits at most 40 ms for room. Returns whether the record was sent.
bool link_try_send(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Asks hotreload, and waits at most 5 s for the answer. Returns whether it came. `granted` receives a descriptor, or
// -1.
bool link_ask(const char *verb, const char *what, char answer[RECORD_SIZE], int *granted);

// --- library.c: the HotReload library, which the app may link.

// Has the app save the states that it carries over. Returns false if that took longer than `milliseconds`, or could not
// be started. Returns true at once if the app does not link the library.
bool library_pause(int milliseconds);
// Tells the app that it accepts again, if it was paused.
void library_resume(void);
// Gives the app a state, and waits until the app has restored it. Takes ownership of `fd`.
void library_restore(const char *name, int fd);
// Resets this file's state in a forked child: the threads and the locks of the parent are gone. The functions below
// whose names end in `_forked` do the same for their files.
void library_forked(void);

// --- gate.c: whether this generation may accept, and how many of its threads are accepting.

// Counts the calling thread as accepting. Returns false if the gate is closed.
bool gate_enter(void);
// Ends what gate_enter() began.
void gate_leave(void);
// Begins an accept cycle of the calling thread. Returns false if the gate is closed.
//
// An accept cycle lasts from the wake-up that reports a listener as readable until the thread's first accept from it,
// or until the thread's next wait. The gate does not stop a cycle that has begun: NIO's debug build traps if accept4(2)
// finds nothing after such a wake-up.
bool gate_begin_cycle(unsigned listener);
// Ends the accept cycle of the calling thread, if there is one.
void gate_end_cycle(void);
// Returns whether the calling thread is in an accept cycle for the listener.
bool gate_in_cycle(unsigned listener);
// Records that the calling thread has accepted from the listener. Ends the cycle if no other listener was reported.
void gate_accepted(unsigned listener);
// Closes the gate. Threads that are inside stay inside.
void gate_close(void);
// Opens the gate.
void gate_open(void);
// Waits until no thread is inside. Returns false if that takes longer than `milliseconds`.
bool gate_wait_empty(int milliseconds);
// Returns whether this generation may accept.
bool gate_is_open(void);
// Returns a wake-up that is readable while the gate is open, or -1 if it cannot be created. Threads of a held or paused
// generation wait on it in place of their listeners.
int gate_wakeup_fd(void);
void gate_forked(void);

// --- threads.c: the interposer's own threads in the server.

// Starts a detached thread that blocks all signals but those of crashes. `stack` is in bytes. Returns whether the
// thread was started.
bool thread_start(size_t stack, void *(*body)(void *));
// Returns whether the signal is raised by a crash.
bool is_crash(int signal);

// --- accept.c: accept(2) and accept4(2).

// Returns SO_RCVTIMEO of a socket in milliseconds (socket(7)), or -1 if it has none.
int receive_timeout(int fd);
// Returns whether a handler of the server interrupts blocking calls: it was installed without SA_RESTART (signal(7)).
bool has_interrupting_handler(void);

// --- poll.c: poll(2), ppoll(2), and deadlines.

// Returns the listener whose readability the entry waits for, or NULL.
struct listener *listener_watched(const struct pollfd *entry);
// Does what ppoll(2) does for entries that include listeners, until a deadline of deadline_of().
int poll_listeners(struct pollfd *entries, nfds_t count, int64_t deadline, const sigset_t *mask);
// Returns the time at which a timeout that begins now ends, in nanoseconds of CLOCK_MONOTONIC, or -1 if it never ends.
int64_t deadline_of(const struct timespec *timeout);
// Returns the nanoseconds until a deadline, or 0 if it has passed.
int64_t left_until(int64_t deadline);

// --- datagrams.c: UDP sockets.

// Returns the listener on `fd` if that is a UDP socket, or NULL.
struct listener *datagrams_at(int fd);
// Announces a UDP socket as a listener, once the server waits on it.
void datagrams_listen(struct listener *listener);
// Waits as the caller asked to, and lets it receive. Returns false with errno if it may not.
bool datagrams_begin(struct listener *listener, int flags);
// Ends what datagrams_begin() began. Returns true if another thread received the datagram and the caller is to wait
// again.
bool datagrams_end(struct listener *listener, int flags, ssize_t count);

// --- listeners.c: the table of the sockets that this process has bound or inherited.

// The size of the table.
#define LISTENERS 256

// A socket that hotreload hands over, or that this process listens on.
struct listener {
  int fd;            // -1 if the slot is free
  uint64_t cookie;   // SO_COOKIE: tells the socket from a later one with the same number
  unsigned id;       // the slot, which names the listener in messages
  int backlog;       // the largest of all generations: listen(2) would shrink the shared queue
  bool datagrams;    // whether it is a UDP socket, which counts as listening once it is waited on
  bool granted;      // whether the descriptor came from hotreload or from LISTEN_FDS
  bool inherited;    // whether it was there at the start (sd_listen_fds(3)) and listens once the server uses it
  bool shared;       // whether another program holds it too, which may have changed its status flags
  bool listening;    // whether the server has called listen(2)
  bool polled;       // whether "polled" was sent: the server wants to know of connections
  bool awaited;      // whether "awaited" was sent: a thread waits for connections, or has waited
  bool nonblocking;  // O_NONBLOCK as the server set it; the shared file description always has it
};

// Returns the listener on `fd`, or NULL. Compares the socket's cookie, and drops a listener whose number is now another
// socket's.
struct listener *listener_at(int fd);
// Returns the listener recorded for `fd`, or NULL, without a system call.
struct listener *listener_known_at(int fd);
// Returns the listener with an id, even if it is closed, or NULL if neither this id nor a higher one was ever used.
struct listener *listener_number(unsigned id);
// Returns whether the table was ever used.
bool listeners_exist(void);
// Adds a listener. Returns NULL if the table is full.
struct listener *listener_add(int fd, const char *key);
// Tells hotreload that the listener listens, with a copy of `fd` unless that is -1.
void listener_announce(const struct listener *listener, int fd);
// Returns the key of a listener, which is its name in messages.
const char *listener_key(const struct listener *listener);
// Removes a listener that is being closed (`closing`), or that was closed unseen.
void listener_end(struct listener *listener, bool closing);
// Tells hotreload, once, that the server waits for connections on the listener.
void listener_polled(struct listener *listener);
// Tells hotreload, once, that a thread of this process waits for connections on the listener. It may be another process
// that registered the listener.
void listener_awaited(struct listener *listener);
// Removes the listeners whose numbers are about to be closed.
void listeners_forget(unsigned first, unsigned last);
// Adds the copy at `to` of a listener at `from` (dup(2)).
void listener_copy(int from, int to);
// Adds the listeners that the process was started with, as LISTEN_FDS says (sd_listen_fds(3)).
void listeners_inherit(bool by_a_launcher);
// Adds a socket that was bound unseen. Returns NULL if hotreload does not hand over sockets of its kind.
struct listener *listener_take_in(int fd);
// Announces all listeners over a new link: a child has inherited them.
void listeners_announce(void);
void listeners_forked(void);

// --- listener_key.c: the keys of listeners. Equal calls of bind(2) have equal keys in every generation.

// The largest key, in bytes.
#define KEY_SIZE 192

// Writes the key of an address, such as "tcp4 127.0.0.1:8080". Returns false if hotreload does not hand over sockets of
// that kind.
bool key_of(int fd, const struct sockaddr *address, socklen_t length, char key[KEY_SIZE]);
// Writes the key of the address that the socket is bound to (getsockname(2)).
bool key_of_bound(int fd, char key[KEY_SIZE]);
// Writes the key of a path, such as "unix /path". Returns false if its directory does not exist, or if it is too long.
bool key_of_path(const char *path, char key[KEY_SIZE]);
// Writes the bound address of a socket as one word for the developer, such as "127.0.0.1:8080".
void address_of(int fd, char text[KEY_SIZE]);
// Returns whether the address can be reached by its name. It cannot if it is a path without a socket.
bool path_is_there(const struct sockaddr *address, socklen_t length);
// Returns an integer option of a socket (getsockopt(2)), or 0 if the socket has no such option.
int socket_option(int fd, int level, int name);

// --- self_writes.c: self-writes, which are the server's own changes to regular files and symbolic links. hotreload does not
// take them for saves.

// Sets the path of the socket for the notices, and whether a launcher started this process.
void files_configure(const char *path, bool by_a_launcher);
void files_forked(void);
// Records that the server has opened a file with these flags of open(2).
void file_opened(int fd, int flags);
// Records that the server has opened a file as a stream of stdio(3).
void file_opened_as_stream(FILE *stream);
// Records that the server has written through `fd`.
void file_written(int fd);
// Returns whether the server has written through `fd`.
bool file_is_written(int fd);
// Records that `to` is a copy of `from`.
void file_copied(int from, int to);
// Sends a notice of a written file that is about to be closed. `stream` may be NULL. If it is not, it is flushed.
void file_closing(int fd, FILE *stream);
// Sends a notice that a file with this status is about to get this name.
void notify_name(const struct stat *status, int directory, const char *path);
// Sends a notice that the name is about to be removed. Returns whether a notice was sent.
bool notify_removal(int directory, const char *path);
// Withdraws the notice of notify_removal(): the name was not removed.
void withdraw_removal(int directory, const char *path);
// Sends the notices of all files that the end of the process closes.
void files_ending(void);

// --- workers.c: the listeners of a process, passed on in the environment of another program.

// Writes the variable. Returns false if there are no listeners. Does not allocate.
bool listeners_write(char *text, size_t size);
// Adds the listeners that the variable of this process names, and removes the variable.
void listeners_read(void);

// --- getsockopt.c: granted listeners before the server has called listen(2).

// Returns whether hotreload has granted the listener and the server has not called listen(2) yet. `listener` may be
// NULL.
bool listener_is_only_bound(const struct listener *listener);

// --- rings.c: epoll registrations that are submitted by io_uring(7).

struct io_uring_params;
// Does what io_uring_setup(2) does, and maps the new ring.
long ring_setup(unsigned entries, struct io_uring_params *parameters);
// Carries out the epoll registrations among the next `submitted` entries, before io_uring_enter(2).
void ring_entering(int fd, unsigned submitted);
// Removes the rings whose numbers are about to be closed.
void rings_forget(unsigned first, unsigned last);
void rings_forked(void);

// --- descriptors.c: descriptors that the server closes or copies.

// Does what fcntl(2) does with F_DUPFD or F_DUPFD_CLOEXEC.
int descriptor_copy(int from, int command, int lowest);

// --- copies.c: epoll instances with several descriptor numbers.

// Returns the number under which the tables know this epoll instance.
int epoll_known_as(int epoll);
// Records that `to` is a copy of `from`, if that is an epoll instance.
void epoll_copied(int from, int to);
// Removes the copies whose numbers are about to be closed.
void epoll_copies_close(unsigned first, unsigned last);
void epoll_copies_forked(void);

// --- interest.c: the server's epoll registrations of its listeners.

// Removes the registrations of the listener `fd`, which is closed. `delete` also removes them from the kernel. Without
// it, the kernel's registration belongs to another file at the same number by now.
void interest_forget(int fd, bool delete);
// Gives the registrations of `fd` back to the kernel as the server made them: `fd` is no listener after all.
void interest_restore(int fd);
// Whether a listener is registered in an epoll instance, and whether an arrival wake-up can be registered beside it.
enum interest_kind { INTEREST_NONE, INTEREST_WITHOUT_WAKEUP, INTEREST_WITH_WAKEUP };
// Returns the kind of the registrations of the listener `fd`.
enum interest_kind interest_of(int fd);
// Registers `wakeup_fd` beside the listener `fd` with the same data, so that the server takes its events for the listener's.
// Returns false if the listener has registrations and none allows that.
bool interest_add_wakeup(int fd, int wakeup_fd);
// Removes the registrations in epoll instances whose numbers are about to be closed.
void interests_forget_epolls(unsigned first, unsigned last);
// Renames the epoll instance `from` to `to` in the table.
void interests_rename_epoll(int from, int to);
// Puts a copy of `with` at the number `fd`, and registers it as the listener was, so that waiting threads wake up.
void interest_replace(int fd, int with);
void interests_forked(void);
// Restores the listeners in every epoll instance of the server if `admitted`, else masks them.
void interest_apply(bool admitted);

// --- arrivals.c: connections that moved here from the previous generation and wait to be accepted.

// Queues a connection for the listener with the number `listener`, and takes ownership of `fd`. hotreload's messages
// name it `id`. A probe may come while the gate is closed.
void arrivals_add(unsigned id, unsigned listener, int fd, bool probe);
// Returns whether a probe is queued, which may be accepted while the gate is closed.
bool arrivals_have_probe(const struct listener *listener);
// Returns a queued connection as accept4(2) would, or -1 if none is queued.
int arrivals_accept(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags,
                    bool probes_only);
// Returns a wake-up that is readable while a connection is queued for the listener, or -1 if there can be none.
int arrivals_wakeup_fd(const struct listener *listener);
// Returns the queued connections of a listener to hotreload, or those of all listeners if `listener` is NULL.
void arrivals_return(const struct listener *listener);
// Registers the arrival wake-up of the listener beside it, after the server has registered the listener.
void arrivals_registered(const struct listener *listener);
void arrivals_forked(void);

// --- move.c: established connections that move to the next generation.

// The epoll registration of a connection.
struct registration {
  int epoll;                  // the epoll instance, or -1 if it is not registered
  _Atomic bool seen;          // whether it is registered, or ever was
  bool in_several_epolls;     // whether it is registered in more than one instance
  struct epoll_event wanted;  // the event as the server registered it
};

// Writes the number of bytes that have been read from a TCP connection by any means. Returns false if that is not
// known, or if the connection is not established.
bool bytes_read(int fd, uint64_t *count);
// Sends the connection to hotreload, and puts a socket that reads end-of-file at its number. Returns false if nothing
// changed.
bool move_away(int fd, const char *key, const struct registration *registration);

// --- connections.c: the state of each accepted connection.

// Begins to track a connection that was accepted from the listener. `moved` says that another generation accepted it
// first.
void connection_begin(int fd, struct listener *listener, bool moved);
// Begins a visit, which is a call that reads from the connection or writes to it. Returns 0 if the connection is not
// tracked, and then connection_leave() must not be called.
unsigned connection_enter(int fd);
// Ends a visit.
void connection_leave(int fd, unsigned visit);
// Waits until a blocking connection is readable, before the call that reads from it. The connection can move meanwhile.
// Returns false with EINTR.
bool connection_await(int fd);
// Does what epoll_ctl(2) does, and records the registration of the connection.
int connection_control(int epoll, int operation, int fd, struct epoll_event *event);
// Renames the epoll instance `from` in the registrations of all connections. -1 for `to` removes these registrations.
void connections_rename_epoll(int from, int to);
// Records that another descriptor or another process has the connection too. Such a connection does not move.
void connection_is_shared(int fd);
// Does the same for all connections, before a fork.
void connections_are_shared(void);
// Stops tracking the connections whose numbers are about to be closed.
void connections_end(unsigned first, unsigned last);
// Follows `count` received bytes, during a visit. `bytes` is NULL if they were not seen.
void connection_received(int fd, const void *bytes, size_t count);
// Follows `count` sent bytes, during a visit. `bytes` is NULL if they were not seen.
void connection_sent(int fd, const void *bytes, size_t count);
// Returns whether the connection was ended or moved by the interposer. The server must read end-of-file from it.
bool connection_has_ended(int fd);
// Returns whether the connection is tracked.
bool connection_is_tracked(int fd);
// Marks all connections as inherited. A connection counts again when the child reads from it or writes to it.
void connections_forked(void);

// Returns SO_COOKIE of a socket (socket(7)), which is unique, or 0 if `fd` is no socket. Keeps errno.
uint64_t socket_cookie(int fd);

// --- drain.c: the connections of a generation that drains.

// The number of connections in each state.
struct connection_counts {
  unsigned fresh;  // accepted, and no byte received
  unsigned busy;   // a request is being received or answered
  unsigned idle;   // between two requests, or preconnected
};
// Returns the number of this process's connections in each state.
struct connection_counts connections_count(void);
// Begins to drain: requests in flight are answered, and no others. Idle connections move to the next generation if
// `moves`, or end. Sends "settled" when nothing is in flight any more.
void drain_begin(bool moves);
// Returns whether this process drains.
bool drain_is_active(void);
// Returns a wake-up that is readable while this process drains, or -1 if it cannot be created.
int drain_wakeup_fd(void);
// Drains the connections that have become idle, also those that were preconnected and are still silent.
void drain_recheck(void);
// Stops draining.
void drain_cancel(void);
void drain_forked(void);
