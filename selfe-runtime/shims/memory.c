/*
 * Functions of C's <string.h> that the compilers of Rust and C call without being asked, for targets whose Rust library leaves them to a
 * C library: those with an operating system in their names. Weak, so that a program's own take their place.
 *
 * Memory is read and written by words that are aligned, on every processor: where the two sides are aligned differently, each word is put
 * together from two. Such a word may have bytes beyond the range, but none beyond the range's own words, and so none on another page.
 */

#include "names.h"

#include <stddef.h>
#include <stdint.h>

#define WEAK __attribute__((weak))

WEAK void *memcpy(void *restrict to, const void *restrict from, size_t count);
WEAK void *memmove(void *to, const void *from, size_t count);
WEAK void *memset(void *to, int byte, size_t count);
WEAK int memcmp(const void *left, const void *right, size_t count);
WEAK int bcmp(const void *left, const void *right, size_t count);
WEAK size_t strlen(const char *text);

#ifndef SELFE_TEST_NAMES
/* By naming this, the Rust side has this file linked; src/shims.rs says why. */
const char selfe_shims_memory = 0;
#endif

/* A word in memory of any type. */
typedef uintptr_t __attribute__((may_alias)) word;

#define WORD sizeof(word)
/* Bytes from which on words pay. */
#define SHORT (2 * WORD)
/* How many words a loop takes at a time. */
#define UNROLLED 4

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "seL4 runs on little-endian processors"
#endif

static inline size_t misaligned(const void *at)
{
    return (uintptr_t)at % WORD;
}

/* The word that begins so many bits after the beginning of one word and goes on in the next. */
static inline word joined(word low, word high, unsigned bits)
{
    return low >> bits | high << (8 * WORD - bits);
}

#if (defined(__x86_64__) || defined(__i386__)) && !defined(SELFE_BY_WORDS)
/* x86 has instructions for copying and filling that are as fast as loops of any length. */
static inline void copy_up(unsigned char *to, const unsigned char *from, size_t count)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
}

static inline void fill(unsigned char *to, unsigned char byte, size_t count)
{
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(byte) : "memory");
}
#else
static inline void copy_up(unsigned char *to, const unsigned char *from, size_t count)
{
    if (count >= SHORT) {
        while (misaligned(to)) {
            *to++ = *from++;
            count--;
        }
        unsigned bits = 8 * misaligned(from);
        word *target = (word *)to;
        if (bits == 0) {
            const word *source = (const word *)from;
            for (; count >= UNROLLED * WORD; count -= UNROLLED * WORD) {
                word a = source[0], b = source[1], c = source[2], d = source[3];
                target[0] = a;
                target[1] = b;
                target[2] = c;
                target[3] = d;
                source += UNROLLED;
                target += UNROLLED;
            }
            for (; count >= WORD; count -= WORD) {
                *target++ = *source++;
            }
            from = (const unsigned char *)source;
        } else {
            const word *source = (const word *)(from - bits / 8);
            word low = *source++;
            for (; count >= WORD; count -= WORD) {
                word high = *source++;
                *target++ = joined(low, high, bits);
                low = high;
                from += WORD;
            }
        }
        to = (unsigned char *)target;
    }
    while (count--) {
        *to++ = *from++;
    }
}

static inline void fill(unsigned char *to, unsigned char byte, size_t count)
{
    if (count >= SHORT) {
        while (misaligned(to)) {
            *to++ = byte;
            count--;
        }
        word *target = (word *)to;
        word all = (word)-1 / 0xff * byte;
        for (; count >= UNROLLED * WORD; count -= UNROLLED * WORD) {
            target[0] = all;
            target[1] = all;
            target[2] = all;
            target[3] = all;
            target += UNROLLED;
        }
        for (; count >= WORD; count -= WORD) {
            *target++ = all;
        }
        to = (unsigned char *)target;
    }
    while (count--) {
        *to++ = byte;
    }
}
#endif

/* From the end down: both are named by where they end. */
static inline void copy_down(unsigned char *to, const unsigned char *from, size_t count)
{
    if (count >= SHORT) {
        while (misaligned(to)) {
            *--to = *--from;
            count--;
        }
        unsigned bits = 8 * misaligned(from);
        word *target = (word *)to;
        if (bits == 0) {
            const word *source = (const word *)from;
            for (; count >= UNROLLED * WORD; count -= UNROLLED * WORD) {
                source -= UNROLLED;
                target -= UNROLLED;
                word a = source[0], b = source[1], c = source[2], d = source[3];
                target[3] = d;
                target[2] = c;
                target[1] = b;
                target[0] = a;
            }
            for (; count >= WORD; count -= WORD) {
                *--target = *--source;
            }
            from = (const unsigned char *)source;
        } else {
            const word *source = (const word *)(from - bits / 8);
            word high = *source;
            for (; count >= WORD; count -= WORD) {
                word low = *--source;
                *--target = joined(low, high, bits);
                high = low;
                from -= WORD;
            }
        }
        to = (unsigned char *)target;
    }
    while (count--) {
        *--to = *--from;
    }
}

void *memcpy(void *restrict to, const void *restrict from, size_t count)
{
    copy_up(to, from, count);
    return to;
}

void *memmove(void *to, const void *from, size_t count)
{
    /* As unsigned numbers: true too where the target lies below the source. */
    if ((uintptr_t)to - (uintptr_t)from >= count) {
        copy_up(to, from, count);
    } else {
        copy_down((unsigned char *)to + count, (const unsigned char *)from + count, count);
    }
    return to;
}

void *memset(void *to, int byte, size_t count)
{
    fill(to, byte, count);
    return to;
}

int memcmp(const void *left, const void *right, size_t count)
{
    const unsigned char *a = left;
    const unsigned char *b = right;
    /* Words that are equal are passed over. */
    if (count >= SHORT && misaligned(a) == misaligned(b)) {
        for (; misaligned(a); a++, b++, count--) {
            if (*a != *b) {
                return *a - *b;
            }
        }
        for (; count >= WORD && *(const word *)a == *(const word *)b; count -= WORD) {
            a += WORD;
            b += WORD;
        }
    }
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

size_t strlen(const char *text)
{
    const char *end = text;
    while (*end) {
        end++;
    }
    return end - text;
}
