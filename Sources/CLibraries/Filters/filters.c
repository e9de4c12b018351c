#include "include/filters.h"

#if defined(__x86_64__)

#include <immintrin.h>

#define FAST __attribute__((target("avx2")))

static bool is_supported;

__attribute__((constructor)) static void look_at_processor(void) {
  __builtin_cpu_init();
  is_supported = __builtin_cpu_supports("avx2");
}

bool filters_supported(void) { return is_supported; }

FAST void filters_int64(
    const int64_t *values, size_t count, uint64_t low, uint64_t span, uint64_t *words) {
  // Only signed numbers can be compared: both sides are moved by half the range.
  const uint64_t half = (uint64_t)1 << 63;
  const __m256i shift = _mm256_set1_epi64x((long long)(half - low));
  const __m256i bound = _mm256_set1_epi64x((long long)(span - half));
  for (size_t i = 0; i < count; i += 64) {
    uint64_t outside = 0;
    for (size_t k = 0; k < 64; k += 4) {
      const __m256i four = _mm256_loadu_si256((const __m256i *)(values + i + k));
      const __m256i above = _mm256_cmpgt_epi64(_mm256_add_epi64(four, shift), bound);
      outside |= (uint64_t)(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(above)) << k;
    }
    words[i / 64] = ~outside;
  }
}

FAST void filters_uint32(
    const uint32_t *values, size_t count, uint32_t wanted, uint64_t *words) {
  const __m256i all = _mm256_set1_epi32((int)wanted);
  for (size_t i = 0; i < count; i += 64) {
    uint64_t equal = 0;
    for (size_t k = 0; k < 64; k += 8) {
      const __m256i eight = _mm256_loadu_si256((const __m256i *)(values + i + k));
      const __m256i found = _mm256_cmpeq_epi32(eight, all);
      equal |= (uint64_t)(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(found)) << k;
    }
    words[i / 64] = equal;
  }
}

#else

bool filters_supported(void) { return false; }

void filters_int64(
    const int64_t *values, size_t count, uint64_t low, uint64_t span, uint64_t *words) {
  __builtin_trap();
}

void filters_uint32(const uint32_t *values, size_t count, uint32_t wanted, uint64_t *words) {
  __builtin_trap();
}

#endif
