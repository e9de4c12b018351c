#include "cwatch.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int cwatch_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static bool add(int set, int descriptor, uint64_t number, uint32_t events) {
  struct epoll_event event = {.events = events, .data.u64 = number};
  return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

bool cwatch_add_departure(int set, int socket, uint64_t number) {
  return add(set, socket, number, EPOLLRDHUP | EPOLLONESHOT);
}

bool cwatch_add_input(int set, int descriptor, uint64_t number) {
  return add(set, descriptor, number, EPOLLIN);
}

void cwatch_remove(int set, int descriptor) { epoll_ctl(set, EPOLL_CTL_DEL, descriptor, NULL); }

size_t cwatch_wait(int set, uint64_t *numbers, size_t count, int milliseconds) {
  struct epoll_event events[64];
  int wanted = count < 64 ? (int)count : 64;
  int found = epoll_wait(set, events, wanted, milliseconds);
  for (int i = 0; i < found; i++) numbers[i] = events[i].data.u64;
  return found < 0 ? 0 : (size_t)found;
}

int cwatch_bell(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void cwatch_wake(int bell) {
  uint64_t one = 1;
  ssize_t written = write(bell, &one, sizeof one);
  (void)written;  // A bell that is full has rung already.
}

void cwatch_slept(int bell) {
  uint64_t count;
  ssize_t taken = read(bell, &count, sizeof count);
  (void)taken;
}
