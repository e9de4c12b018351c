/* Holds up every read of a block's data while the file that SERVED_GATE names is there,
   and says in a file beside it that somebody waits. For tests: LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void wait_at_the_gate(int file) {
  const char *gate = getenv("SERVED_GATE");
  if (!gate || access(gate, F_OK)) return;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path);
  static const char name[] = "/data.parquet";
  ssize_t tail = sizeof name - 1;
  if (length < tail || memcmp(path + length - tail, name, (size_t)tail)) return;
  snprintf(path, sizeof path, "%s.reached", gate);
  close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  while (!access(gate, F_OK)) usleep(1000);
}

ssize_t pread(int file, void *bytes, size_t count, off_t offset) {
  static ssize_t (*real)(int, void *, size_t, off_t);
  if (!real) real = dlsym(RTLD_NEXT, "pread");
  wait_at_the_gate(file);
  return real(file, bytes, count, offset);
}
