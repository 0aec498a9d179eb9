/* What libsel4.a calls, and no Rust library has. */

#include "names.h"

__attribute__((weak)) char *strcpy(char *restrict to, const char *restrict from);

#ifndef SELFE_TEST_NAMES
/* By naming this, the Rust side has this file linked; src/shims.rs says why. */
const char selfe_shims_libsel4 = 0;
#endif

char *strcpy(char *restrict to, const char *restrict from)
{
    char *target = to;
    while ((*target++ = *from++)) {
    }
    return to;
}
