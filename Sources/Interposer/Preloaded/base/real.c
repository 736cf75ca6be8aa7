// The table of the replaced functions, found with dlsym(3) and RTLD_NEXT.
#include "base.h"

#include <dlfcn.h>
#include <pthread.h>

static struct real_functions functions;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Atomic bool resolved;

// Fills the table.
static void resolve(void) {
#define WRAPPED(result, name, parameters) *(void **)&functions.name = dlsym(RTLD_NEXT, #name);
#include "wrapped.h"
#undef WRAPPED
  atomic_store_explicit(&resolved, true, memory_order_release);
}

const struct real_functions *real(void) {
  if (!atomic_load_explicit(&resolved, memory_order_acquire)) pthread_once(&once, resolve);
  return &functions;
}
