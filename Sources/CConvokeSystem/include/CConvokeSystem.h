#ifndef CCONVOKESYSTEM_H
#define CCONVOKESYSTEM_H

#include <stdint.h>
#include <sys/types.h>

/// A limit of setrlimit(2); UINT64_MAX is none.
struct convoke_limit {
  int32_t resource;
  uint64_t soft;
  uint64_t hard;
};

/// What a new process is to be. Descriptors of -1 become /dev/null.
struct convoke_spawn_request {
  const char *path;
  char *const *argv;
  char *const *envp;
  const char *directory;  ///< NULL: the caller's.
  int32_t umask;          ///< -1: the caller's.
  int32_t nice;           ///< Added to the caller's niceness.
  int32_t standard_input;
  int32_t standard_output;
  int32_t standard_error;
  int32_t terminal;      ///< The slave side of a pseudo-terminal, or -1.
  int32_t guard_slot;    ///< The slot of the guard table that gets the group, or -1.
  uint64_t mark;         ///< The mark in its environment, for the guard table; 0 if there is none.
  const struct convoke_limit *limits;
  int32_t limit_count;
};

/// The step of starting a process that failed.
enum convoke_spawn_step {
  CONVOKE_SPAWN_OK = 0,
  CONVOKE_SPAWN_FORK = 1,
  CONVOKE_SPAWN_SETUP = 2,
  CONVOKE_SPAWN_DIRECTORY = 3,
  CONVOKE_SPAWN_EXEC = 4,
  CONVOKE_SPAWN_LIMITS = 5,
};

/// What became of the request: `step` and `error` (an errno) say what failed.
struct convoke_spawn_answer {
  pid_t pid;
  int32_t descriptor;  ///< A pidfd of the process, close-on-exec.
  int32_t step;
  int32_t error;
};

/// Starts a process in a process group of its own, with all signals at their defaults.
struct convoke_spawn_answer convoke_spawn(const struct convoke_spawn_request *request);

/// How a process ended: an exit code, or the signal that ended it.
struct convoke_exit {
  int32_t ended;  ///< 0 while the process still runs.
  int32_t code;
  int32_t signal;
  int64_t user_microseconds;
  int64_t system_microseconds;
  int64_t peak_memory;  ///< In bytes.
};

/// Reaps the process if it has ended; never waits.
struct convoke_exit convoke_reap(pid_t pid);

/// The variable that marks the processes of a command: 16 hexadecimal digits; where commands are nested,
/// the marks of all of them, with colons between.
#define CONVOKE_MARK_NAME "CONVOKE_TASK"
/// How many marks of a process are told apart.
enum { CONVOKE_MARKS = 8 };

/// A process of the system, as /proc shows it (proc(5)).
struct convoke_process {
  pid_t pid;
  pid_t parent;
  pid_t group;
  int32_t mark_count;
  int64_t start;  ///< In clock ticks since the system started; with the pid it names the process for ever.
  uint64_t marks[CONVOKE_MARKS];
  char state;  ///< Z and X are dead.
};

/// Lists the processes of the system. The marks, which take half of the time, are read if they are wanted.
/// Returns how many there are, which may be more than the list has room for.
int32_t convoke_processes(struct convoke_process *processes, int32_t capacity, int32_t with_marks);

/// Lists what a process has started, and what that has; without marks. Costs some system calls for each of
/// them, however many others there are. Nobody is found where the kernel does not list children.
/// Returns how many there are, which may be more than the list has room for.
int32_t convoke_descendants(pid_t pid, struct convoke_process *processes, int32_t capacity);

/// Starts the guard: a process that ends all groups of the table when this process is gone.
/// Returns 0, or an errno.
int convoke_guard_start(int32_t grace_milliseconds);
/// The number of the slot after the last one of the guard table.
int32_t convoke_guard_capacity(void);
/// Empties a slot of the guard table.
void convoke_guard_clear(int32_t slot);

/// Opens a pseudo-terminal of the given size; the descriptors are close-on-exec. Returns 0, or an errno.
int convoke_open_terminal(uint16_t rows, uint16_t columns, int32_t *controller, int32_t *terminal);
/// Tells the terminal its new size. Returns 0, or an errno.
int convoke_resize_terminal(int32_t controller, uint16_t rows, uint16_t columns);

/// Opens a pipe whose ends are close-on-exec. Returns 0, or an errno.
int convoke_pipe(int32_t *read_end, int32_t *write_end);

/// Connects to a local socket by its path. Returns a close-on-exec descriptor, or -1 with errno.
int32_t convoke_connect_local(const char *path);

/// Takes the next client of a listening socket; its socket blocks and is close-on-exec. Or -1.
int32_t convoke_accept(int32_t listener);
/// A port of the loopback interface that is free just now; -1 if there is none.
int32_t convoke_free_port(void);
/// Watches a directory for new names, with inotify(7). Returns a non-blocking descriptor, or -1.
int32_t convoke_watch_directory(const char *path);

/// Makes standard output write each line as it ends.
void convoke_buffer_lines(void);

/// Whether the calling thread is the one that the program started with.
int convoke_is_main_thread(void);

/// Seconds since 1970-01-01 00:00 UTC.
double convoke_wall_clock(void);

/// The kind of file system that a path is on, as statfs(2) numbers it; -1 if there is no such path.
int64_t convoke_file_system(const char *path);

/// What a descriptor is ready for.
enum { CONVOKE_READABLE = 1, CONVOKE_WRITABLE = 2, CONVOKE_HUNG_UP = 4 };

/// A descriptor that is ready, by the tag it was added with.
struct convoke_event {
  uint64_t tag;
  uint8_t readiness;
};

/// Opens an epoll(7) instance; -1 if no descriptor is left.
int convoke_poll_open(void);
/// Opens an eventfd(2) to wake a waiting thread; -1 if no descriptor is left.
int convoke_wakeup_open(void);
/// Adds, changes or removes a descriptor. Each returns 0, or an errno.
int convoke_poll_add(int poll, int descriptor, uint8_t interest, uint64_t tag);
int convoke_poll_change(int poll, int descriptor, uint8_t interest, uint64_t tag);
int convoke_poll_remove(int poll, int descriptor);
/// Waits for ready descriptors, at most 64 of them; -1 when interrupted.
int convoke_poll_wait(int poll, struct convoke_event *events, int count, int timeout);

#endif
