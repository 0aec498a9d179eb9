# Reads the kernel's configurations for its proofs: small scripts that set cache variables. selfe-config runs this with
# `cmake -P`, and passes CONFIGS, the kernel's folder of them, and RESULT, the file to write.
#
# RESULT gets a line `[NAME]` for each configuration and a line `OPTION=VALUE` for each variable that it sets.
cmake_minimum_required(VERSION 3.16)

# The scripts can be run as programs, and would build a kernel where they think that they are.
set(CMAKE_ARGC "")
# Some take in how the kernel chooses its toolchain file; with one chosen, that writes none.
set(CMAKE_TOOLCHAIN_FILE "none")

# A function, so that the plain variables of one configuration end with it.
function(read_configuration path)
    get_cmake_property(before CACHE_VARIABLES)
    include("${path}")
    get_filename_component(name "${path}" NAME)
    string(REGEX REPLACE "_verified[.]cmake$" "" name "${name}")
    set(text "[${name}]\n")
    get_cmake_property(after CACHE_VARIABLES)
    # Without an architecture of its own it has the platform's usual one.
    if(NOT DEFINED CACHE{KernelSel4Arch} AND EXISTS "${CONFIGS}/seL4Config.cmake")
        include("${CONFIGS}/seL4Config.cmake")
        list(APPEND after KernelSel4Arch)
    endif()
    foreach(variable IN LISTS after)
        if(variable IN_LIST before)
            continue()
        endif()
        get_property(type CACHE "${variable}" PROPERTY TYPE)
        get_property(value CACHE "${variable}" PROPERTY VALUE)
        # What is internal follows from the others, and so does the architecture's family.
        if(NOT type STREQUAL "INTERNAL" AND NOT variable MATCHES "^(CMAKE_.*|KernelArch)$")
            string(APPEND text "${variable}=${value}\n")
        endif()
    endforeach()
    get_cmake_property(after CACHE_VARIABLES)
    foreach(variable IN LISTS after)
        if(NOT variable IN_LIST before)
            unset("${variable}" CACHE)
        endif()
    endforeach()
    file(APPEND "${RESULT}" "${text}")
endfunction()

file(WRITE "${RESULT}" "")
file(GLOB paths "${CONFIGS}/*_verified.cmake")
foreach(path IN LISTS paths)
    read_configuration("${path}")
endforeach()
