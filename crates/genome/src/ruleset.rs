//! Constants of a ruleset that list themselves, so that a digest of the ruleset cannot miss one.

/// Defines constants as they are written, and beside them `constants()`: the name and value of each, in the order of the source.
///
/// ```
/// genome::ruleset_constants! {
///     /// Reads below which a call is not believed.
///     pub const DEPTH_READS_MIN: u32 = 4;
/// }
/// assert_eq!(constants(), [("DEPTH_READS_MIN", "4".to_owned())]);
/// ```
#[macro_export]
macro_rules! ruleset_constants {
    ($($(#[$about:meta])* $visibility:vis const $name:ident: $kind:ty = $value:expr;)+) => {
        $($(#[$about])* $visibility const $name: $kind = $value;)+

        /// Name and value of every constant of this part of the ruleset, in the order of the source.
        pub fn constants() -> Vec<(&'static str, String)> {
            vec![$((stringify!($name), format!("{:?}", $name))),+]
        }
    };
}
