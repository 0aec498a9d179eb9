/* The host's tests compile the functions under other names, beside those of the host's C library. */
#pragma once

#ifdef SELFE_TEST_NAMES
#define memcpy selfe_test_memcpy
#define memmove selfe_test_memmove
#define memset selfe_test_memset
#define memcmp selfe_test_memcmp
#define bcmp selfe_test_bcmp
#define strlen selfe_test_strlen
#define strcpy selfe_test_strcpy
#endif
