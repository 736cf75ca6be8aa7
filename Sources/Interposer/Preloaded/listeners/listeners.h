// The floor `listeners`: the sockets that the server listens on. See base.h for the floors.
#pragma once
#include "../link/link.h"

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
// Sets the function that is called when a listener has ended, after hotreload was told. Its number is still recorded.
// `closing` is false if the number may be another socket's by now.
void listeners_configure(void (*ended)(const struct listener *listener, bool closing));
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

// --- workers.c: the listeners of a process, passed on in the environment of another program.

// Writes the variable. Returns false if there are no listeners. Does not allocate.
bool listeners_write(char *text, size_t size);
// Adds the listeners that the variable of this process names, and removes the variable.
void listeners_read(void);

// --- getsockopt.c: granted listeners before the server has called listen(2).

// Returns whether hotreload has granted the listener and the server has not called listen(2) yet. `listener` may be
// NULL.
bool listener_is_only_bound(const struct listener *listener);

// --- status_flags.c: the status flags of a listener, as the server set them.

// Does what fcntl(2) does with F_GETFL or F_SETFL.
int status_flags(int fd, int command, void *argument);

// --- socket_paths.c: the paths of Unix domain sockets, which servers remove before they bind and when they exit.

// Returns whether the path is a socket that hotreload wants kept, so that it must not be removed. Keeps errno.
bool socket_path_must_stay(int directory, const char *path);
