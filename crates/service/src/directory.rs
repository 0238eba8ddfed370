//! The Test Directory as the service offers it, gene panels, and what laboratories are ready for.

pub mod browse;
pub mod builtin;
pub mod catalogue;
pub mod choose;
pub mod favourites;
pub mod genes;
pub mod laboratories;
pub mod lookup;
pub mod panels;
pub mod search;
