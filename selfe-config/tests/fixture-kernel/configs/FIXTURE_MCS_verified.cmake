include(${CMAKE_CURRENT_LIST_DIR}/include/FIXTURE_include.cmake)
set(KernelPlatform "other" CACHE STRING "")
set(KernelIsMCS ON CACHE BOOL "")
