# Stands in for strip, as `strip FILE -o OUTPUT`. The root task comes without symbols, and is only copied: GNU's strip moves the
# segments of programs that another linker has linked. STRIP is the compiler's own, for the kernel.
set(input ${CMAKE_ARGV4})
set(output ${CMAKE_ARGV6})
get_filename_component(name ${input} NAME)
if(name STREQUAL "root-task.elf")
    configure_file(${input} ${output} COPYONLY)
else()
    execute_process(COMMAND ${STRIP} ${input} -o ${output} RESULT_VARIABLE failed)
    if(failed)
        message(FATAL_ERROR "${STRIP} ${input} failed: ${failed}")
    endif()
endif()
