/* Makes one system call of a program fail: FAULT=rename:2:28 gives the second rename the error 28.
   For tests: LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fails(const char *name) {
  static int counts[3];
  const char *fault = getenv("FAULT");
  char call[16];
  int number, error;
  if (!fault || sscanf(fault, "%15[a-z]:%d:%d", call, &number, &error) != 3) return 0;
  if (strcmp(call, name)) return 0;
  int which = *name == 'w' ? 0 : *name == 'f' ? 1 : 2;
  if (__sync_add_and_fetch(&counts[which], 1) != number) return 0;
  errno = error;
  return 1;
}

ssize_t write(int file, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  return file > 2 && fails("write") ? -1 : real(file, bytes, count);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  return fails("fsync") ? -1 : real(file);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (!real) real = dlsym(RTLD_NEXT, "rename");
  return fails("rename") ? -1 : real(from, to);
}
