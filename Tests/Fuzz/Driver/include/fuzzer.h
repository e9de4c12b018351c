#pragma once
#include <stddef.h>
#include <stdint.h>

// libFuzzer's own entry: it calls `run` with ever new inputs.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*run)(const uint8_t *data, size_t size));
