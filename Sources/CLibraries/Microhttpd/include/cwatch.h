// Waiting for many sockets at once: epoll, which Swift does not see.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A set to watch; -1 if the process has no descriptor left.
int cwatch_create(void);

/// Tells of `number` once when the other side closes its end of `socket`.
bool cwatch_add_departure(int set, int socket, uint64_t number);

/// Tells of `number` whenever `descriptor` can be read.
bool cwatch_add_input(int set, int descriptor, uint64_t number);

void cwatch_remove(int set, int descriptor);

/// Waits up to `milliseconds`; fills in the numbers told of, at most `count`, and returns how many.
size_t cwatch_wait(int set, uint64_t *numbers, size_t count, int milliseconds);

/// A descriptor that can be read after `cwatch_wake`, until `cwatch_slept`.
int cwatch_bell(void);
void cwatch_wake(int bell);
void cwatch_slept(int bell);

#ifdef __cplusplus
}
#endif
