set(KernelSel4Arch "x86_64" CACHE STRING "")
set(FixtureSeconds 0 CACHE STRING "")
set(FixtureFails OFF CACHE BOOL "")
