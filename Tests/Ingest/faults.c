// Loaded before libc: system calls on files fail as the file named by FAULTS says, one word and a
// number: "pwrite 28", "half 28" (writes half, then fails), "fdatasync 5", "fsync 5", "rename 5",
// "ftruncate 5". Sockets and terminals are left alone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The error the call has to fail with now, 0 for none.
static int fault(const char *call) {
  const char *path = getenv("FAULTS");
  if (!path) return 0;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[64] = {0};
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  char word[32];
  int code = 0;
  if (sscanf(text, "%31s %d", word, &code) != 2 || strcmp(word, call)) return 0;
  return code;
}

static int is_file(int number) {
  struct stat status;
  return fstat(number, &status) == 0 && S_ISREG(status.st_mode);
}

#define REAL(name, result, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t put(ssize_t (*real)(int, const void *, size_t, off_t), int number, const void *bytes, size_t count, off_t offset) {
  int code = is_file(number) ? fault("pwrite") : 0;
  if (!code && is_file(number) && (code = fault("half")) && count > 1) return real(number, bytes, count / 2, offset);
  if (code) return errno = code, -1;
  return real(number, bytes, count, offset);
}

ssize_t pwrite(int number, const void *bytes, size_t count, off_t offset) {
  REAL("pwrite", ssize_t, int, const void *, size_t, off_t);
  return put(real, number, bytes, count, offset);
}

ssize_t pwrite64(int number, const void *bytes, size_t count, off_t offset) {
  REAL("pwrite64", ssize_t, int, const void *, size_t, off_t);
  return put(real, number, bytes, count, offset);
}

ssize_t write(int number, const void *bytes, size_t count) {
  REAL("write", ssize_t, int, const void *, size_t);
  int code = number > 2 && is_file(number) ? fault("write") : 0;
  if (code) return errno = code, -1;
  return real(number, bytes, count);
}

int fdatasync(int number) {
  REAL("fdatasync", int, int);
  int code = fault("fdatasync");
  if (code) return errno = code, -1;
  return real(number);
}

int fsync(int number) {
  REAL("fsync", int, int);
  int code = fault("fsync");
  if (code) return errno = code, -1;
  return real(number);
}

int ftruncate(int number, off_t length) {
  REAL("ftruncate", int, int, off_t);
  int code = fault("ftruncate");
  if (code) return errno = code, -1;
  return real(number, length);
}

int rename(const char *from, const char *to) {
  REAL("rename", int, const char *, const char *);
  int code = fault("rename");
  if (code) return errno = code, -1;
  return real(from, to);
}
