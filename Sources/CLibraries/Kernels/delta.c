#include "include/kernels.h"

#include <string.h>

static inline uint64_t word(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  value = __builtin_bswap64(value);
#endif
  return value;
}

// One loop for each width: with the width a constant, every load and shift is at a known place.
__attribute__((always_inline)) static inline int64_t decode(
    const uint8_t *input, const unsigned width, size_t count, uint64_t minimum, uint64_t previous,
    int64_t *output) {
  const uint64_t mask = ((uint64_t)1 << width) - 1;
  size_t i = 0;
  for (; i + 8 <= count; i += 8, input += width) {
#pragma clang loop unroll(full)
    for (unsigned k = 0; k < 8; k++) {
      previous += minimum + ((word(input + (k * width >> 3)) >> (k * width & 7)) & mask);
      output[i + k] = (int64_t)previous;
    }
  }
  for (unsigned bit = 0; i < count; i++, bit += width) {
    previous += minimum + ((word(input + (bit >> 3)) >> (bit & 7)) & mask);
    output[i] = (int64_t)previous;
  }
  return (int64_t)previous;
}

#define WIDTH(w) case w: return decode(input, w, count, (uint64_t)minimum, (uint64_t)previous, output);
#define EIGHT(w) WIDTH(w) WIDTH(w + 1) WIDTH(w + 2) WIDTH(w + 3) \
  WIDTH(w + 4) WIDTH(w + 5) WIDTH(w + 6) WIDTH(w + 7)

int64_t kernels_delta(
    const uint8_t *input, unsigned width, size_t count, int64_t minimum, int64_t previous,
    int64_t *output) {
  switch (width) {
    EIGHT(1) EIGHT(9) EIGHT(17) EIGHT(25) EIGHT(33) EIGHT(41) EIGHT(49)
  default: return previous;
  }
}
