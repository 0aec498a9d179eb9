/* What libsel4.a and Rust's core call of the C library's other functions. */

#include "names.h"

#include <stddef.h>

char *strcpy(char *restrict to, const char *restrict from);
size_t strlen(const char *text);

char *strcpy(char *restrict to, const char *restrict from)
{
    char *target = to;
    while ((*target++ = *from++)) {
    }
    return to;
}

size_t strlen(const char *text)
{
    const char *end = text;
    while (*end) {
        end++;
    }
    return end - text;
}
