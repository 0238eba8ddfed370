//! An error in a file: which file, which line, which field, which rule, and what to do.

use std::{fmt, path::Path};

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileError {
    /// File as the user named it.
    pub file: String,
    /// Line, 1-based, if the fault is at one.
    pub line: Option<u64>,
    /// Field or column, if the fault is in one.
    pub field: Option<&'static str>,
    /// The rule that is broken, with what was found.
    pub rule: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// A value read from a file, or what is wrong with the file.
pub type FileResult<T> = Result<T, FileError>;

impl FileError {
    /// A fault of the file as a whole.
    pub fn whole(path: &Path, rule: impl fmt::Display) -> FileError {
        FileError { file: path.display().to_string(), line: None, field: None, rule: rule.to_string(), remedy: None }
    }

    /// A fault on a line.
    pub fn on_line(path: &Path, line: u64, field: &'static str, rule: impl fmt::Display) -> FileError {
        FileError { line: Some(line), field: Some(field), ..FileError::whole(path, rule) }
    }

    /// With what to do.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> FileError {
        self.remedy = Some(remedy.into());
        self
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(field) = self.field {
            write!(f, ", field {field}")?;
        }
        write!(f, ": {}", self.rule)?;
        if let Some(remedy) = &self.remedy {
            write!(f, ". {remedy}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FileError {}
