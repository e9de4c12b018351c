#include "include/kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>
#include <string.h>
#include <sys/platform/x86.h>

#define FAST __attribute__((target("avx2,bmi2")))

// Spreading bits takes one instruction, but tens of steps of microcode on the first Zens: AMD's
// (which have SSE4A) before those with VAES.
bool kernels_unpack_supported(void) {
  return CPU_FEATURE_ACTIVE(AVX2) && CPU_FEATURE_ACTIVE(BMI2)
      && (!CPU_FEATURE_PRESENT(SSE4A) || CPU_FEATURE_PRESENT(VAES));
}

static inline uint64_t word(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

FAST uint8_t kernels_unpack_bytes(
    const uint8_t *input, unsigned width, size_t count, uint8_t *output) {
  const uint64_t lanes = 0x0101010101010101u * ((1u << width) - 1);
  __m128i largest = _mm_setzero_si128();
  size_t i = 0;
  for (; i + 16 <= count; i += 16, input += 2 * width) {
    const __m128i values = _mm_set_epi64x(
        (long long)_pdep_u64(word(input + width), lanes), (long long)_pdep_u64(word(input), lanes));
    largest = _mm_max_epu8(largest, values);
    _mm_storeu_si128((__m128i *)(output + i), values);
  }
  uint8_t lanesOfLargest[16];
  _mm_storeu_si128((__m128i *)lanesOfLargest, largest);
  uint8_t result = 0;
  for (int k = 0; k < 16; k++) {
    if (lanesOfLargest[k] > result) result = lanesOfLargest[k];
  }
  for (; i < count; i += 8, input += width) {
    const uint64_t values = _pdep_u64(word(input), lanes);
    memcpy(output + i, &values, sizeof values);
    for (size_t k = i; k < count && k < i + 8; k++) {
      if (output[k] > result) result = output[k];
    }
  }
  return result;
}

FAST uint32_t kernels_unpack_words(
    const uint8_t *input, unsigned width, size_t count, uint32_t *output) {
  __m256i largest = _mm256_setzero_si256();
  if (width > 16) {
    const uint64_t mask = ((uint64_t)1 << width) - 1;
    uint32_t result = 0;
    for (size_t i = 0; i < count; i += 8, input += width) {
      for (unsigned k = 0; k < 8; k++) {
        const unsigned bit = k * width;
        const uint32_t value = (uint32_t)((word(input + (bit >> 3)) >> (bit & 7)) & mask);
        output[i + k] = value;
        result = value > result ? value : result;
      }
    }
    return result;
  }
  if (width <= 8) {
    const uint64_t lanes = 0x0101010101010101u * ((1u << width) - 1);
    for (size_t i = 0; i < count; i += 8, input += width) {
      const __m128i bytes = _mm_cvtsi64_si128((long long)_pdep_u64(word(input), lanes));
      const __m256i values = _mm256_cvtepu8_epi32(bytes);
      largest = _mm256_max_epu32(largest, values);
      _mm256_storeu_si256((__m256i *)(output + i), values);
    }
  } else {
    const uint64_t lanes = 0x0001000100010001u * ((1u << width) - 1);
    // Four values of odd width end in the middle of a byte.
    const unsigned second = width >> 1, shift = (width & 1) * 4;
    for (size_t i = 0; i < count; i += 8, input += width) {
      const uint64_t low = _pdep_u64(word(input), lanes);
      const uint64_t high = _pdep_u64(word(input + second) >> shift, lanes);
      const __m256i values = _mm256_cvtepu16_epi32(
          _mm_set_epi64x((long long)high, (long long)low));
      largest = _mm256_max_epu32(largest, values);
      _mm256_storeu_si256((__m256i *)(output + i), values);
    }
  }
  uint32_t each[8], result = 0;
  _mm256_storeu_si256((__m256i *)each, largest);
  for (int k = 0; k < 8; k++) {
    if (each[k] > result) result = each[k];
  }
  return result;
}

#else

bool kernels_unpack_supported(void) { return false; }

uint8_t kernels_unpack_bytes(
    const uint8_t *input, unsigned width, size_t count, uint8_t *output) {
  __builtin_trap();
}

uint32_t kernels_unpack_words(
    const uint8_t *input, unsigned width, size_t count, uint32_t *output) {
  __builtin_trap();
}

#endif
