// The table of the replaced functions, found with dlsym(3) and RTLD_NEXT.
#include "interposer.h"

#include <dlfcn.h>
#include <pthread.h>

static struct real_functions functions;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic bool resolved;

// Fills the table.
static void resolve(void) {
#define RESOLVE(name) *(void **)&functions.name = dlsym(RTLD_NEXT, #name)
  RESOLVE(bind);
  RESOLVE(listen);
  RESOLVE(accept4);
  RESOLVE(connect);
  RESOLVE(close);
  RESOLVE(fclose);
  RESOLVE(execve);
  RESOLVE(execvpe);
  RESOLVE(fexecve);
  RESOLVE(posix_spawn);
  RESOLVE(posix_spawnp);
  RESOLVE(unlink);
  RESOLVE(unlinkat);
  RESOLVE(remove);
  RESOLVE(renameat2);
  RESOLVE(linkat);
  RESOLVE(rename);
  RESOLVE(renameat);
  RESOLVE(link);
  RESOLVE(symlink);
  RESOLVE(symlinkat);
  RESOLVE(open);
  RESOLVE(open64);
  RESOLVE(openat);
  RESOLVE(openat64);
  RESOLVE(truncate);
  RESOLVE(ftruncate);
  RESOLVE(utimensat);
  RESOLVE(utimes);
  RESOLVE(futimens);
  RESOLVE(pwrite);
  RESOLVE(pwritev);
  RESOLVE(copy_file_range);
  RESOLVE(pwritev2);
  RESOLVE(splice);
  RESOLVE(fallocate);
  RESOLVE(posix_fallocate);
  RESOLVE(aio_write);
  RESOLVE(vdprintf);
  RESOLVE(__vdprintf_chk);
  RESOLVE(fopen);
  RESOLVE(fopen64);
  RESOLVE(fdopen);
  RESOLVE(freopen);
  RESOLVE(freopen64);
  RESOLVE(_exit);
  RESOLVE(dup);
  RESOLVE(dup2);
  RESOLVE(dup3);
  RESOLVE(fcntl);
  RESOLVE(ioctl);
  RESOLVE(getsockopt);
  RESOLVE(epoll_ctl);
  RESOLVE(epoll_pwait);
  RESOLVE(epoll_pwait2);
  RESOLVE(poll);
  RESOLVE(ppoll);
  RESOLVE(select);
  RESOLVE(pselect);
  RESOLVE(read);
  RESOLVE(readv);
  RESOLVE(recv);
  RESOLVE(recvfrom);
  RESOLVE(recvmsg);
  RESOLVE(recvmmsg);
  RESOLVE(write);
  RESOLVE(writev);
  RESOLVE(send);
  RESOLVE(sendto);
  RESOLVE(sendmsg);
  RESOLVE(sendfile);
  RESOLVE(syscall);
  RESOLVE(shutdown);
#undef RESOLVE
  atomic_store_explicit(&resolved, true, memory_order_release);
}

const struct real_functions *real(void) {
  if (!atomic_load_explicit(&resolved, memory_order_acquire)) pthread_once(&once, resolve);
  return &functions;
}
