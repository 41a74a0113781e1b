/* A worker that only moves bytes, so that what is measured is the controller alone.
 *
 * It answers the bootstrap line with "1" and then reads frames of execnet's protocol. The source of a
 * CHANNEL_EXEC frame says what to do: "sink N" counts N items and answers with one, "source N" sends N
 * small integers and closes the channel, "echo N" sends N items back. The arguments are ignored. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TERMINATE = 2, EXEC = 3, DATA = 4, CLOSE = 5, HEADER = 9 };

static unsigned char input[1 << 16], output[1 << 16];
static size_t start, end, used;

static void flush(void) {
  for (size_t done = 0; done < used;) {
    ssize_t count = write(1, output + done, used - done);
    if (count <= 0) exit(0);
    done += count;
  }
  used = 0;
}

static void put(const void *bytes, size_t count) {
  if (used + count > sizeof output) flush();
  memcpy(output + used, bytes, count);
  used += count;
}

/* Reads once more; what is in the output goes first. */
static void fill(void) {
  flush();
  if (start == end) start = end = 0;
  memmove(input, input + start, end - start);
  end -= start;
  start = 0;
  ssize_t count = read(0, input + end, sizeof input - end);
  if (count <= 0) exit(0);
  end += count;
}

static uint32_t number(const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static void header(unsigned char *bytes, int code, uint32_t channel, uint32_t length) {
  bytes[0] = code;
  for (int i = 0; i < 4; i++) {
    bytes[1 + i] = channel >> (24 - 8 * i);
    bytes[5 + i] = length >> (24 - 8 * i);
  }
}

static void send_small(uint32_t channel) {
  unsigned char frame[HEADER + 6] = {0};
  header(frame, DATA, channel, 6);
  memcpy(frame + HEADER, "F\0\0\0\7Q", 6);
  put(frame, sizeof frame);
}

static void send_close(uint32_t channel) {
  unsigned char frame[HEADER];
  header(frame, CLOSE, channel, 0);
  put(frame, sizeof frame);
}

int main(void) {
  char mode[16] = "";
  long left = 0;
  unsigned char byte = 0;
  while (byte != '\n')
    if (read(0, &byte, 1) != 1) return 1;
  put("1", 1);
  while (1) {
    while (end - start < HEADER) fill();
    int code = (signed char)input[start];
    uint32_t channel = number(input + start + 1), length = number(input + start + 5);
    unsigned char saved[HEADER];
    memcpy(saved, input + start, HEADER);
    start += HEADER;
    if (code == TERMINATE) return 0;
    int echoes = code == DATA && strcmp(mode, "echo") == 0;
    if (echoes) put(saved, HEADER);
    char source[64] = "";
    for (uint32_t rest = length; rest > 0;) {
      if (start == end) fill();
      size_t piece = end - start < rest ? end - start : rest;
      if (code == EXEC && rest == length)
        /* A tuple whose first item is text: an opcode, four bytes of length, the text. */
        memcpy(source, input + start + 5, piece < 60 ? piece - 5 : 55);
      if (echoes) put(input + start, piece);
      start += piece;
      rest -= piece;
    }
    if (code == EXEC) {
      sscanf(source, "%15s %ld", mode, &left);
      if (strcmp(mode, "source") == 0) {
        for (long i = 0; i < left; i++) send_small(channel);
        send_close(channel);
      }
    } else if (code == DATA && --left == 0) {
      if (strcmp(mode, "sink") == 0) send_small(channel);
      send_close(channel);
    }
  }
}
