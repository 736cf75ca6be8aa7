// A notice of a self-write for hotreload.
//
// Each notice is a datagram of its own, because the process may have no link: a forked child, or a process that does
// not listen yet.
#pragma once
#include "interposer.h"

#include <time.h>

#define LONGEST_PATH 1024  // in bytes; no notice is sent of a longer path

// The text of a notice.
struct notice {
  size_t length;
  char text[128 + LONGEST_PATH];
};

// Sets the path of the Unix domain socket on which hotreload receives notices.
void notices_configure(const char *path);
// Returns whether hotreload receives notices.
bool notices_are_wanted(void);

// Begins a notice with a formatted text.
__attribute__((format(printf, 2, 3))) void notice_begin(struct notice *notice, const char *format, ...);
// Begins a notice of a written file with its device, inode, size in bytes and modification time in nanoseconds.
void notice_begin_with_state(struct notice *notice, const struct stat *status);
// Appends the path of an open file. Returns false if it has none or the path is too long.
bool notice_append_path(struct notice *notice, int fd);
// Appends the absolute path of a name in a directory, as openat(2) would resolve it. Returns false if the directory
// does not exist or the path is too long.
bool notice_append_name(struct notice *notice, int directory, const char *path);
// Sends a notice. A notice that cannot be sent is lost.
void notice_send(const struct notice *notice);

// Begins and ends a section that the server cannot observe: errno is restored, and the section is no cancellation point
// (pthread_setcancelstate(3)).
struct quiet_section {
  int error, cancellation;
};
struct quiet_section begin_quiet_section(void);
void end_quiet_section(struct quiet_section section);

// Returns a time in nanoseconds.
int64_t nanoseconds(struct timespec time);
