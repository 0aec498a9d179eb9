//! The kernel's object invocations, as its interface files describe them.

use super::condition::Condition;
use std::path::PathBuf;

/// The content of a file.
#[derive(Debug)]
pub struct File {
    /// Its interfaces.
    pub interfaces: Vec<Interface>,
    /// The names of the structs that it defines.
    pub structs: Vec<String>,
}

/// The methods of one kind of capability.
#[derive(Debug)]
pub struct Interface {
    /// Its type in C, such as `seL4_TCB`.
    pub name: String,
    /// The file that it is in.
    pub file: PathBuf,
    /// Its methods.
    pub methods: Vec<Method>,
}

/// One method.
#[derive(Debug)]
pub struct Method {
    /// Its name without the interface's name.
    pub name: String,
    /// The constant for the message's label.
    pub label: String,
    /// Which kernels have it.
    pub condition: Condition,
    /// Its arguments, and its results other than the error.
    pub parameters: Vec<Parameter>,
}

/// An argument or a result.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type in C.
    pub kind: String,
    /// Whether it is a result.
    pub is_output: bool,
}
