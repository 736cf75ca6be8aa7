// The parts of Linux that Swift's Glibc module does not import: headers that it leaves out, variadic functions, and
// macros.
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

// The properties of a child process.
struct cposix_spawn {
  const char *path;          // the executable, which is searched in PATH if it has no slash
  char *const *arguments;    // NULL-terminated, with argv[0]
  char *const *environment;  // NULL-terminated
  const char *directory;     // the working directory
  int input, output, error;  // its descriptors 0, 1 and 2
  const int *passed;         // its descriptors 3, 4 and so on (sd_listen_fds(3)); all others are closed
  int passed_count;          // the number of elements of `passed`
  char *pid_variable;        // "LISTEN_PID=" with room for ten digits in `environment`, or NULL
  int bind_filter;           // the socket over which its filter of bind(2) is sent (SCM_RIGHTS), or -1 for no filter
  int parent_death_signal;   // sent when the calling thread exits (prctl(2), PR_SET_PDEATHSIG); 0 for none
  int is_idle;               // whether it runs only if nothing else wants the processor (SCHED_IDLE, sched(7))
  int shares_group;          // whether it stays in the process group of the caller
};

// Starts a child, in a process group of its own unless it shares that of the caller, with an empty signal mask. All
// signals have their default disposition, except SIGTTOU, which is ignored. Returns 0, or the errno of the step that
// failed, up to and including execve(2).
int cposix_spawn(const struct cposix_spawn *spawn, pid_t *pid);

// Makes every bind(2) of this process and its children wait for an answer (seccomp_unotify(2)). Sends the descriptor on
// which the calls are answered over `socket`. execve(2) cannot gain privileges any more (PR_SET_NO_NEW_PRIVS). Returns
// 0, or -1 with errno.
int cposix_filter_binds(int socket);

// A waiting call of bind(2).
struct cposix_bind {
  uint64_t identifier;  // its number in seccomp_unotify(2)
  pid_t thread;         // the thread that makes the call
  int socket;           // the number of the socket in that process
  struct sockaddr_storage address;
  socklen_t length;  // 0 if the address cannot be read
};

// Receives the next waiting call. Returns 0, or -1 with errno, which is ENOENT if the call does not wait any more.
int cposix_bind_receive(int filter, struct cposix_bind *bind);
// Lets the kernel carry the call out. Returns 0, or -1 with errno.
int cposix_bind_continue(int filter, const struct cposix_bind *bind);
// Puts a copy of `listener` in place of the socket, and makes the call succeed. Returns 0, or -1 with errno.
int cposix_bind_grant(int filter, const struct cposix_bind *bind, int listener);
// Returns whether `listener` is bound to the address of the call.
int cposix_same_name(int listener, const struct cposix_bind *bind);

// A listening stream socket.
struct cposix_listener {
  uint64_t inode;
  struct sockaddr_storage address;
};
// Lists the listeners of an address family in this network namespace, at most `capacity` (sock_diag(7)). Returns how
// many, or -1 with errno.
ssize_t cposix_listeners(int family, struct cposix_listener *listeners, size_t capacity);
// Writes an address as text: host and port as inet_ntop(3) writes the host, a path, or `@` and an abstract name.
// `*port` is 0 for a Unix domain socket.
void cposix_address_text(const struct sockaddr_storage *address, char text[128], int *port);

// Returns a copy of another process's descriptor (pidfd_getfd(2)), or -1 with errno.
int cposix_take_descriptor(pid_t process, int number);

// Sends one record with sendmsg(2), with a copy of `descriptor` in SCM_RIGHTS unless that is -1. Returns 0 or an errno.
int cposix_send(int socket, const void *bytes, size_t count, int descriptor);

// Receives one record with recvmsg(2). Returns its length, 0 at the end, or -1 with errno. `*descriptor` is the
// descriptor that came with it, or -1. The errno is EMSGSIZE if the record was cut or came with several descriptors,
// which are closed.
ssize_t cposix_receive(int socket, void *bytes, size_t count, int *descriptor);

// Receives one datagram with the descriptors that come with it, up to 253 (unix(7)). Never blocks. Returns its length,
// or -1 with errno.
ssize_t cposix_receive_datagram(int socket, void *bytes, size_t count, int descriptors[253], int *descriptor_count);

// Sends a datagram to a Unix domain socket, which is a path, or an abstract name after `@` (sd_notify(3)). Returns 0 or
// an errno.
int cposix_notify(const char *address, const char *text, size_t count);

// Writes the address of a path. Swift imports the array sun_path as a tuple. Returns 0, or ENAMETOOLONG.
int cposix_unix_address(const char *path, struct sockaddr_un *address);

// Creates two TCP sockets on the loopback interface that are connected to each other. `ends[0]` is non-blocking.
// Returns 0 or an errno.
int cposix_tcp_pair(int ends[2]);

// Writes the uid of the peer when it connected (SO_PEERCRED). Returns 0 or an errno.
int cposix_peer_user(int socket, uid_t *user);

// Calls that need _GNU_SOURCE or are variadic.
int cposix_pipe(int ends[2]);                      // pipe2(2) with O_CLOEXEC; the reading end is non-blocking
int cposix_accept(int listener);                   // accept4(2) with SOCK_CLOEXEC | SOCK_NONBLOCK
int cposix_adopt_orphans(void);                    // PR_SET_CHILD_SUBREAPER
void cposix_set_name(const char *name);            // PR_SET_NAME of the calling thread
int cposix_open_process(pid_t pid);                // pidfd_open(2), which fails before Linux 5.3
int cposix_signal_process(int pidfd, int number);  // pidfd_send_signal(2)
int cposix_same_description(int fd, int other);    // kcmp(2): 1 if they are the same, 0 if not or unknown
int cposix_is_ignored(int number);                 // sigaction(2): whether the disposition is SIG_IGN
const char *cposix_signal_name(int number);        // sigabbrev_np(3), such as "SEGV", or NULL
ssize_t cposix_copy(int from, int to);             // copy_file_range(2) of up to 1 GiB; 0 at the end
int cposix_same_content(int file, int other);      // compares mapped files: 1 if equal, 0 if not, -1 with errno
// Writes a hash of the content of a regular file, and the time of its last status change in nanoseconds since 1970. The
// hash is not cryptographic, and is 0 for an empty file. Returns 0 or an errno: EFBIG for more than `limit` bytes,
// EINVAL for a file that is not regular. EMLINK (a file with several names) and ELOOP (a symbolic link) say that the
// file can be written under a name that is not watched.
int cposix_hash(const char *path, int64_t limit, uint64_t *hash, int64_t *changed);
// Does what epoll_pwait2(2) does, with a timeout in nanoseconds, or without one if it is negative. Before Linux 5.11 it
// calls epoll_wait(2), and rounds up to a millisecond.
int cposix_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t nanoseconds);
ssize_t cposix_entries(int directory, void *bytes, size_t count);  // getdents64(2)
int cposix_map_code(int file);             // mmap(2) with PROT_EXEC, and munmap(2): 0, or -1 with errno
int cposix_memory_file(const char *name);  // memfd_create(2) with MFD_CLOEXEC, or -1 with errno
char **cposix_environment(void);           // environ, which Swift 6 takes for shared mutable state
