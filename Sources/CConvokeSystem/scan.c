#define _GNU_SOURCE
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// What getdents64(2) fills in.
struct entry {
  uint64_t inode;
  int64_t offset;
  uint16_t length;
  uint8_t type;
  char name[];
};

static int open_file(int folder, const char *pid, const char *name) {
  char path[64];
  size_t length = strlen(pid);
  if (length > 20) return -1;
  memcpy(path, pid, length);
  memcpy(path + length, name, strlen(name) + 1);
  return openat(folder, path, O_RDONLY | O_CLOEXEC);
}

static ssize_t read_some(int file, char *buffer, size_t size) {
  ssize_t count;
  while ((count = read(file, buffer, size)) < 0 && errno == EINTR) {
  }
  return count;
}

static int64_t number(const char *text) {
  int64_t value = 0;
  int is_negative = *text == '-';
  for (text += is_negative; *text >= '0' && *text <= '9'; text++) value = value * 10 + (*text - '0');
  return is_negative ? -value : value;
}

// Reads /proc/PID/stat (proc(5)): fields 3 to 5 and 22. Returns 0 if the process is gone.
static int read_stat(int folder, const char *pid, struct convoke_process *process) {
  char text[1024];
  int file = open_file(folder, pid, "/stat");
  if (file < 0) return 0;
  ssize_t count = read_some(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = 0;
  // The name, in parentheses, may contain anything; what follows its last parenthesis does not.
  const char *at = strrchr(text, ')');
  for (int field = 3; at && (at = strchr(at, ' ')); field++) {
    at++;
    if (field == 3) process->state = *at;
    if (field == 4) process->parent = (pid_t)number(at);
    if (field == 5) process->group = (pid_t)number(at);
    if (field == 22) {
      process->start = number(at);
      return 1;
    }
  }
  return 0;
}

static void add_mark(struct convoke_process *process, uint64_t mark) {
  if (mark && process->mark_count < CONVOKE_MARKS) process->marks[process->mark_count++] = mark;
}

// Reads the marks: hexadecimal numbers with colons between, in a variable of the environment that may
// stand anywhere and be cut by the end of a buffer. Returns 0 if the environment is empty.
static int read_marks(int folder, const char *pid, struct convoke_process *process) {
  static const char name[] = CONVOKE_MARK_NAME "=";
  char buffer[8192];
  int file = open_file(folder, pid, "/environ");
  if (file < 0) return 1;
  int is_empty = 1;
  size_t matched = 0;  // of the name; more than its length: this is another variable
  uint64_t mark = 0;
  ssize_t count;
  while ((count = read_some(file, buffer, sizeof buffer)) > 0) {
    is_empty = 0;
    for (ssize_t i = 0; i < count; i++) {
      char byte = buffer[i];
      int is_inside = matched == sizeof name - 1;
      if (byte == 0) {
        if (is_inside) {
          add_mark(process, mark);
          close(file);
          return 1;
        }
        matched = 0;
      } else if (!is_inside) {
        matched = matched < sizeof name && byte == name[matched] ? matched + 1 : sizeof name;
      } else if (byte == ':') {
        add_mark(process, mark);
        mark = 0;
      } else {
        int digit = byte >= 'a' ? byte - 'a' + 10 : byte - '0';
        mark = mark << 4 | (uint64_t)(digit & 15);
      }
    }
  }
  close(file);
  return !is_empty;
}

// A process that is within execve(2) has neither arguments nor an environment for a moment. It has a
// program, unlike a thread of the kernel.
static int is_within_exec(int folder, const char *pid) {
  char path[64];
  char byte;
  int file = open_file(folder, pid, "/cmdline");
  if (file < 0) return 0;
  ssize_t count = read_some(file, &byte, 1);
  close(file);
  if (count != 0 || strlen(pid) > 20) return 0;
  strcpy(path, pid);
  strcat(path, "/exe");
  return readlinkat(folder, path, &byte, 1) > 0;
}

// On a busy machine the moment may be long.
static void find_marks(int folder, const char *pid, struct convoke_process *process) {
  const struct timespec pause = {0, 2000000};
  for (int turn = 0; turn < 100; turn++) {
    if (read_marks(folder, pid, process) || !is_within_exec(folder, pid)) return;
    nanosleep(&pause, NULL);
  }
}

static void visit_process(int folder, const char *name, int with_marks,
                          void (*visit)(const struct convoke_process *, void *), void *context) {
  struct convoke_process process = {.pid = (pid_t)number(name)};
  if (!read_stat(folder, name, &process)) return;
  if (with_marks && process.state != 'Z') find_marks(folder, name, &process);
  visit(&process, context);
}

void convoke_scan(int with_marks, void (*visit)(const struct convoke_process *, void *), void *context) {
  _Alignas(struct entry) char buffer[16384];
  int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  long count;
  while ((count = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < count;) {
      const struct entry *entry = (const struct entry *)(buffer + at);
      if (entry->name[0] >= '1' && entry->name[0] <= '9')
        visit_process(folder, entry->name, with_marks, visit, context);
      at += entry->length;
    }
  }
  close(folder);
}

struct list {
  struct convoke_process *processes;
  int32_t capacity, count;
};

static void append(const struct convoke_process *process, void *context) {
  struct list *list = context;
  if (list->count < list->capacity) list->processes[list->count] = *process;
  list->count++;
}

int32_t convoke_processes(struct convoke_process *processes, int32_t capacity, int32_t with_marks) {
  struct list list = {.processes = processes, .capacity = capacity};
  convoke_scan(with_marks, append, &list);
  return list.count;
}

// What a thread has started and not handed to another: numbers with spaces between (proc(5)).
static void append_children(int folder, pid_t parent, const char *thread, struct list *list) {
  char path[64], text[4096], pid[24];
  size_t length = 0;
  ssize_t count;
  snprintf(path, sizeof path, "%d/task/%.20s/children", (int)parent, thread);
  int file = openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  while ((count = read_some(file, text, sizeof text)) > 0) {
    for (ssize_t i = 0; i < count; i++) {
      if (text[i] != ' ') {
        if (length < sizeof pid - 1) pid[length++] = text[i];
        continue;
      }
      pid[length] = 0;
      length = 0;
      struct convoke_process child = {.pid = (pid_t)number(pid)};
      // The number may be another's by now.
      if (read_stat(folder, pid, &child) && child.parent == parent) append(&child, list);
    }
  }
  close(file);
}

int32_t convoke_descendants(pid_t pid, struct convoke_process *processes, int32_t capacity) {
  struct list list = {.processes = processes, .capacity = capacity};
  int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;
  // Those of the list that were not looked at yet follow the present one.
  for (int32_t next = -1; next < list.count && next < capacity; next++) {
    pid_t parent = next < 0 ? pid : processes[next].pid;
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)parent);
    DIR *threads = opendir(path);
    if (!threads) continue;
    for (struct dirent *thread; (thread = readdir(threads));)
      if (thread->d_name[0] != '.') append_children(folder, parent, thread->d_name, &list);
    closedir(threads);
  }
  close(folder);
  return list.count;
}
