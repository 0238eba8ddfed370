//! Frames around messages on the wire. Source: HL7 minimal lower layer protocol, release 1.
//!
//! No sockets here: a reader puts what it received into [`Frames`] and takes out the messages that are whole.

/// Byte before a message.
pub const START: u8 = 0x0b;
/// Bytes after a message. Some systems leave out the second, or send a line feed in its place.
pub const END: [u8; 2] = [0x1c, 0x0d];

/// Messages out of bytes as they arrive: several in one read, or one over several reads.
#[derive(Debug)]
pub struct Frames {
    received: Vec<u8>,
    /// No end of a frame begins before this byte.
    searched: usize,
    bytes_max: usize,
}

/// Why no message can be taken out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// More bytes than a message may have, without an end.
    #[error("a message of more than {bytes_max} bytes")]
    TooLong {
        /// Bytes that a message may have.
        bytes_max: usize,
    },
    /// The other side closed the connection within a message.
    #[error("{bytes} bytes of a message that was cut off")]
    CutOff {
        /// Bytes that had arrived.
        bytes: usize,
    },
}

/// A message in its frame.
pub fn frame(message: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(message.len() + 3);
    bytes.push(START);
    bytes.extend(message.as_bytes());
    bytes.extend(END);
    bytes
}

impl Frames {
    /// Nothing received yet; a message may have so many bytes.
    pub fn new(bytes_max: usize) -> Frames {
        Frames { received: vec![], searched: 0, bytes_max }
    }

    /// Where a reader appends what it received.
    pub fn received_mut(&mut self) -> &mut Vec<u8> {
        &mut self.received
    }

    /// Takes out the next message that is whole: the bytes between its start and its end. None until
    /// more has arrived.
    pub fn next_message(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        let end = self.end();
        let length = end.unwrap_or(self.received.len());
        if length > self.bytes_max {
            return Err(FrameError::TooLong { bytes_max: self.bytes_max });
        }
        if end.is_none() {
            self.searched = length.saturating_sub(END.len() - 1);
            return Ok(None);
        }
        let mut message: Vec<u8> = self.received.drain(..=length).collect();
        message.truncate(length);
        self.searched = 0;
        self.drop_line_ends();
        if let Some(start) = start_of(&message) {
            message.drain(..=start);
        }
        Ok(Some(message))
    }

    /// Where the next message ends.
    fn end(&self) -> Option<usize> {
        let from = self.searched.min(self.received.len());
        let wide = self.is_wide();
        let is_end = |place: &usize| self.received[*place] == END[0] && ends(&self.received[place + 1..], wide);
        (from..self.received.len()).find(is_end)
    }

    /// The text is UTF-16, in which every byte may be half of a character.
    fn is_wide(&self) -> bool {
        let start = self.received.iter().take(16).position(|byte| *byte == START).map_or(0, |start| start + 1);
        matches!(
            self.received[start.min(self.received.len())..],
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'M' | b'm', 0, ..] | [0, b'M' | b'm', ..]
        )
    }

    /// What may stand between two messages: line ends, of which the first may arrive later than the rest.
    fn drop_line_ends(&mut self) {
        let noise = self.received.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.received.drain(..noise);
    }

    /// Looks, when the other side has closed the connection, whether a message was cut off.
    pub fn finish(&self) -> Result<(), FrameError> {
        let rest = self.received.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if rest == 0 { Ok(()) } else { Err(FrameError::CutOff { bytes: rest }) }
    }
}

/// Where a message starts among the bytes before its end. One that was cut off before it, without an end, was not acknowledged and
/// comes again: nothing of it belongs to this one.
fn start_of(bytes: &[u8]) -> Option<usize> {
    let header = [START, b'M', b'S', b'H'];
    bytes.windows(header.len()).rposition(|window| window == header).or_else(|| bytes.iter().position(|byte| *byte == START))
}

/// Whether the byte before these ends a message: a carriage return follows as the standard says, or another line end, the start of
/// the next message, or nothing yet, since who leaves out the second byte waits for an answer. Before anything else it is a character
/// of the text, as it is in UTF-16.
fn ends(after: &[u8], wide: bool) -> bool {
    match after {
        [second, ..] if *second == END[1] => true,
        _ if wide => false,
        [] | [START | b'\n', ..] => true,
        _ => after.starts_with(b"MSH"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(frames: &mut Frames) -> Vec<String> {
        std::iter::from_fn(|| frames.next_message().expect("not too long")).map(|m| String::from_utf8(m).expect("text")).collect()
    }

    fn receive(frames: &mut Frames, bytes: &[u8]) -> Vec<String> {
        frames.received_mut().extend(bytes);
        all(frames)
    }

    #[test]
    fn a_message_that_was_cut_off_is_no_part_of_the_one_after_it() {
        let mut frames = Frames::new(1000);
        let sent = b"\x0bMSH|^~\\&|A\rPID|1||cut\x0bMSH|^~\\&|B\rPID|1||whole\r\x1c\r";
        assert_eq!(receive(&mut frames, sent), ["MSH|^~\\&|B\rPID|1||whole\r"]);
    }

    #[test]
    fn a_frame_that_arrives_in_pieces_is_one_message() {
        let bytes = frame("MSH|^~\\&|A");
        for cut in 0..bytes.len() {
            let mut frames = Frames::new(100);
            let both = [receive(&mut frames, &bytes[..cut]), receive(&mut frames, &bytes[cut..])].concat();
            assert_eq!(both, ["MSH|^~\\&|A"], "cut at {cut}");
            assert_eq!(frames.finish(), Ok(()));
        }
    }

    #[test]
    fn several_frames_in_one_read_are_several_messages_and_what_stands_between_is_passed_over() {
        let bytes = [frame("one"), b"\r\n".to_vec(), frame("two"), frame(""), frame("three")[..4].to_vec()].concat();
        let mut frames = Frames::new(10);
        assert_eq!(receive(&mut frames, &bytes), ["one", "two", ""]);
        assert_eq!(frames.finish(), Err(FrameError::CutOff { bytes: 4 }));
        assert_eq!(receive(&mut frames, &frame("three")[4..]), ["three"]);
    }

    #[test]
    fn a_message_without_a_start_is_taken_and_one_without_an_end_is_not() {
        let mut frames = Frames::new(100);
        assert_eq!(receive(&mut frames, b"bare\x1c\x0d"), ["bare"]);
        assert_eq!(receive(&mut frames, b"\x0bno end"), Vec::<String>::new());
        assert_eq!(frames.finish(), Err(FrameError::CutOff { bytes: 7 }));
        assert_eq!(receive(&mut frames, b"\x1c|more\x1c\x0d"), ["no end\x1c|more"], "a 1C within a text belongs to it");
    }

    #[test]
    fn an_end_without_its_second_byte_ends_a_message() {
        let mut frames = Frames::new(100);
        assert_eq!(receive(&mut frames, b"\x0bone\x1c\x0btwo\x1c\nMSH|three\x1cMSH|four\x1c"), ["one", "two", "MSH|three", "MSH|four"]);
        assert_eq!(receive(&mut frames, b"\r"), Vec::<String>::new(), "the second byte comes late");
        assert_eq!(frames.finish(), Ok(()));
        let wide: Vec<u8> = "\u{feff}MSH|“Zoë”".encode_utf16().flat_map(u16::to_le_bytes).collect();
        frames.received_mut().extend([&[START][..], &wide, &END].concat());
        assert_eq!(frames.next_message(), Ok(Some(wide)), "half of a character of UTF-16 is no end");
    }

    #[test]
    fn a_message_that_is_too_long_is_refused_before_its_end() {
        let mut frames = Frames::new(8);
        assert_eq!(receive(&mut frames, &frame("1234567")), ["1234567"]);
        for bytes in [&frame("12345678")[..], b"123456789"] {
            let mut frames = Frames::new(8);
            frames.received_mut().extend(bytes);
            assert_eq!(frames.next_message(), Err(FrameError::TooLong { bytes_max: 8 }));
        }
    }

    proptest! {
        #[test]
        fn messages_are_the_same_however_the_bytes_are_cut(
            messages in proptest::collection::vec("[ -~é\\r]{0,20}", 0..6),
            cuts in proptest::collection::vec(1_usize..9, 1..40),
        ) {
            let bytes: Vec<u8> = messages.iter().flat_map(|m| frame(m)).collect();
            let (mut frames, mut found, mut rest) = (Frames::new(64), Vec::new(), bytes.as_slice());
            for cut in cuts.iter().cycle() {
                let (piece, more) = rest.split_at((*cut).min(rest.len()));
                found.extend(receive(&mut frames, piece));
                rest = more;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found, messages);
            prop_assert_eq!(frames.finish(), Ok(()));
        }
    }
}
