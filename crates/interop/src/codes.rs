//! Codes of other standards, each once, for every language in which they are written: LOINC codes go into FHIR and into HL7
//! version 2 alike.

/// Declares an enum of which each variant is a code of a code system.
macro_rules! code_system {
    ($(#[$of_enum:meta])* pub enum $name:ident { $($(#[$of_variant:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$of_enum])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $($(#[$of_variant])* $variant,)+ }

        impl $name {
            /// Every code, in the order of the code system.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The code.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $code),+ }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }
    };
}
pub(crate) use code_system;

pub mod act;
pub mod loinc;
pub mod relationship;
pub mod report;
pub mod result_status;
pub mod sex;
pub mod snomed;
pub mod system;
pub mod task;
pub mod testing;

/// A code of a code system, with the code system's own name for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Concept {
    /// Address of the code system.
    pub system: &'static str,
    /// The code.
    pub code: &'static str,
    /// The code system's own name for it.
    pub display: &'static str,
}

impl Concept {
    pub(crate) const fn new(system: &'static str, code: &'static str, display: &'static str) -> Concept {
        Concept { system, code, display }
    }
}
