# The elfloader links with libgcc, of which it uses the division of 64-bit numbers alone, on machines with narrower registers.
# A cross compiler may have no libgcc for the machine: then the library below takes its place.
include(${KERNEL_FLAGS_PATH})
include(CheckCSourceCompiles)
set(CMAKE_TRY_COMPILE_TARGET_TYPE EXECUTABLE)
set(CMAKE_REQUIRED_FLAGS "${BASE_C_FLAGS}")
# What libgcc's own functions call is of no interest.
set(CMAKE_REQUIRED_LINK_OPTIONS -nostdlib -static LINKER:--unresolved-symbols=ignore-all)
set(CMAKE_REQUIRED_LIBRARIES gcc)
check_c_source_compiles(
    "volatile unsigned long long n = 6, d = 3; void _start(void) { n = n / d + n % d; } int main(void) { return 0; }"
    SELFE_HAS_LIBGCC
)
unset(CMAKE_TRY_COMPILE_TARGET_TYPE)
unset(CMAKE_REQUIRED_FLAGS)
unset(CMAKE_REQUIRED_LINK_OPTIONS)
unset(CMAKE_REQUIRED_LIBRARIES)
if(NOT SELFE_HAS_LIBGCC)
    add_library(gcc STATIC ${CMAKE_CURRENT_LIST_DIR}/division.c)
endif()
