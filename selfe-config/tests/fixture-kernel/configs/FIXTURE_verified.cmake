include(${CMAKE_CURRENT_LIST_DIR}/include/FIXTURE_include.cmake)
set(KernelPlatform "fixture" CACHE STRING "")
