//! A result of another laboratory that is sent on to the hospital that ordered, whatever the language.

use care::{
    OrderId, OutsideResultId, PatientId,
    ordering::order::Sender,
    people::patient::Demographics,
    results::outside::{KeptDocument, Received},
};

/// A released result of another laboratory on its way to the system that ordered.
pub struct ForwardedResult<'a> {
    /// Number of the message: a repeated one carries the same.
    pub control: &'a str,
    /// When it was written, `YYYYMMDDHHMMSS+0000`.
    pub time: &'a str,
    /// The result.
    pub id: OutsideResultId,
    /// The order that it is filed on.
    pub order: OrderId,
    /// The order's number.
    pub number: &'a str,
    /// The patient.
    pub patient: PatientId,
    /// Who the patient is.
    pub who: &'a Demographics,
    /// Numbers by which hospitals know the patient, each with who gave it.
    pub numbers: &'a [(String, String)],
    /// ODS code of the order's laboratory, which checked the result.
    pub laboratory: &'a str,
    /// ODS code of the hospital.
    pub hospital: &'a str,
    /// The system that ordered, with its number.
    pub sender: &'a Sender,
    /// Test code and clinical indication of the order.
    pub test: [&'a str; 2],
    /// The result as it came.
    pub received: &'a Received,
    /// Its documents with their bytes.
    pub documents: &'a [(KeptDocument, Vec<u8>)],
}
