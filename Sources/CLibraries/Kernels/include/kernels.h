#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Loops over packed bits, where C says more than Swift can: a loop for each width, or instructions
// that only some processors have. Whatever is here stands in Swift as well, and is tested against it.

/// The widest differences `kernels_delta` takes.
enum { kernels_delta_width_max = 56 };

/// A mini-block of DELTA_BINARY_PACKED: adds each of `count` packed differences of `width` bits
/// (1...56), and `minimum`, to the value before it. Writes `count` values and returns the last.
///
/// Reads up to 7 bytes past the last difference.
int64_t kernels_delta(
    const uint8_t *input, unsigned width, size_t count, int64_t minimum, int64_t previous,
    int64_t *output);

/// Whether this processor can run the functions below.
bool kernels_unpack_supported(void);

/// Unpacks `count` values of `width` bits (1...8) to a byte each; returns the largest.
///
/// Reads up to 8 bytes past the last value and writes up to 7 bytes past the last byte.
uint8_t kernels_unpack_bytes(const uint8_t *input, unsigned width, size_t count, uint8_t *output);

/// Unpacks `count` values of `width` bits (1...32), a multiple of eight of them; returns the
/// largest.
///
/// Reads up to 8 bytes past the last value.
uint32_t kernels_unpack_words(
    const uint8_t *input, unsigned width, size_t count, uint32_t *output);
