/*
 * What the prebuilt `core` and `compiler_builtins` of a target with an operating system in its name may ask for, and a program on seL4
 * never uses. Weak, so that a program's own take their place. tests/tests/prebuilt.rs reads what such libraries ask for.
 */

/* By naming this, the Rust side has this file linked; src/shims.rs says why. */
const char selfe_shims_hosted = 0;

/* An unwinder. A program whose panics abort never unwinds. */
__attribute__((weak)) void rust_eh_personality(void)
{
    __builtin_trap();
}

__attribute__((weak)) void _Unwind_Resume(void)
{
    __builtin_trap();
}

/*
 * What Linux tells a program about the processor: nothing is known. On aarch64 compiler_builtins asks for it in a function that a C library
 * would call before `main`, to find out whether the processor has the atomic instructions of LSE, and does without them otherwise.
 */
__attribute__((weak)) unsigned long getauxval(unsigned long what)
{
    (void)what;
    return 0;
}

#if defined(__ARM_EABI__)
/* Arm's tables for unwinding name the functions that read them. Nobody calls these either. */
__attribute__((weak)) void __aeabi_unwind_cpp_pr0(void)
{
    __builtin_trap();
}

__attribute__((weak)) void __aeabi_unwind_cpp_pr1(void)
{
    __builtin_trap();
}

__attribute__((weak)) void __aeabi_unwind_cpp_pr2(void)
{
    __builtin_trap();
}
#endif
