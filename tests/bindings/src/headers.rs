//! The items of the kernel's headers as libclang sees them, independent of what bindgen does.

// The names are those of the `clang-sys` crate.
#![allow(non_upper_case_globals)]

use clang_sys::*;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr::null_mut;

/// The kind of an item in a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `#define NAME …`, with a replacement.
    Macro,
    /// `#define NAME(…)`.
    FunctionMacro,
    /// A function that libsel4.a contains.
    Function,
    /// A `static` function, which no library contains.
    StaticFunction,
    /// A variable of the library, or a constant of the header.
    Variable,
    /// An enumerator.
    Enumerator,
    /// A named `typedef`, `struct`, `union` or `enum`.
    Type,
}

/// Every item of the headers by name, with its kind and its header.
pub type Items = BTreeMap<String, (Kind, String)>;

/// Lists the items of a header and of all headers that it includes.
///
/// # Errors
/// libclang can't be loaded, or it finds an error in the headers.
pub fn list(header: &Path, arguments: &[String]) -> Result<Items, String> {
    let mut items = Items::new();
    parse(header, arguments, |unit| {
        // SAFETY: the unit lives while this runs, and `visit` gets the `Items` that it expects.
        unsafe { clang_visitChildren(clang_getTranslationUnitCursor(unit), visit, (&raw mut items).cast()) };
    })?;
    Ok(items)
}

/// Lists the files that a header includes, directly or not.
///
/// # Errors
/// As for [`list`].
pub fn files(header: &Path, arguments: &[String]) -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    parse(header, arguments, |unit| {
        // SAFETY: the unit lives while this runs, and `include` gets the `Vec` that it expects.
        unsafe { clang_getInclusions(unit, include, (&raw mut files).cast()) };
    })?;
    Ok(files)
}

fn parse(header: &Path, arguments: &[String], with: impl FnOnce(CXTranslationUnit)) -> Result<(), String> {
    clang_sys::load()?;
    let c_string = |text: &str| CString::new(text).map_err(|error| error.to_string());
    let arguments = arguments
        .iter()
        .map(|argument| c_string(argument))
        .collect::<Result<Vec<_>, _>>()?;
    let pointers: Vec<*const c_char> = arguments.iter().map(|argument| argument.as_ptr()).collect();
    let path = c_string(&header.to_string_lossy())?;
    // SAFETY: libclang is loaded; every pointer lives until the index is disposed of.
    unsafe {
        let index = clang_createIndex(0, 0);
        let unit = clang_parseTranslationUnit(
            index,
            path.as_ptr(),
            pointers.as_ptr(),
            pointers.len() as i32,
            null_mut(),
            0,
            CXTranslationUnit_DetailedPreprocessingRecord,
        );
        if unit.is_null() {
            clang_disposeIndex(index);
            return Err(format!("libclang can't read {}", header.display()));
        }
        let errors = (0..clang_getNumDiagnostics(unit))
            .map(|nth| clang_getDiagnostic(unit, nth))
            .filter(|diagnostic| clang_getDiagnosticSeverity(*diagnostic) >= CXDiagnostic_Error)
            .map(|diagnostic| {
                text(clang_formatDiagnostic(
                    diagnostic,
                    clang_defaultDiagnosticDisplayOptions(),
                ))
            });
        let errors: Vec<String> = errors.collect();
        with(unit);
        clang_disposeTranslationUnit(unit);
        clang_disposeIndex(index);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.join("\n"))
        }
    }
}

extern "C" fn include(file: CXFile, _stack: *mut CXSourceLocation, _depth: u32, files: *mut c_void) {
    // SAFETY: `files` passes its `Vec`; the file belongs to the unit that is being read.
    unsafe { (*files.cast::<Vec<String>>()).push(text(clang_getFileName(file))) };
}

extern "C" fn visit(cursor: CXCursor, _parent: CXCursor, items: *mut c_void) -> CXChildVisitResult {
    // SAFETY: `list` passes its `Items`; the cursor belongs to its translation unit.
    unsafe {
        let items = &mut *items.cast::<Items>();
        let kind = match clang_getCursorKind(cursor) {
            CXCursor_MacroDefinition if clang_Cursor_isMacroBuiltin(cursor) != 0 => None,
            CXCursor_MacroDefinition if clang_Cursor_isMacroFunctionLike(cursor) != 0 => Some(Kind::FunctionMacro),
            CXCursor_MacroDefinition => Some(Kind::Macro),
            CXCursor_FunctionDecl if clang_Cursor_getStorageClass(cursor) == CX_SC_Static => Some(Kind::StaticFunction),
            CXCursor_FunctionDecl => Some(Kind::Function),
            CXCursor_VarDecl => Some(Kind::Variable),
            CXCursor_EnumConstantDecl => Some(Kind::Enumerator),
            CXCursor_TypedefDecl | CXCursor_StructDecl | CXCursor_UnionDecl | CXCursor_EnumDecl => Some(Kind::Type),
            _ => None,
        };
        let name = text(clang_getCursorSpelling(cursor));
        // The compiler's own macros are in no file, and newer versions of clang spell an unnamed
        // type with its location.
        if let (Some(kind), Some(file)) = (kind, file_of(cursor))
            && !name.is_empty()
            && !name.contains(' ')
            && !(kind == Kind::Macro && is_empty_macro(cursor))
        {
            items.entry(name).or_insert((kind, file));
        }
        if clang_getCursorKind(cursor) == CXCursor_EnumDecl {
            CXChildVisit_Recurse
        } else {
            CXChildVisit_Continue
        }
    }
}

/// Whether a macro has no replacement, such as an include guard.
unsafe fn is_empty_macro(cursor: CXCursor) -> bool {
    // SAFETY: the cursor belongs to a living translation unit; the tokens are given back.
    unsafe {
        let unit = clang_Cursor_getTranslationUnit(cursor);
        let (mut tokens, mut count) = (null_mut(), 0);
        clang_tokenize(unit, clang_getCursorExtent(cursor), &mut tokens, &mut count);
        clang_disposeTokens(unit, tokens, count);
        count < 2
    }
}

/// The file that contains an item, if any.
unsafe fn file_of(cursor: CXCursor) -> Option<String> {
    let mut file = null_mut();
    // SAFETY: the cursor belongs to a living translation unit. libclang accepts null for results
    // that are not wanted.
    unsafe {
        let location = clang_getCursorLocation(cursor);
        clang_getExpansionLocation(location, &mut file, null_mut(), null_mut(), null_mut());
        if file.is_null() {
            None
        } else {
            Some(text(clang_getFileName(file)))
        }
    }
}

/// The text of a libclang string, which is freed.
unsafe fn text(string: CXString) -> String {
    // SAFETY: a libclang string ends with a zero byte and lives until it is freed.
    unsafe {
        let pointer = clang_getCString(string);
        let text = if pointer.is_null() {
            String::new()
        } else {
            CStr::from_ptr(pointer).to_string_lossy().into_owned()
        };
        clang_disposeString(string);
        text
    }
}
