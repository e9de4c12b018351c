#include "include/filters.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <sys/platform/x86.h>

#define FAST __attribute__((target("avx2")))

// The loader has asked the processor: to ask again costs a microsecond a question where a
// hypervisor answers, and compilers' own check asks thirty at every start.
bool filters_supported(void) { return CPU_FEATURE_ACTIVE(AVX2); }

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

FAST void filters_intervals(
    const int64_t *moments, size_t count, uint64_t first, uint64_t length, uint32_t outside,
    uint32_t *numbers) {
  const uint64_t half = (uint64_t)1 << 63;
  const __m256i origin = _mm256_set1_epi64x((long long)first);
  const __m256i sign = _mm256_set1_epi64x((long long)half);
  const __m256i bound = _mm256_set1_epi64x((long long)((length * outside - 1) ^ half));
  // An integer below 2^52 becomes a double by taking it for the fraction of one.
  const __m256i exponent = _mm256_set1_epi64x(0x4330000000000000);
  const __m256d shift = _mm256_set1_pd(0x1p52);
  const __m256d step = _mm256_set1_pd((double)length);
  const __m256d reciprocal = _mm256_set1_pd(1.0 / (double)length);
  const __m256d one = _mm256_set1_pd(1);
  const __m256d none = _mm256_set1_pd(outside);
  for (size_t i = 0; i < count; i += 4) {
    const __m256i four = _mm256_loadu_si256((const __m256i *)(moments + i));
    const __m256i distance = _mm256_sub_epi64(four, origin);
    const __m256i beyond = _mm256_cmpgt_epi64(_mm256_xor_si256(distance, sign), bound);
    const __m256d exact =
        _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(distance, exponent)), shift);
    __m256d quotient = _mm256_floor_pd(_mm256_mul_pd(exact, reciprocal));
    // The reciprocal is rounded: the quotient may be one too many or too few, never the product,
    // which is an integer below 2^53.
    const __m256d rest = _mm256_sub_pd(exact, _mm256_mul_pd(quotient, step));
    quotient = _mm256_sub_pd(
        quotient, _mm256_and_pd(one, _mm256_cmp_pd(rest, _mm256_setzero_pd(), _CMP_LT_OQ)));
    quotient =
        _mm256_add_pd(quotient, _mm256_and_pd(one, _mm256_cmp_pd(rest, step, _CMP_GE_OQ)));
    quotient = _mm256_blendv_pd(quotient, none, _mm256_castsi256_pd(beyond));
    _mm_storeu_si128((__m128i *)(numbers + i), _mm256_cvttpd_epi32(quotient));
  }
}

FAST void filters_changes(const uint32_t *values, size_t count, uint64_t *words) {
  for (size_t i = 0; i < count; i += 64) {
    uint64_t equal = 0;
    for (size_t k = 0; k < 64; k += 8) {
      const __m256i eight = _mm256_loadu_si256((const __m256i *)(values + i + k));
      const __m256i before = _mm256_loadu_si256((const __m256i *)(values + i + k - 1));
      const __m256i found = _mm256_cmpeq_epi32(eight, before);
      equal |= (uint64_t)(unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(found)) << k;
    }
    words[i / 64] = ~equal;
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

void filters_intervals(
    const int64_t *moments, size_t count, uint64_t first, uint64_t length, uint32_t outside,
    uint32_t *numbers) {
  __builtin_trap();
}

void filters_changes(const uint32_t *values, size_t count, uint64_t *words) {
  __builtin_trap();
}

#endif
