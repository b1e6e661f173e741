//! Lines of a file or of standard input, plain or compressed by gzip.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, ensure};
use flate2::bufread::MultiGzDecoder;

/// What a gzip file begins with (RFC 1952).
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Bytes of a line at most: InfluxDB refuses longer ones.
const LONGEST_LINE: usize = 64 << 10;

/// Bytes that are read at once.
const BUFFER: usize = 256 << 10;

/// A line.
pub(super) enum Line<'a> {
    Text(&'a str),
    /// Why it is none.
    Wrong(String),
}

/// Where lines come from.
pub(super) struct Source {
    reader: Box<dyn BufRead + Send>,
    name: String,
    bytes: Option<u64>,
    read: Arc<AtomicU64>,
    number: u64,
    line: Vec<u8>,
}

/// Counts the bytes that were read.
struct Counted<R>(R, Arc<AtomicU64>);

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

impl Source {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        if path.as_os_str() == "-" {
            return Self::new(Box::new(io::stdin()), "standard input".into(), None);
        }
        let name = path.display().to_string();
        let failed = || format!("{name} can not be read");
        let file = File::open(path).with_context(failed)?;
        let about = file.metadata().with_context(failed)?;
        ensure!(!about.is_dir(), "{name} is a folder; name a file of line protocol");
        Self::new(Box::new(file), name, about.is_file().then_some(about.len()))
    }

    fn new(input: Box<dyn Read + Send>, name: String, bytes: Option<u64>) -> anyhow::Result<Self> {
        let read = Arc::new(AtomicU64::new(0));
        let mut input = BufReader::with_capacity(BUFFER, Counted(input, Arc::clone(&read)));
        let begin = input.fill_buf().with_context(|| format!("{name} can not be read"))?;
        let reader: Box<dyn BufRead + Send> = if begin.starts_with(&GZIP) {
            Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(input)))
        } else {
            Box::new(input)
        };
        Ok(Self { reader, name, bytes, read, number: 0, line: Vec::new() })
    }

    /// Bytes of the file, where they are known.
    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// Bytes of it that were read.
    pub fn position(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The next line and its number, from 1; none at the end.
    pub fn next(&mut self) -> anyhow::Result<Option<(u64, Line<'_>)>> {
        self.line.clear();
        self.number += 1;
        let failed = || format!("{} can not be read from line {} on", self.name, self.number);
        let limit = LONGEST_LINE as u64 + 1;
        let read = (&mut self.reader).take(limit).read_until(b'\n', &mut self.line).with_context(failed)?;
        if read == 0 {
            return Ok(None);
        }
        if self.line.len() > LONGEST_LINE {
            while !self.line.ends_with(b"\n") {
                self.line.clear();
                if (&mut self.reader).take(limit).read_until(b'\n', &mut self.line).with_context(failed)? == 0
                {
                    break;
                }
            }
            let why = format!("it is longer than {LONGEST_LINE} bytes; allowed are so many");
            return Ok(Some((self.number, Line::Wrong(why))));
        }
        let line = match std::str::from_utf8(&self.line) {
            Ok(text) => Line::Text(text),
            Err(error) => Line::Wrong(format!("it is not UTF-8 from byte {} on", error.valid_up_to() + 1)),
        };
        Ok(Some((self.number, line)))
    }
}
