/* The host's tests compile the functions under other names, beside those of the host's C library. */
#pragma once

#ifdef SELFE_TEST_NAMES
#define SELFE_JOIN(prefix, name) prefix##name
#define SELFE_TEST_NAME(prefix, name) SELFE_JOIN(prefix, name)
#define memcpy SELFE_TEST_NAME(SELFE_TEST_NAMES, memcpy)
#define memmove SELFE_TEST_NAME(SELFE_TEST_NAMES, memmove)
#define memset SELFE_TEST_NAME(SELFE_TEST_NAMES, memset)
#define memcmp SELFE_TEST_NAME(SELFE_TEST_NAMES, memcmp)
#define bcmp SELFE_TEST_NAME(SELFE_TEST_NAMES, bcmp)
#define strlen SELFE_TEST_NAME(SELFE_TEST_NAMES, strlen)
#define strcpy SELFE_TEST_NAME(SELFE_TEST_NAMES, strcpy)
#endif
