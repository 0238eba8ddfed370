//! Ordering: a new order, an order, its family, choices and messages.

pub(crate) mod choice;
pub(crate) mod messages;
pub(crate) mod new_order;
pub(crate) mod order;
pub(crate) mod pedigree;
