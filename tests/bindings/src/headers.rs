//! What the kernel's headers offer, as libclang sees it: independent of what bindgen makes of them.

// The names are clang's.
#![allow(non_upper_case_globals)]

use clang_sys::*;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr::null_mut;

/// What kind of thing a header offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `#define NAME …` with something after the name.
    Macro,
    /// `#define NAME(…)`.
    FunctionMacro,
    /// A function that the library has.
    Function,
    /// `static` functions, which are in no library.
    StaticFunction,
    /// A variable of the library, or a constant of the header.
    Variable,
    /// A value of an enum.
    Enumerator,
    /// A `typedef`, `struct`, `union` or `enum` with a name.
    Type,
}

/// Every item of the headers by name, with its kind and the header that has it.
pub type Items = BTreeMap<String, (Kind, String)>;

/// Lists what a header and all that it includes offer.
///
/// # Errors
/// libclang can't be loaded, or finds an error in the headers.
pub fn list(header: &Path, arguments: &[String]) -> Result<Items, String> {
    let mut items = Items::new();
    parse(header, arguments, |unit| {
        // SAFETY: the unit lives while this runs, and `visit` gets the `Items` that it expects.
        unsafe { clang_visitChildren(clang_getTranslationUnitCursor(unit), visit, (&raw mut items).cast()) };
    })?;
    Ok(items)
}

/// Lists the files that a header is made of.
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
        // A macro of the compiler's own is in no file; newer clangs spell an unnamed type with its
        // place.
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

/// Whether a macro expands to nothing: a mark that something was included or is so.
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

/// The file that an item is in, where it is in one.
unsafe fn file_of(cursor: CXCursor) -> Option<String> {
    let mut file = null_mut();
    // SAFETY: the cursor belongs to a living translation unit; libclang takes null for what is not
    // wanted.
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

/// The text of one of libclang's strings, which is given back.
unsafe fn text(string: CXString) -> String {
    // SAFETY: libclang's strings end with a zero byte and live until they are given back.
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
