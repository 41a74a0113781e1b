// The floor for spawn.py: starts a program COUNT times with posix_spawn, WINDOW at a time.
//
//   spawn_loop COUNT WINDOW PROGRAM [ARGUMENT...]
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

extern char **environ;

int main(int count, char **words) {
  if (count < 4) {
    fprintf(stderr, "usage: spawn_loop COUNT WINDOW PROGRAM [ARGUMENT...]\n");
    return 2;
  }
  int wanted = atoi(words[1]), window = atoi(words[2]), started = 0, running = 0, failed = 0;
  while (started < wanted || running > 0) {
    if (started < wanted && running < window) {
      pid_t pid;
      if (posix_spawnp(&pid, words[3], NULL, NULL, words + 3, environ) != 0) {
        perror(words[3]);
        return 1;
      }
      started++;
      running++;
    } else {
      int status;
      if (wait(&status) < 0) return 1;
      running--;
      failed += status != 0;
    }
  }
  return failed > 0;
}
