// A notice of what becomes of a file, for hotreload.
//
// A datagram each, for hotreload may have no link to the process: one that was forked, or that does not listen (yet).
#pragma once
#include "interposer.h"

#include <time.h>

#define LONGEST_PATH 1024  // in bytes; what is longer is not told

struct notice {
  size_t length;
  char text[128 + LONGEST_PATH];
};

// Where hotreload reads them.
void notices_configure(const char *path);
bool notices_are_wanted(void);

__attribute__((format(printf, 2, 3))) void notice_begin(struct notice *notice, const char *format, ...);
// With what tells one state of a file from another.
void notice_begin_with_state(struct notice *notice, const struct stat *status);
// The path of what is open; false if there is none that can be told.
bool notice_append_path(struct notice *notice, int fd);
// A name in a directory, neither of which need be as the kernel writes them.
bool notice_append_name(struct notice *notice, int directory, const char *path);
void notice_send(const struct notice *notice);

// Nothing of what is called between the two is to be seen: neither an error, nor a point at which a thread is cancelled.
struct calm { int error, cancellation; };
struct calm begin_calm(void);
void end_calm(struct calm calm);

int64_t nanoseconds(struct timespec time);
