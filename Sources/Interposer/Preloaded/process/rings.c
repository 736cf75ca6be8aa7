// io_uring(7), as libuv uses it to register its listeners with epoll(7): it enters its rings by syscall(2). The
// interposer carries such a registration out itself, where it is seen like any other, and leaves a no-op in the ring
// for the kernel.
//
// Two kinds of submissions are not seen. The kernel itself reads rings with IORING_SETUP_SQPOLL, and liburing enters
// rings without the C library.
#include "process.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#ifndef IORING_SETUP_NO_MMAP
#define IORING_SETUP_NO_MMAP (1U << 14)
#endif
#ifndef IORING_SETUP_NO_SQARRAY
#define IORING_SETUP_NO_SQARRAY (1U << 16)
#endif

// The size of the table.
#define RINGS 64

// A ring's submission queue, mapped a second time.
static struct ring {
  _Atomic int fd;                     // -1 if the slot is free
  unsigned char *queue;               // the head, the tail and the array of indexes
  size_t queue_size, entries_size;    // in bytes
  struct io_uring_params parameters;  // as io_uring_setup(2) returned them
  unsigned char *entries;             // the submission queue entries
} rings[RINGS] = {[0 ... RINGS - 1] = {.fd = -1}};
static _Atomic int used;  // the number of slots that were ever used
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

// Unmaps what follow() mapped.
static void unmap(struct ring *ring) {
  if (ring->queue != MAP_FAILED) munmap(ring->queue, ring->queue_size);
  if (ring->entries != MAP_FAILED) munmap(ring->entries, ring->entries_size);
}

// Returns the size of a submission queue entry, in bytes.
static size_t entry_size(const struct io_uring_params *parameters) {
  return parameters->flags & IORING_SETUP_SQE128 ? 2 * sizeof(struct io_uring_sqe) : sizeof(struct io_uring_sqe);
}

static void *map(int fd, size_t size, off_t offset) {
  return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
}

// Adds a ring to the table, and maps its submission queue.
static void follow(int fd, const struct io_uring_params *parameters) {
  if (parameters->flags & (IORING_SETUP_SQPOLL | IORING_SETUP_NO_MMAP)) return;
  rings_forget((unsigned)fd, (unsigned)fd);  // a ring that was closed unseen
  pthread_mutex_lock(&mutex);
  int slot = 0, count = atomic_load(&used);
  while (slot < count && atomic_load(&rings[slot].fd) != -1) slot++;
  if (slot < RINGS) {
    struct ring *ring = &rings[slot];
    ring->parameters = *parameters;
    ring->entries_size = parameters->sq_entries * entry_size(parameters);
    ring->queue_size = parameters->flags & IORING_SETUP_NO_SQARRAY
                           ? 4096  // one page: only its head is read
                           : parameters->sq_off.array + parameters->sq_entries * sizeof(uint32_t);
    ring->queue = map(fd, ring->queue_size, IORING_OFF_SQ_RING);
    ring->entries = map(fd, ring->entries_size, (off_t)IORING_OFF_SQES);
    if (ring->queue == MAP_FAILED || ring->entries == MAP_FAILED) {
      unmap(ring);
    } else {
      atomic_store(&ring->fd, fd);
      if (slot == count) atomic_store(&used, count + 1);
    }
  }
  pthread_mutex_unlock(&mutex);
}

long ring_setup(unsigned entries, struct io_uring_params *parameters) {
  long fd = REAL_SYSCALL(SYS_io_uring_setup, entries, parameters);
  int saved = errno;
  if (fd >= 0) follow((int)fd, parameters);
  errno = saved;
  return fd;
}

void rings_forget(unsigned first, unsigned last) {
  for (int i = 0; i < atomic_load(&used); i++) {
    int fd = atomic_load(&rings[i].fd);
    if (fd == -1 || (unsigned)fd < first || (unsigned)fd > last) continue;
    if (link_owner() == LINK_OF_THE_PARENT) return;
    if (atomic_compare_exchange_strong(&rings[i].fd, &fd, -1)) unmap(&rings[i]);
  }
}

void rings_forked(void) { mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER; }

// Returns the number at an offset of the queue.
static uint32_t number_at(const struct ring *ring, unsigned offset) {
  return atomic_load_explicit((_Atomic uint32_t *)(ring->queue + offset), memory_order_acquire);
}

// Carries out an epoll registration, and makes its entry a no-op. A registration that fails is left to the kernel,
// which reports the error to the program.
static void carry_out(struct io_uring_sqe *entry) {
  if (entry->opcode != IORING_OP_EPOLL_CTL || entry->flags) return;
  struct epoll_event *event = (struct epoll_event *)(uintptr_t)entry->addr;
  if (epoll_ctl(entry->fd, (int)entry->len, (int)entry->off, event) == -1) return;
  uint64_t data = entry->user_data;
  *entry = (struct io_uring_sqe){.opcode = IORING_OP_NOP, .fd = -1, .user_data = data};
}

void ring_entering(int fd, unsigned submitted) {
  struct ring *ring = NULL;
  for (int i = 0; i < atomic_load(&used) && ring == NULL; i++)
    if (atomic_load(&rings[i].fd) == fd) ring = &rings[i];
  if (ring == NULL) return;
  const struct io_uring_params *parameters = &ring->parameters;
  uint32_t head = number_at(ring, parameters->sq_off.head), waiting = number_at(ring, parameters->sq_off.tail) - head;
  uint32_t mask = parameters->sq_entries - 1;
  int saved = errno;
  for (uint32_t i = 0; i < submitted && i < waiting; i++) {
    uint32_t slot = (head + i) & mask;
    if (!(parameters->flags & IORING_SETUP_NO_SQARRAY))
      slot = number_at(ring, parameters->sq_off.array + slot * (unsigned)sizeof(uint32_t));
    if (slot <= mask) carry_out((struct io_uring_sqe *)(ring->entries + slot * entry_size(parameters)));
  }
  errno = saved;
}
