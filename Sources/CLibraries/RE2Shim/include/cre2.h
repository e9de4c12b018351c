// The part of RE2 that the module Pattern uses, as plain C.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cre2_pattern cre2_pattern;

/// Compiles a pattern; never null. Ask cre2_error whether it can be used. The dot matches line
/// breaks. Programs and automata together stay below `memory_bytes_max`.
cre2_pattern *cre2_compile(const uint8_t *pattern, size_t length, int64_t memory_bytes_max);

/// What is wrong with the pattern, null if nothing. Lives as long as the pattern.
const char *cre2_error(const cre2_pattern *pattern);

/// Whether the whole text matches. Safe to call from several threads.
bool cre2_matches(const cre2_pattern *pattern, const uint8_t *text, size_t length);

/// Sets bit i of `words` if the text between offsets i and i + 1 matches as a whole. `words` holds
/// one zeroed word per 64 texts.
void cre2_match_table(const cre2_pattern *pattern, const uint8_t *bytes, const uint32_t *offsets,
                      size_t count, uint64_t *words);

/// The same for texts that hold `part`, which is not empty.
void cre2_find_in_table(const uint8_t *part, size_t part_length, const uint8_t *bytes,
                        const uint32_t *offsets, size_t count, uint64_t *words);

/// Bounds of every text that can match, each at most `length_max` bytes; false if there are none.
/// Both buffers hold `length_max + 1` bytes.
bool cre2_possible_range(const cre2_pattern *pattern, size_t length_max, uint8_t *lower,
                         size_t *lower_length, uint8_t *upper, size_t *upper_length);

void cre2_free(cre2_pattern *pattern);

#ifdef __cplusplus
}
#endif
