/*
 * The prebuilt `core` of a hosted target names an unwinder, though a program whose panics abort never unwinds. Weak, so that
 * an unwinder of the program's own takes their place.
 */
__attribute__((weak)) void rust_eh_personality(void)
{
    __builtin_trap();
}

__attribute__((weak)) void _Unwind_Resume(void)
{
    __builtin_trap();
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
