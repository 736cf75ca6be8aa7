// The floor `process`: what concerns the whole process, such as its start, fork(2), close(2) and the commands of
// hotreload. See base.h for the floors.
#pragma once
#include "../connections/connections.h"

// --- start.c: the start of the interposer in a server.

// How hotreload started this program. The variables are as they were in the environment, in the form NAME=value, and
// empty if they were not there.
struct hotreload_start {
  pid_t process;                                               // 0 if hotreload did not start it
  char socket[160], files[160], generation[64], launcher[32];  // HOTRELOAD_SOCKET, HOTRELOAD_FILES, and so on
  char trace[32];
  char library[4096];  // the path of the interposer
};
extern struct hotreload_start hotreload_start;
// Returns the value of a variable in the form NAME=value.
const char *value_of(const char *variable);

// --- commands.c: the commands of hotreload to this process.

// Carries out one command. Takes ownership of `fd`.
void command_carry_out(const char *record, int fd);
// Does what hotreload says when the link is opened. A held process must not accept before it is released.
void command_welcomed(bool held);

// --- library.c: the HotReload library, which the app may link.

// Has the app save the states that it carries over. Returns false if that took longer than `milliseconds`, or could not
// be started. Returns true at once if the app does not link the library.
bool library_pause(int milliseconds);
// Tells the app that it accepts again, if it was paused.
void library_resume(void);
// Gives the app a state, and waits until the app has restored it. Takes ownership of `fd`.
void library_restore(const char *name, int fd);
void library_forked(void);

// --- fork.c: forked children.

// Has the state of all floors reset in forked children.
void forks_configure(void);

// --- rings.c: epoll registrations that are submitted by io_uring(7).

struct io_uring_params;
// Does what io_uring_setup(2) does, and maps the new ring.
long ring_setup(unsigned entries, struct io_uring_params *parameters);
// Carries out the epoll registrations among the next `submitted` entries, before io_uring_enter(2).
void ring_entering(int fd, unsigned submitted);
// Removes the rings whose numbers are about to be closed.
void rings_forget(unsigned first, unsigned last);
void rings_forked(void);
