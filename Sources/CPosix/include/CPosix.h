// The parts of Linux that Swift's Glibc module does not import: headers it leaves out, and macros.
#pragma once
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <malloc.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>

// What a child process is started with.
struct cposix_spawn {
  const char *path;               // the executable; searched in PATH when it has no slash
  char *const *arguments;         // NULL-terminated, with argv[0]
  char *const *environment;       // NULL-terminated
  const char *directory;          // the working directory
  int input, output, error;       // its descriptors 0, 1 and 2; all others are closed
  const int *passed;              // become its descriptors 3, 4, …, as sd_listen_fds(3) says
  int passed_count;
  char *pid_variable;             // "LISTEN_PID=" with room for ten digits in `environment`, or NULL
  int bind_filter;                // hotreload's filter of bind(2) is sent over this socket (SCM_RIGHTS); -1: it has none
  int parent_death_signal;        // sent when the thread that calls this exits (prctl(2), PR_SET_PDEATHSIG)
  int is_idle;                    // runs only while nobody else wants the processor (SCHED_IDLE, sched(7))
};

// Starts a child in a process group of its own with an empty signal mask and default dispositions. 0, or the errno of
// the step that failed, up to and including execve(2).
int cposix_spawn(const struct cposix_spawn *spawn, pid_t *pid);

// Has every bind(2) of this process and its children wait for an answer, and sends the descriptor by which those are given over
// `socket`. Takes away the right to gain rights by execve(2) (PR_SET_NO_NEW_PRIVS). 0, or -1 with errno.
int cposix_filter_binds(int socket);

// A bind(2) that waits.
struct cposix_bind {
  uint64_t identifier;
  pid_t thread;                     // that calls it
  int socket;                       // as numbered there
  struct sockaddr_storage address;
  socklen_t length;                 // 0 where the address cannot be read
};

// The next one. 0, or -1 with errno: ENOENT if it does not wait any more.
int cposix_bind_receive(int filter, struct cposix_bind *bind);
// Lets the kernel carry it out. 0, or -1 with errno.
int cposix_bind_continue(int filter, const struct cposix_bind *bind);
// Puts a copy of `listener` in place of the socket, and has the call succeed. 0, or -1 with errno.
int cposix_bind_grant(int filter, const struct cposix_bind *bind, int listener);
// Whether `listener` has the address that is to be bound.
int cposix_same_name(int listener, const struct cposix_bind *bind);

// A stream socket that listens.
struct cposix_listener {
  uint64_t inode;
  struct sockaddr_storage address;
};
// Lists the listeners of the family in our network, at most `capacity`; how many, or -1 with errno (sock_diag(7)).
ssize_t cposix_listeners(int family, struct cposix_listener *listeners, size_t capacity);
// As inet_ntop(3) writes it, a path, or `@` and an abstract name; `*port` is 0 for these.
void cposix_address_text(const struct sockaddr_storage *address, char text[128], int *port);

// A copy of another process's descriptor (pidfd_getfd(2)), or -1 with errno.
int cposix_take_descriptor(pid_t process, int number);

// Sends one record with a copy of `descriptor` (none if -1) in SCM_RIGHTS. 0 or an errno.
int cposix_send(int socket, const void *bytes, size_t count, int descriptor);

// Receives one record; its length, 0 at the end, or -1 with errno set. `*descriptor` is the one that came with it, or
// -1. EMSGSIZE: record or descriptors were cut, and those that came are closed.
ssize_t cposix_receive(int socket, void *bytes, size_t count, int *descriptor);

// Receives one datagram with the descriptors that come with it, up to 253 (unix(7)); its length, or -1 with errno set.
ssize_t cposix_receive_datagram(int socket, void *bytes, size_t count, int descriptors[253], int *descriptor_count);

// Sends a datagram to a Unix domain socket: a path, or an abstract name after an @ (sd_notify(3)). 0 or an errno.
int cposix_notify(const char *address, const char *text, size_t count);

// sun_path is an array that Swift imports as a tuple. 0, or ENAMETOOLONG.
int cposix_unix_address(const char *path, struct sockaddr_un *address);

// Two TCP sockets on loopback that are connected with each other. 0 or an errno.
int cposix_tcp_pair(int ends[2]);

// The uid of the peer when it connected (SO_PEERCRED). 0 or an errno.
int cposix_peer_user(int socket, uid_t *user);

// Calls that need _GNU_SOURCE, or are variadic.
int cposix_pipe(int ends[2]);                     // pipe2(2) with O_CLOEXEC; the reading end is non-blocking
int cposix_accept(int listener);                  // accept4(2) with SOCK_CLOEXEC | SOCK_NONBLOCK
int cposix_adopt_orphans(void);                   // PR_SET_CHILD_SUBREAPER
void cposix_set_name(const char *name);           // PR_SET_NAME, of the calling thread
int cposix_open_process(pid_t pid);                // pidfd_open(2); -1 also before Linux 5.3
int cposix_signal_process(int pidfd, int number); // pidfd_send_signal(2)
int cposix_same_description(int fd, int other);   // kcmp(2): 1 the same, 0 not, or it cannot be told
int cposix_is_ignored(int number);                // sigaction(2): whether SIG_IGN is what is done with a signal
const char *cposix_signal_name(int number);       // sigabbrev_np(3): "SEGV", or NULL
ssize_t cposix_copy(int from, int to);            // copy_file_range(2) of what is left; 0 at the end
int cposix_same_content(int file, int other);     // compares mapped files: 1 the same, 0 not, -1 with errno
// A hash of what a regular file with one name holds, which guards nothing (0: it is empty), and when its status was changed last, in
// nanoseconds since 1970. 0, or an errno: EFBIG for more than `limit` bytes, EMLINK for a file with other names, ELOOP for a
// link: those can be written without our seeing it.
int cposix_hash(const char *path, int64_t limit, uint64_t *hash, int64_t *changed);
// epoll_pwait2(2), for so many nanoseconds, or without an end if negative; before Linux 5.11 epoll_wait(2), which rounds up to a
// millisecond.
int cposix_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds);
ssize_t cposix_entries(int directory, void *bytes, size_t count);  // getdents64(2)
int cposix_map_code(int file);                    // mmap(2) with PROT_EXEC, and munmap(2): 0, or -1 with errno
int cposix_memory_file(const char *name);         // memfd_create(2), closed on execve(2); or -1 with errno
char **cposix_environment(void);                  // environ, which Swift 6 takes for shared mutable state
