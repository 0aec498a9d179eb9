#ifdef FIXTURE_FAILS
#error "the fixture was asked to fail"
#endif

/* The path of a source is in the program, as it is in a kernel with assertions. */
const char where[] = __FILE__;

#ifdef FIXTURE_FILE
__asm__(".section .rodata\n.incbin \"" FIXTURE_FILE "\"\n.text\n");
#endif

void _start(void) {}
