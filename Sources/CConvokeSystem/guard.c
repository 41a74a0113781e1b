#define _GNU_SOURCE
#include "guard.h"
#include "scan.h"
#include "include/CConvokeSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// The table is memory shared with the guard, so that a group is known to it before its program
// starts, without a message for each process.
enum { capacity = 65536 };
struct slot {
  _Atomic int32_t group;
  _Atomic uint64_t mark;  // 0: the command has none
};
struct table {
  _Atomic int32_t used;  // what follows these slots was never touched, and costs neither memory nor time
  struct slot slots[capacity];
};
static struct table *table;
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int link_to_guard = -1;

int32_t convoke_guard_capacity(void) { return capacity; }

void convoke_guard_enter(int32_t slot, pid_t group, uint64_t mark) {
  if (!table || slot < 0 || slot >= capacity) return;
  int32_t used = atomic_load(&table->used);
  while (used <= slot && !atomic_compare_exchange_weak(&table->used, &used, slot + 1)) {
  }
  atomic_store(&table->slots[slot].mark, mark);
  atomic_store(&table->slots[slot].group, group);
}

void convoke_guard_clear(int32_t slot) { convoke_guard_enter(slot, 0, 0); }

// What to do with those that are found.
struct round {
  int number;
  int found;
  int has_marks;
};

static int is_marked(const struct convoke_process *process) {
  for (int i = 0; process->mark_count && i < table->used; i++) {
    uint64_t mark = atomic_load(&table->slots[i].mark);
    for (int j = 0; mark && j < process->mark_count; j++)
      if (process->marks[j] == mark) return 1;
  }
  return 0;
}

static int is_in_group(const struct convoke_process *process) {
  for (int i = 0; i < table->used; i++)
    if (atomic_load(&table->slots[i].group) == process->group) return 1;
  return 0;
}

static void signal_marked(const struct convoke_process *process, void *context) {
  struct round *round = context;
  if (process->state == 'Z' || process->state == 'X' || !is_marked(process)) return;
  // Groups have got it already, and what they have started since may clean up.
  int number = round->number == SIGTERM && is_in_group(process) ? 0 : round->number;
  if (kill(process->pid, number) == 0) round->found = 1;
}

// Sends a signal to every group of the table and to all that have a mark of it; says whether any was there.
static int signal_all(int number) {
  struct round round = {.number = number};
  for (int i = 0; i < table->used; i++) {
    pid_t group = atomic_load(&table->slots[i].group);
    if (group > 1 && kill(-group, number) == 0) round.found = 1;
    if (atomic_load(&table->slots[i].mark)) round.has_marks = 1;
  }
  if (round.has_marks) convoke_scan(1, signal_marked, &round);
  return round.found;
}

static void rest(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

// Runs in the guard, a fork of a program with threads: only system calls here.
static _Noreturn void watch(int link, int32_t grace) {
  setsid();
  prctl(PR_SET_NAME, "convoke-guard");
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  int nothing = open("/dev/null", O_RDWR);
  for (int i = 0; i < 3; i++) dup2(nothing, i);
  if (link != 3) dup2(link, 3);
  if (syscall(SYS_close_range, 4U, ~0U, 0U) < 0)
    for (int i = 4; i < 65536; i++) close(i);
  char byte;
  while (read(3, &byte, 1) < 0 && errno == EINTR) {
  }
  int32_t used = table->used;
  while (used > 0 && !atomic_load(&table->slots[used - 1].group)) used--;
  table->used = used;
  // Who is within execve(2) has no environment for a moment: nobody twice is nobody.
  int clear = signal_all(SIGTERM) ? 0 : 1;
  signal_all(SIGCONT);
  for (int32_t waited = 0; clear < 2 && waited < grace; waited += 20) {
    rest(20);
    clear = signal_all(0) ? 0 : clear + 1;
  }
  // Those that were just being born when the others were killed come next.
  for (int turn = 0; clear < 2 && turn < 10; turn++) {
    clear = signal_all(SIGKILL) ? 0 : clear + 1;
    rest(20);
  }
  _exit(0);
}

static int start(int32_t grace) {
  int ends[2];
  void *memory = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return errno;
  if (pipe2(ends, O_CLOEXEC) < 0) {
    int error = errno;
    munmap(memory, sizeof *table);
    return error;
  }
  table = memory;
  pid_t pid = fork();
  if (pid == 0) {
    close(ends[1]);
    watch(ends[0], grace);
  }
  int error = errno;
  close(ends[0]);
  if (pid < 0) {
    close(ends[1]);
    return error;
  }
  link_to_guard = ends[1];
  return 0;
}

int convoke_guard_start(int32_t grace_milliseconds) {
  pthread_mutex_lock(&starting);
  int error = link_to_guard >= 0 ? 0 : start(grace_milliseconds);
  pthread_mutex_unlock(&starting);
  return error;
}
