/* Division of 64-bit numbers under the names that compilers call: for a cross compiler without a libgcc for its target. */

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
