// The floor `link`: the connection of this process to hotreload. See base.h for the floors.
#pragma once
#include "../base/base.h"

// Interposer+Source.swift defines these with -D: hotreload has the same values.
#if !defined PROTOCOL_VERSION || !defined RECORD_SIZE
#error "compile with the definitions of Interposer+Source.swift"
#endif

// --- records.c: messages over a SOCK_SEQPACKET socket (unix(7)). Each is a line of text with at most one descriptor.

// Sends one record over `link`, with a copy of `fd` unless that is -1. `flags` are those of sendmsg(2). Returns false
// if that failed, with EAGAIN if the socket was full. RECORD_SIZE is the size of the largest record, in bytes.
bool record_send(int link, int fd, int flags, const char *format, va_list arguments);
// Receives one record with recvmsg(2). Returns its length, 0 at the end, or -1 with errno. `fd` receives the descriptor
// that came with it, or -1.
ssize_t record_receive(int link, char record[RECORD_SIZE], int *fd);

// --- trace.c: each message of the protocol as a line on standard error, for whoever debugs it (HOTRELOAD_TRACE=1).

// Whether messages are traced.
extern bool trace_is_on;
// Turns the trace on, for a process of this generation.
void trace_configure(const char *generation);
// Writes a line: a message that was sent or received, its text and whether a descriptor came with it. Keeps errno. Call
// trace(), which costs nothing while the trace is off.
enum trace_direction { TRACE_SENT, TRACE_RECEIVED };
void trace_write(enum trace_direction direction, const char *text, size_t length, bool has_descriptor);
static inline void trace(enum trace_direction direction, const char *text, size_t length, bool has_descriptor) {
  if (__builtin_expect(trace_is_on, false)) trace_write(direction, text, length, has_descriptor);
}

// --- link.c: the link, which is the connection of this process to hotreload.

// The callbacks for messages on the link.
struct link_handler {
  // The link was opened. A held process must not accept before it is released. The link is not open to other threads
  // meanwhile.
  void (*welcomed)(bool held);
  // A command has come, on the receiving thread. Takes ownership of `fd`.
  void (*command)(const char *record, int fd);
  // Returns whether look() is to be called four times a second, on the receiving thread.
  bool (*has_to_look)(void);
  void (*look)(void);
};

// Sets the path of hotreload's socket, the number of the generation that this process belongs to, and the handler.
void link_configure(const char *path, const char *number, const struct link_handler *handler);
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
// Resets this file's state in a forked child: the threads and the locks of the parent are gone. The functions of other
// files whose names end in `_forked` do the same.
void link_forked(void);
