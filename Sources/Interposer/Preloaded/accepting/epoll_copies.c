// Epoll instances with several descriptor numbers, which dup(2) gives them. tokio, for example, registers with one
// number and waits on another. The tables know an instance by the first of its numbers that is still open.
#include "accepting.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// The size of the table.
#define COPIES 64

// A number of an epoll instance other than the one that the tables use.
static struct {
  _Atomic int number;  // -1 if the slot is free
  _Atomic int of;      // the number that the tables use
} copies[COPIES];
static _Atomic int used;  // the number of slots that were ever used
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

int epoll_known_as(int epoll) {
  for (int i = 0; i < atomic_load_explicit(&used, memory_order_acquire); i++)
    if (atomic_load(&copies[i].number) == epoll) return atomic_load(&copies[i].of);
  return epoll;
}

// Returns whether the descriptor is an epoll instance (proc(5), /proc/pid/fd).
static bool is_epoll(int fd) {
  char path[32], target[24] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  return readlink(path, target, sizeof target - 1) > 0 && strcmp(target, "anon_inode:[eventpoll]") == 0;
}

void epoll_copied(int from, int to) {
  if (!is_epoll(from)) return;
  pthread_mutex_lock(&mutex);
  int slot = 0;
  while (slot < atomic_load(&used) && atomic_load(&copies[slot].number) != -1) slot++;
  if (slot < COPIES) {
    atomic_store(&copies[slot].of, epoll_known_as(from));
    atomic_store(&copies[slot].number, to);
    if (slot == atomic_load(&used)) atomic_store_explicit(&used, slot + 1, memory_order_release);
  }
  pthread_mutex_unlock(&mutex);
}

// Renames the epoll instance to the first of its other numbers in all tables.
static void rename_instance(int epoll, epoll_renamed *renamed) {
  int heir = -1;
  for (int i = 0; i < atomic_load(&used); i++) {
    int number = atomic_load(&copies[i].number);
    if (number == -1 || atomic_load(&copies[i].of) != epoll) continue;
    if (heir == -1) {
      renamed(epoll, number);
      atomic_store(&copies[i].number, -1);
      heir = number;
    } else {
      atomic_store(&copies[i].of, heir);
    }
  }
}

void epoll_copies_close(unsigned first, unsigned last, epoll_renamed *renamed) {
  if (atomic_load(&used) == 0 || link_owner() == LINK_OF_THE_PARENT) return;
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < atomic_load(&used); i++) {
    int number = atomic_load(&copies[i].number);
    if (number != -1 && (unsigned)number >= first && (unsigned)number <= last) atomic_store(&copies[i].number, -1);
  }
  for (int i = 0; i < atomic_load(&used); i++) {
    int of = atomic_load(&copies[i].of);
    if (atomic_load(&copies[i].number) != -1 && (unsigned)of >= first && (unsigned)of <= last)
      rename_instance(of, renamed);
  }
  pthread_mutex_unlock(&mutex);
}

void epoll_copies_forked(void) { mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER; }
