// The floor `self_writes`: notices of the files that the server writes. See base.h for the floors.
#pragma once
#include "../listeners/listeners.h"

// --- self_writes.c: self-writes, which are the server's own changes to regular files and symbolic links. hotreload
// does not take them for saves.

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

// --- notice.c: a notice of a self-write for hotreload. Each notice is a datagram of its own, because the process may
// have no link: a forked child, or a process that does not listen yet.

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
