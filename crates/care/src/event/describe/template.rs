//! What happened with order templates.

use super::Describe;
use crate::ordering::template::Event;

impl Describe for Event {
    fn sentence(&self) -> String {
        match self {
            Event::Saved { name, by, is_shared, .. } => {
                let shared = if *is_shared { ", shared with colleagues" } else { "" };
                format!("{} saved the order template '{name}'{shared}", by.name)
            }
            Event::Shared { name, .. } => format!("The order template '{name}' was shared with colleagues"),
            Event::Unshared { name, .. } => format!("The order template '{name}' is no longer shared"),
            Event::Renewed { name, test, .. } => {
                format!("The order template '{name}' was looked at again, with {} as the Test Directory has it", test.code)
            }
            Event::Deleted { name, .. } => format!("The order template '{name}' was deleted"),
        }
    }
}
