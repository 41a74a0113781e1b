#include "include/CConvokeSystem.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Reads the state and the process group of a process from /proc/PID/stat (proc(5)); 0 if it is gone.
static int read_stat(const char *pid, char *state, int *group) {
  char path[64], text[512];
  snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = 0;
  // The name, in parentheses, may contain anything; what follows its last parenthesis does not.
  const char *rest = strrchr(text, ')');
  return rest && sscanf(rest + 1, " %c %*d %d", state, group) == 2;
}

int convoke_group_lives(pid_t group) {
  if (kill(-group, 0) < 0) return 0;
  DIR *folder = opendir("/proc");
  if (!folder) return 1;
  int lives = 0;
  for (struct dirent *entry; !lives && (entry = readdir(folder));) {
    char state;
    int its_group;
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    if (read_stat(entry->d_name, &state, &its_group) && its_group == group)
      lives = state != 'Z' && state != 'X';
  }
  closedir(folder);
  return lives;
}
