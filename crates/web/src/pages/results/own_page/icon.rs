//! Pictures beside words, as paths in a square of 24: decoration, so that a screen reader passes them over.

/// A tube: a test.
pub(super) const TEST: &str = "M9 2h6v2h-1v14a2 2 0 0 1-4 0V4H9z";
/// A magnifying glass: what happens.
pub(super) const LOOK: &str = "M10 3a7 7 0 0 1 5.6 11.2l5 5-1.4 1.4-5-5A7 7 0 1 1 10 3zm0 2a5 5 0 1 0 0 10a5 5 0 0 0 0-10z";
/// A calendar: when.
pub(super) const DAY: &str = "M6 2h2v2h8V2h2v2h3v17H3V4h3zM5 9v10h14V9z";
/// An envelope: a result or a letter.
pub(super) const LETTER: &str = "M2 5h20v14H2zm2 2v.5l8 5 8-5V7zm0 3v7h16v-7l-8 5z";
/// A telephone: whom to call.
pub(super) const PHONE: &str = "M6 2l4 1 1 5-3 2a12 12 0 0 0 6 6l2-3 5 1 1 4c0 2-2 4-4 4C9 22 2 15 2 6c0-2 2-4 4-4z";
/// A sign that warns: something was taken back.
pub(super) const WARNING: &str = "M12 2l11 19H1zm-1 7v6h2V9zm0 8v2h2v-2z";
/// A tick: done.
pub(super) const DONE: &str = "M9 16.2l-4.2-4.2-1.8 1.8 6 6L21 7.8 19.2 6z";
/// A full circle: now.
pub(super) const NOW: &str = "M12 5a7 7 0 1 0 0 14a7 7 0 0 0 0-14z";
/// A ring: to come.
pub(super) const TO_COME: &str = "M12 4a8 8 0 1 0 0 16a8 8 0 0 0 0-16zm0 2a6 6 0 1 1 0 12a6 6 0 0 1 0-12z";
