#define _GNU_SOURCE
#include "include/CConvokeSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

int convoke_poll_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int convoke_wakeup_open(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

static int control(int poll, int operation, int descriptor, uint8_t interest, uint64_t tag) {
  struct epoll_event event = {.data.u64 = tag};
  if (interest & CONVOKE_READABLE) event.events |= EPOLLIN;
  if (interest & CONVOKE_WRITABLE) event.events |= EPOLLOUT;
  return epoll_ctl(poll, operation, descriptor, &event) < 0 ? errno : 0;
}

int convoke_poll_add(int poll, int descriptor, uint8_t interest, uint64_t tag) {
  return control(poll, EPOLL_CTL_ADD, descriptor, interest, tag);
}

int convoke_poll_change(int poll, int descriptor, uint8_t interest, uint64_t tag) {
  return control(poll, EPOLL_CTL_MOD, descriptor, interest, tag);
}

int convoke_poll_remove(int poll, int descriptor) {
  return control(poll, EPOLL_CTL_DEL, descriptor, 0, 0);
}

int convoke_poll_wait(int poll, struct convoke_event *events, int count, int timeout) {
  struct epoll_event raw[64];
  if (count > 64) count = 64;
  int got = epoll_wait(poll, raw, count, timeout);
  for (int i = 0; i < got; i++) {
    events[i].tag = raw[i].data.u64;
    events[i].readiness = (raw[i].events & EPOLLIN ? CONVOKE_READABLE : 0) |
                          (raw[i].events & EPOLLOUT ? CONVOKE_WRITABLE : 0) |
                          (raw[i].events & (EPOLLHUP | EPOLLERR) ? CONVOKE_HUNG_UP : 0);
  }
  return got;
}

int convoke_pipe(int32_t *read_end, int32_t *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return errno;
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

double convoke_wall_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}
