#include "include/arguments.h"

static char **words;
static int wordCount;

__attribute__((constructor)) static void keep(int count, char **arguments) {
  words = arguments;
  wordCount = count;
}

char **_swift_stdlib_getUnsafeArgvArgc(int *count) {
  *count = wordCount;
  return words;
}

void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count) { keep(count, arguments); }
