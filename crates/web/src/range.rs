//! Which bytes of a file a request is for. Source: RFC 9110, sections 13.1.5 (If-Range) and 14 (range requests).

use axum::http::{HeaderMap, header};

/// Which bytes are to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Requested {
    /// Every one: no part was named, or none that this server sends.
    Whole,
    /// From one to another, both sent.
    Part {
        /// The first byte, from 0.
        first: u64,
        /// The last byte.
        last: u64,
    },
    /// None of the file's bytes are in the part that was named.
    Beyond,
}

/// Which bytes of a file of so many bytes a request is for, by its headers; `tag` is the file's entity tag, between its quotation marks.
pub(crate) fn of_request(headers: &HeaderMap, bytes: u64, tag: &str) -> Requested {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or_default());
    // Of a file that is another by now the parts that are there already fit to nothing.
    let is_same = text(header::IF_RANGE).is_none_or(|expected| expected == tag);
    let mut ranges = headers.get_all(header::RANGE).iter();
    match (ranges.next(), ranges.next()) {
        (Some(range), None) if is_same => range.to_str().map_or(Requested::Whole, |range| part(range, bytes)),
        _ => Requested::Whole,
    }
}

/// What a range names. One that does not read, of another unit, or of several parts is left out of account, as may be done with any.
fn part(range: &str, bytes: u64) -> Requested {
    let Some((unit, set)) = range.split_once('=') else { return Requested::Whole };
    let Some((from, to)) = set.trim().split_once('-') else { return Requested::Whole };
    if !unit.trim().eq_ignore_ascii_case("bytes") || set.contains(',') {
        return Requested::Whole;
    }
    match (number(from.trim()), number(to.trim())) {
        (Number::Nothing, Number::Is(0)) => Requested::Beyond,
        (Number::Nothing, Number::Is(_)) if bytes == 0 => Requested::Beyond,
        (Number::Nothing, Number::Is(count)) => Requested::Part { first: bytes.saturating_sub(count), last: bytes - 1 },
        (Number::Is(first), Number::Is(last)) if last < first => Requested::Whole,
        (Number::Is(first), Number::Is(_) | Number::Nothing) if first >= bytes => Requested::Beyond,
        (Number::Is(first), Number::Is(last)) => Requested::Part { first, last: last.min(bytes - 1) },
        (Number::Is(first), Number::Nothing) => Requested::Part { first, last: bytes - 1 },
        (Number::Nothing, Number::Nothing) | (Number::Wrong, _) | (_, Number::Wrong) => Requested::Whole,
    }
}

/// One end of a range.
enum Number {
    Nothing,
    Is(u64),
    Wrong,
}

/// Digits alone. A number too great for any file is the greatest there is.
fn number(text: &str) -> Number {
    if text.is_empty() {
        return Number::Nothing;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Number::Wrong;
    }
    Number::Is(text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requested(range: &str, bytes: u64) -> Requested {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        of_request(&headers, bytes, "\"tag\"")
    }

    /// Source of the examples: RFC 9110, section 14.1.2, of a file of 10,000 bytes.
    #[test]
    fn the_examples_of_the_standard_are_read_as_it_says() {
        for (range, first, last) in
            [("bytes=0-499", 0, 499), ("bytes=500-999", 500, 999), ("bytes=-500", 9500, 9999), ("bytes=9500-", 9500, 9999)]
        {
            assert_eq!(requested(range, 10_000), Requested::Part { first, last }, "{range}");
        }
        assert_eq!(requested("bytes=0-999999", 10_000), Requested::Part { first: 0, last: 9_999 });
        assert_eq!(requested("bytes=-999999", 10_000), Requested::Part { first: 0, last: 9_999 });
        for beyond in ["bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(requested(beyond, 10_000), Requested::Beyond, "{beyond}");
        }
        for ignored in ["bytes=500-499", "bytes=a-b", "bytes=-", "bytes", "lines=1-2", "bytes=0-1,4-5", "bytes=+1-2", ""] {
            assert_eq!(requested(ignored, 10_000), Requested::Whole, "{ignored}");
        }
        assert_eq!((requested("bytes=0-", 0), requested("bytes=-5", 0)), (Requested::Beyond, Requested::Beyond));
    }

    #[test]
    fn a_part_is_sent_only_of_the_file_that_the_asker_knows() {
        for (condition, expected) in
            [("\"tag\"", Requested::Part { first: 1, last: 2 }), ("\"other\"", Requested::Whole), ("W/\"tag\"", Requested::Whole)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::RANGE, "bytes=1-2".parse().expect("a header"));
            headers.insert(header::IF_RANGE, condition.parse().expect("a header"));
            assert_eq!(of_request(&headers, 10, "\"tag\""), expected, "{condition}");
        }
    }

    #[test]
    fn a_part_is_never_empty_and_never_beyond_the_file() {
        let ends: Vec<String> = [String::new()].into_iter().chain((0..8).map(|n: u64| n.to_string())).collect();
        for bytes in 0..6 {
            for (first, last) in ends.iter().flat_map(|first| ends.iter().map(move |last| (first, last))) {
                if let Requested::Part { first, last } = requested(&format!("bytes={first}-{last}"), bytes) {
                    assert!(first <= last && last < bytes, "{first}-{last} of {bytes}");
                }
            }
        }
    }
}
