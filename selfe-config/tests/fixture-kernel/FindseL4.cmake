set(KERNEL_PATH "${CMAKE_CURRENT_LIST_DIR}" CACHE STRING "")
set(KERNEL_FLAGS_PATH "${CMAKE_CURRENT_LIST_DIR}/flags.cmake")

macro(sel4_configure_platform_settings)
endmacro()

macro(sel4_import_kernel)
    add_subdirectory("${KERNEL_PATH}/kernel" "${CMAKE_BINARY_DIR}/kernel")
endmacro()

macro(sel4_import_libsel4)
    add_subdirectory("${KERNEL_PATH}/libsel4" "${CMAKE_BINARY_DIR}/libsel4")
endmacro()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(seL4 DEFAULT_MSG KERNEL_PATH)
