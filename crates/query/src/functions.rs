//! The function over the two columns of a file that say who carries a variant.

use datafusion::{
    arrow::{
        array::{ArrayRef, AsArray, ListBuilder, UInt32Builder},
        datatypes::{DataType, Field},
    },
    common::exec_err,
    logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf},
};
use library::{carriers::CarrierColumns, row::SCHEMA};
use std::sync::Arc;

fn list_type() -> DataType {
    SCHEMA.field_with_name("one").expect("the column is there").data_type().clone()
}

fn carrier_function(name: &str, gives: DataType, body: impl Fn(&CarrierColumns) -> ArrayRef + Send + Sync + 'static) -> ScalarUDF {
    let body = move |arguments: &[ColumnarValue]| {
        let [lists, planes] = &ColumnarValue::values_to_arrays(arguments)?[..] else {
            return exec_err!("a list and its plane are needed");
        };
        let columns = CarrierColumns::new(lists.as_list::<i32>().clone(), planes.as_binary::<i32>().clone());
        Ok(ColumnarValue::Array(body(&columns)))
    };
    create_udf(name, vec![list_type(), DataType::Binary], gives, Volatility::Immutable, Arc::new(body))
}

/// `members(list, plane)`: the numbers of those who carry a variant. Machines that are to run plans over the files know it by its name.
pub fn members() -> ScalarUDF {
    carrier_function("members", list_type(), |columns| {
        let mut lists = ListBuilder::new(UInt32Builder::new()).with_field(Field::new("item", DataType::UInt32, false));
        for row in 0..columns.len() {
            lists.values().append_slice(&columns.numbers(row));
            lists.append(true);
        }
        Arc::new(lists.finish())
    })
}
