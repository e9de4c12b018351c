#include "include/checksum.h"

#include <string.h>

#if defined(__x86_64__)

#include <sys/platform/x86.h>

bool checksum_crc32c_supported(void) { return CPU_FEATURE_ACTIVE(SSE4_2); }

__attribute__((target("sse4.2")))
uint32_t checksum_crc32c(uint32_t remainder, const uint8_t *bytes, size_t count) {
  uint64_t state = remainder;
  for (; count >= 8; count -= 8, bytes += 8) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    state = __builtin_ia32_crc32di(state, word);
  }
  uint32_t narrow = (uint32_t)state;
  for (; count > 0; count--) narrow = __builtin_ia32_crc32qi(narrow, *bytes++);
  return narrow;
}

#else

bool checksum_crc32c_supported(void) { return false; }

uint32_t checksum_crc32c(uint32_t remainder, const uint8_t *bytes, size_t count) {
  (void)bytes, (void)count;
  return remainder;
}

#endif
