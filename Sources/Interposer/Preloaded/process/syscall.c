// syscall(2). Node.js closes descriptors and uses io_uring(7) with it. All other calls are passed on by a tail call,
// because vfork(2) must not return into a stack frame of the interposer.
#include "process.h"

#include <sys/syscall.h>
#include <unistd.h>

long any_call(REGISTER_PARAMETERS) __asm__("syscall");
#if __has_attribute(musttail)
#define TAIL_CALL __attribute__((musttail))
#else
#define TAIL_CALL
#endif

EXPORTED long any_call(REGISTER_PARAMETERS) {
  if (number == SYS_close) return close((int)a);
  if (number == SYS_io_uring_setup) return ring_setup((unsigned)a, (struct io_uring_params *)b);
  if (number == SYS_io_uring_enter) ring_entering((int)a, (unsigned)b);
  TAIL_CALL return real()->syscall(REGISTER_ARGUMENTS);
}
