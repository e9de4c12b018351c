#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Decodes blocks of Snappy as fast as what they are made of allows: nearly all pages of a block are
// compressed with it, and the library's decoder, built for the oldest processors and without knowing how
// much room there is, was what a query spent most of its time in. Tested against the library.

/// Decodes the elements after the length in front of a block. Whether they fill `output` exactly.
///
/// Whatever the bytes are, nothing outside of `input` is read and nothing outside of `output`
/// written.
bool snappy_decode(
    const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count);
