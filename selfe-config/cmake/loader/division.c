/* Division under the names that compilers call, for a cross compiler without a libgcc for its target: of 64-bit numbers, and on
 * Arm, where not every processor divides, of 32-bit ones. */

typedef unsigned long long u64;

/* Long division, bit by bit: the loader divides a few times a boot. */
static u64 divide(u64 dividend, u64 divisor, u64 *remainder)
{
    u64 quotient = 0, rest = 0;
    for (int bit = 63; bit >= 0; bit--) {
        unsigned carry = (unsigned)(rest >> 63);
        rest = rest << 1 | (dividend >> bit & 1);
        if (carry || rest >= divisor) {
            rest -= divisor;
            quotient |= 1ull << bit;
        }
    }
    *remainder = rest;
    return quotient;
}

u64 __udivdi3(u64 dividend, u64 divisor);
u64 __umoddi3(u64 dividend, u64 divisor);

u64 __udivdi3(u64 dividend, u64 divisor)
{
    u64 remainder;
    return divide(dividend, divisor, &remainder);
}

u64 __umoddi3(u64 dividend, u64 divisor)
{
    u64 remainder;
    divide(dividend, divisor, &remainder);
    return remainder;
}

#ifdef __arm__
/* Arm's run-time ABI returns quotient and remainder in r0 and r1 here: one number of 64 bits. */
u64 __aeabi_uidivmod(unsigned dividend, unsigned divisor);
unsigned __aeabi_uidiv(unsigned dividend, unsigned divisor);

u64 __aeabi_uidivmod(unsigned dividend, unsigned divisor)
{
    u64 remainder;
    u64 quotient = divide(dividend, divisor, &remainder);
    return remainder << 32 | quotient;
}

unsigned __aeabi_uidiv(unsigned dividend, unsigned divisor)
{
    return (unsigned)__aeabi_uidivmod(dividend, divisor);
}

/* And the quotient in r0 and r1, the remainder in r2 and r3: C has no way to say so. */
__asm__(
    ".global __aeabi_uldivmod\n"
    ".type __aeabi_uldivmod, %function\n"
    "__aeabi_uldivmod:\n"
    "push {r4, lr}\n"
    "sub sp, sp, #16\n"
    "add r4, sp, #8\n"
    "str r4, [sp]\n"
    "bl selfe_divide\n"
    "ldrd r2, r3, [sp, #8]\n"
    "add sp, sp, #16\n"
    "pop {r4, pc}\n");

u64 selfe_divide(u64 dividend, u64 divisor, u64 *remainder);

u64 selfe_divide(u64 dividend, u64 divisor, u64 *remainder)
{
    return divide(dividend, divisor, remainder);
}
#endif
