//! Streaming decoder for a zstd stream of any number of frames (RFC 8878 §3). Checksums are not compared.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, Read};

/// The maximum window size of a frame in bytes: the default limit of `zstd`.
const MAX_WINDOW: u64 = 128 * 1024 * 1024;

/// Whether a file that starts with these four bytes is zstd: a frame, or a skippable frame.
pub fn is_magic(bytes: &[u8]) -> bool {
    matches!(bytes, [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// Reads the decompressed content of a stream of frames.
pub struct Zstd<R> {
    source: Ends<R>,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<R: BufRead> Zstd<R> {
    /// Decompresses `source` while it is read.
    pub fn new(source: R) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW);
        Self { source: Ends { source, ended: false }, decoder, in_frame: false }
    }

    /// Starts the next frame; false at the end.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.source.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.source).take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(self.fault(error)),
            }
        }
    }

    /// The decoder describes in detail where it met the end of the file; the fact is enough.
    fn fault(&self, error: FrameDecoderError) -> io::Error {
        if self.source.ended { io::ErrorKind::UnexpectedEof.into() } else { io::Error::other(error) }
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.in_frame && !self.begin()? {
                return Ok(0);
            }
            self.in_frame = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                // One block is at most 128 KiB (RFC 8878 §3.1.1.2.4).
                let decoded = self.decoder.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1));
                decoded.map_err(|error| self.fault(error))?;
            }
            match self.decoder.read(buffer)? {
                0 => self.in_frame = false,
                read => return Ok(read),
            }
        }
    }
}

/// A reader that records whether it was read past its end.
struct Ends<R> {
    source: R,
    ended: bool,
}

impl<R: Read> Read for Ends<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.ended |= read == 0 && !buffer.is_empty();
        Ok(read)
    }
}
