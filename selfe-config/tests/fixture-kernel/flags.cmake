# This fixture needs no flags.
