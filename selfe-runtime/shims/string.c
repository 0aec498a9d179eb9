/* Functions of C's <string.h>: those that the compilers of Rust and C call without being asked, and what libsel4.a calls. */

#include "names.h"

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memmove(void *to, const void *from, size_t count);
void *memset(void *to, int byte, size_t count);
int memcmp(const void *left, const void *right, size_t count);
int bcmp(const void *left, const void *right, size_t count);
char *strcpy(char *restrict to, const char *restrict from);
size_t strlen(const char *text);

/* x86 has instructions for copying and filling that are as fast as loops of any length. */
static inline void copy_up(unsigned char *to, const unsigned char *from, size_t count)
{
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
#else
    while (count--) {
        *to++ = *from++;
    }
#endif
}

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
    copy_up(to, from, count);
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    unsigned char *target = to;
    const unsigned char *source = from;
    /* As unsigned numbers: true too where the target lies below the source. */
    if ((uintptr_t)target - (uintptr_t)source >= count) {
        copy_up(target, source, count);
    } else {
        while (count--) {
            target[count] = source[count];
        }
    }
    return to;
}

void *memset(void *to, int byte, size_t count)
{
    unsigned char *target = to;
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("rep stosb" : "+D"(target), "+c"(count) : "a"(byte) : "memory");
#else
    while (count--) {
        *target++ = (unsigned char)byte;
    }
#endif
    return to;
}

int memcmp(const void *left, const void *right, size_t count)
{
    const unsigned char *a = left;
    const unsigned char *b = right;
    for (; count--; a++, b++) {
        if (*a != *b) {
            return *a - *b;
        }
    }
    return 0;
}

int bcmp(const void *left, const void *right, size_t count)
{
    return memcmp(left, right, count);
}

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
