// Where Swift's runtime asks for the command line: in place of its own answer, which reads
// /proc/self/maps at every start to find what glibc hands to every constructor.
#pragma once

char **_swift_stdlib_getUnsafeArgvArgc(int *count);
void _swift_stdlib_overrideUnsafeArgvArgc(char **arguments, int count);
