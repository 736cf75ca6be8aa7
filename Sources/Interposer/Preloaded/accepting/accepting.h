// The floor `accepting`: whether the server accepts, and its waits for connections. See base.h for the floors.
//
// At most one generation accepts at any moment. While another one accepts, the gate is closed, the server's epoll
// registrations of its listeners are masked, and its other waits wait for the gate instead.
#pragma once
#include "../listeners/listeners.h"

#include <pthread.h>

// The events that say that a connection waits at a listener. EPOLLIN and EPOLLRDNORM have the same values.
#define READABLE (POLLIN | POLLRDNORM)

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

// --- interest.c: the server's epoll registrations of its listeners, which are masked while another generation accepts.

// The size of the table of registrations.
#define INTERESTS 256

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

// Does what epoll_ctl(2) does for a listener at `fd`, and records it.
int interest_control(int epoll, int operation, int fd, struct epoll_event *event);
// Marks the listeners' registrations with this data as ambiguous: the server registers another descriptor with it.
void interest_note_data(int epoll, uint64_t data);
// Removes the registrations of the listener `fd`, which is closed. `delete` also removes them from the kernel. Without
// it, the kernel's registration belongs to another file at the same number by now.
void interest_forget(int fd, bool delete);
// Gives the registrations of `fd` back to the kernel as the server made them: `fd` is no listener after all.
void interest_restore(int fd);
// Whether a listener is registered in an epoll instance, and whether an arrival wake-up can be registered beside it.
enum interest_kind { INTEREST_NONE, INTEREST_WITHOUT_WAKEUP, INTEREST_WITH_WAKEUP };
// Returns the kind of the registrations of the listener `fd`.
enum interest_kind interest_of(int fd);
// Registers `wakeup_fd` beside the listener `fd` with the same data, so that the server takes its events for the
// listener's. Returns false if the listener has registrations and none allows that.
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

// --- epoll_wait.c: epoll_wait(2) and its variants.

// A function that learns that the epoll instance `from` has the number `to` from now on, or that it ends if `to` is -1.
typedef void epoll_renamed(int from, int to);
// Returns whether a thread of this process has waited in the instance.
bool epoll_was_waited(int epoll);
// Records the waits in the instance `from` for `to`, too.
void epoll_rename(int from, int to);
// Forgets the waits in instances whose numbers are about to be closed. Calls `renamed` for each that ends.
void epolls_closed(unsigned first, unsigned last, epoll_renamed *renamed);
// Forgets all waits: they are the parent's.
void epolls_forked(void);

// --- epoll_copies.c: epoll instances with several descriptor numbers.

// Returns the number under which the tables know this epoll instance.
int epoll_known_as(int epoll);
// Records that `to` is a copy of `from`, if that is an epoll instance.
void epoll_copied(int from, int to);
// Removes the copies whose numbers are about to be closed. Calls `renamed` for each instance that the tables know by
// another number from now on.
void epoll_copies_close(unsigned first, unsigned last, epoll_renamed *renamed);
void epoll_copies_forked(void);

// --- arrivals.c: connections that moved here from the previous generation and wait to be accepted.

// Queues a connection for the listener with the number `listener`, and takes ownership of `fd`. hotreload's messages
// name it `id`. A probe may come while the gate is closed.
void arrivals_add(unsigned id, unsigned listener, int fd, bool probe);
// Returns whether a probe is queued, which may be accepted while the gate is closed.
bool arrivals_have_probe(const struct listener *listener);
// Returns a queued connection as accept4(2) would, or -1 if none is queued. The caller follows the connection, and then
// calls arrivals_taken() with its `id`.
int arrivals_accept(struct listener *listener, struct sockaddr *address, socklen_t *length, int flags, bool probes_only,
                    unsigned *id);
// Tells hotreload that the server has accepted the queued connection.
void arrivals_taken(unsigned id);
// Returns a wake-up that is readable while a connection is queued for the listener, or -1 if there can be none.
int arrivals_wakeup_fd(const struct listener *listener);
// Returns the queued connections of a listener to hotreload, or those of all listeners if `listener` is NULL.
void arrivals_return(const struct listener *listener);
// Registers the arrival wake-up of the listener beside it, after the server has registered the listener.
void arrivals_registered(const struct listener *listener);
void arrivals_forked(void);

// --- poll.c: poll(2) and ppoll(2).

// Returns the listener whose readability the entry waits for, or NULL.
struct listener *listener_watched(const struct pollfd *entry);
// Does what ppoll(2) does for entries that include listeners, until a deadline of deadline_of().
int poll_listeners(struct pollfd *entries, nfds_t count, int64_t deadline, const sigset_t *mask);

// --- datagrams.c: receiving from UDP sockets.

// Returns the listener on `fd` if that is a UDP socket, or NULL.
struct listener *datagrams_at(int fd);
// Waits as the caller asked to, and lets it receive. Returns false with errno if it may not.
bool datagrams_begin(struct listener *listener, int flags);
// Ends what datagrams_begin() began. Returns true if another thread received the datagram and the caller is to wait
// again.
bool datagrams_end(struct listener *listener, int flags, ssize_t count);

// --- unlisten.c: the end of a listener that stays open.

// Does what shutdown(2) does for a listener at `fd`.
int listener_shut_down(struct listener *listener, int fd, int how);
