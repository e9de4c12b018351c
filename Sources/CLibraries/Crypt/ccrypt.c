#define _GNU_SOURCE
#include "ccrypt.h"

#include <crypt.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

const char *ccrypt_hash(const char *phrase, const char *setting, char *output) {
  void *library = dlopen("libcrypt.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return "libcrypt.so.1 cannot be loaded";
  __typeof__(&crypt_rn) hash = (__typeof__(&crypt_rn))dlsym(library, "crypt_rn");
  if (hash == NULL) return "libcrypt lacks crypt_rn";
  struct crypt_data *data = calloc(1, sizeof *data);
  if (data == NULL) return "no memory";
  const char *made = hash(phrase, setting, data, sizeof *data);
  bool fits = made != NULL && strlen(made) < CRYPT_OUTPUT_SIZE;
  if (fits) memcpy(output, made, strlen(made) + 1);
  explicit_bzero(data, sizeof *data);
  free(data);
  return fits ? NULL : "libcrypt does not know this kind of hash";
}
