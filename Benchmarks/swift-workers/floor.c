/* What two processes and two pipes can do with nothing else: the floor of what a gateway can reach.
 *
 *   floor echo|pipelined|blocks     prints microseconds for a round trip, an item, or a MiB
 *
 * An item has 15 bytes, as a small integer in a frame; "pipelined" writes and reads 64 of them at a time. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ITEM = 15, WINDOW = 64, TRIPS = 20000, BLOCKS = 1000, MIB = 1 << 20 };

static char memory[MIB];

static void move(ssize_t (*call)(int, void *, size_t), int fd, size_t size) {
  for (size_t done = 0; done < size;) {
    ssize_t count = call(fd, memory + done, size - done);
    if (count <= 0) exit(0);
    done += (size_t)count;
  }
}

static ssize_t out(int fd, void *bytes, size_t size) { return write(fd, bytes, size); }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

int main(int count, char **words) {
  if (count != 2) return 2;
  int isBlocks = !strcmp(words[1], "blocks");
  size_t size = isBlocks ? MIB : !strcmp(words[1], "echo") ? ITEM : ITEM * WINDOW;
  int down[2], up[2];
  if (pipe(down) || pipe(up)) return 1;
  if (fork() == 0) {
    close(down[1]);
    close(up[0]);
    for (;;) {
      move(read, down[0], size);
      if (!isBlocks) move(out, up[1], size);
    }
  }
  int trips = isBlocks ? BLOCKS : TRIPS;
  double start = now();
  for (int i = 0; i < trips; i++) {
    move(out, down[1], size);
    if (!isBlocks) move(read, up[0], size);
  }
  double time = (now() - start) / trips;
  printf("%f\n", size == ITEM * WINDOW ? time / WINDOW : time);
  return 0;
}
