//! Sources: git repositories and folders.
