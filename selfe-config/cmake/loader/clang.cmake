# clang links with LLVM's linker, which is there for every architecture. That one reads `a * 1 << 12` in the loader's linker script
# as other linkers do not, so the loader is built from a copy whose script says which is meant.
if(NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
    return()
endif()
set(CMAKE_EXE_LINKER_FLAGS "${CMAKE_EXE_LINKER_FLAGS} -fuse-ld=lld")
file(COPY ${SELFE_TOOLS}/elfloader-tool ${SELFE_TOOLS}/cmake-tool DESTINATION ${CMAKE_BINARY_DIR}/tools)
set(script ${CMAKE_BINARY_DIR}/tools/elfloader-tool/src/linker.lds)
file(READ ${script} text)
string(REPLACE "* 1 << 12" "* (1 << 12)" text "${text}")
file(WRITE ${script} "${text}")
set(SELFE_TOOLS ${CMAKE_BINARY_DIR}/tools)
