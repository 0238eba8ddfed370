//! The Test Directory, gene panels and laboratories.

pub(crate) mod catalogue;
pub(crate) mod compare;
pub(crate) mod laboratories;
pub(crate) mod panels;
pub(crate) mod proposal;
