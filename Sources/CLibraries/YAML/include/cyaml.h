// The events of a YAML text, by libyaml. The library is loaded when a text is read.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  CYAML_MAPPING_START, CYAML_MAPPING_END, CYAML_SEQUENCE_START, CYAML_SEQUENCE_END,
  CYAML_SCALAR, CYAML_ALIAS
} cyaml_event;

/// What is wrong with a text, and where: line and column count from 1.
typedef struct {
  char message[256];
  size_t line;
  size_t column;
} cyaml_problem;

/// Calls `visit` for each event of the text's first document, with the line it starts on (from 1)
/// and, of a scalar, its bytes and whether it was quoted; ends when `visit` returns false.
/// Returns false if the text cannot be read; `problem` says why.
bool cyaml_parse(const uint8_t *text, size_t count, void *context,
                 bool (*visit)(void *context, cyaml_event event, size_t line, const uint8_t *bytes,
                               size_t count, bool is_quoted),
                 cyaml_problem *problem);

#ifdef __cplusplus
}
#endif
