/* What libsel4.a and Rust's core call of the C library's other functions. */

#include <stddef.h>

char *strcpy(char *restrict to, const char *restrict from);
size_t strlen(const char *text);
void __assert_fail(const char *condition, const char *file, int line, const char *function);
void selfe_assertion_failed(const char *condition, const char *file, int line, const char *function)
    __attribute__((noreturn));

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

/* Called where an assertion of libsel4's does not hold. The last argument is the function's name. */
void __assert_fail(const char *condition, const char *file, int line, const char *function)
{
    selfe_assertion_failed(condition, file, line, function);
}
