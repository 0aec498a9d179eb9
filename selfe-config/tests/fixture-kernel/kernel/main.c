#ifdef FIXTURE_FAILS
#error "the fixture was asked to fail"
#endif

void _start(void) {}
