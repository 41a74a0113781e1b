#define _GNU_SOURCE
#include "include/CConvokeSystem.h"
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

// Runs in the child, which shares the parent's memory until it calls execve: only system calls here.
static int install_descriptors(const struct convoke_spawn_request *request) {
  int wanted[3] = {request->standard_input, request->standard_output, request->standard_error};
  if (request->terminal >= 0) wanted[0] = wanted[1] = wanted[2] = request->terminal;
  // Sources below 3 move up first, so that no dup2 overwrites one that is still needed.
  for (int i = 0; i < 3; i++) {
    if (wanted[i] < 0) {
      wanted[i] = open("/dev/null", i == 0 ? O_RDONLY | O_CLOEXEC : O_WRONLY | O_CLOEXEC);
      if (wanted[i] < 0) return errno;
    }
    if (wanted[i] < 3) {
      int moved = fcntl(wanted[i], F_DUPFD_CLOEXEC, 3);
      if (moved < 0) return errno;
      wanted[i] = moved;
    }
  }
  for (int i = 0; i < 3; i++) {
    if (dup2(wanted[i], i) < 0) return errno;
  }
  // Whatever the program forgot to mark close-on-exec does not leak either. Kernels before 5.11
  // lack the flag; there only the marked descriptors are closed.
  syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  return 0;
}

static void restore_signals(void) {
  static const int ignorable[] = {SIGPIPE, SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP,
                                  SIGTTIN, SIGTTOU, SIGCHLD, SIGUSR1, SIGUSR2};
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (unsigned i = 0; i < sizeof ignorable / sizeof *ignorable; i++)
    sigaction(ignorable[i], &standard, NULL);
}

static int enter_group(const struct convoke_spawn_request *request) {
  if (request->terminal >= 0) {
    if (setsid() < 0) return errno;
    if (ioctl(request->terminal, TIOCSCTTY, 0) < 0) return errno;
  } else if (setpgid(0, 0) < 0) {
    return errno;
  }
  convoke_guard_enter(request->guard_slot, getpid(), request->mark);
  return 0;
}

static int set_limits(const struct convoke_spawn_request *request) {
  for (int i = 0; i < request->limit_count; i++) {
    const struct convoke_limit *limit = &request->limits[i];
    struct rlimit both = {limit->soft, limit->hard};
    if (setrlimit((__rlimit_resource_t)limit->resource, &both) < 0) return errno;
  }
  return 0;
}

static int child(const struct convoke_spawn_request *request, volatile int *error) {
  if ((*error = enter_group(request))) return CONVOKE_SPAWN_SETUP;
  if ((*error = install_descriptors(request))) return CONVOKE_SPAWN_SETUP;
  if (request->umask >= 0) umask((mode_t)request->umask);
  if (request->nice != 0) {
    errno = 0;
    if (nice(request->nice) == -1 && errno) {
      *error = errno;
      return CONVOKE_SPAWN_SETUP;
    }
  }
  if ((*error = set_limits(request))) return CONVOKE_SPAWN_LIMITS;
  if (request->directory && chdir(request->directory) < 0) {
    *error = errno;
    return CONVOKE_SPAWN_DIRECTORY;
  }
  restore_signals();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(request->path, request->argv, request->envp);
  *error = errno;
  return CONVOKE_SPAWN_EXEC;
}

struct convoke_spawn_answer convoke_spawn(const struct convoke_spawn_request *request) {
  struct convoke_spawn_answer answer = {.pid = -1, .descriptor = -1};
  volatile int error = 0;
  volatile int step = CONVOKE_SPAWN_OK;
  sigset_t all, before;
  int state;
  sigfillset(&all);
  // No handler of the program may run in the child, which shares its memory.
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = vfork();
  if (pid == 0) {
    step = child(request, &error);
    _exit(127);
  }
  int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_setcancelstate(state, NULL);
  if (pid < 0) {
    answer.step = CONVOKE_SPAWN_FORK;
    answer.error = fork_error;
    return answer;
  }
  if (step == CONVOKE_SPAWN_OK) {
    answer.descriptor = (int)syscall(SYS_pidfd_open, pid, 0U);
    if (answer.descriptor < 0) {
      error = errno;
      step = CONVOKE_SPAWN_FORK;
      kill(pid, SIGKILL);
    }
  }
  if (step != CONVOKE_SPAWN_OK) {
    convoke_guard_clear(request->guard_slot);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    answer.step = step;
    answer.error = error;
    return answer;
  }
  answer.pid = pid;
  return answer;
}

struct convoke_exit convoke_reap(pid_t pid) {
  struct convoke_exit end = {0};
  int status = 0;
  struct rusage usage = {0};
  pid_t got;
  while ((got = wait4(pid, &status, WNOHANG, &usage)) < 0 && errno == EINTR) {
  }
  if (got == 0) return end;
  end.ended = 1;
  end.user_microseconds = usage.ru_utime.tv_sec * 1000000LL + usage.ru_utime.tv_usec;
  end.system_microseconds = usage.ru_stime.tv_sec * 1000000LL + usage.ru_stime.tv_usec;
  end.peak_memory = usage.ru_maxrss * 1024LL;  // Linux counts in kibibytes.
  if (got < 0) {
    // Somebody else reaped it: the status is gone for good.
    end.code = 255;
  } else if (WIFSIGNALED(status)) {
    end.signal = WTERMSIG(status);
  } else {
    end.code = WEXITSTATUS(status);
  }
  return end;
}
