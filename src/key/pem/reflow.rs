//! Line breaks of PEM texts that lost them: escaped as `\n` in a variable, or replaced by blanks by `echo $KEY`.

use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// The text with its line breaks restored; `None` if they are all there, or if it is no PEM text.
pub(in crate::key) fn reflow(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !text.contains(BEGIN) {
        return None;
    }
    let unescaped = unescaped(text);
    // Allocated once: each block grows by four line breaks, and no block is shorter than its frame.
    let mut out = Zeroizing::new(Vec::with_capacity(unescaped.len().saturating_mul(2)));
    let mut rest = unescaped.as_str();
    while let Some(at) = rest.find(BEGIN) {
        let (before, block) = rest.split_at(at);
        let Some((label, body, after)) = parts(block) else { break };
        on_lines(before, &mut out);
        on_lines(&[BEGIN, label, DASHES].concat(), &mut out);
        // Header fields (RFC 1421 §4.6) keep their blanks.
        let breaks = if body.contains(':') { &['\n'][..] } else { &['\n', '\r', '\t', ' '] };
        body.split(breaks).for_each(|line| on_lines(line, &mut out));
        on_lines(&[END, label, DASHES].concat(), &mut out);
        rest = after;
    }
    on_lines(rest, &mut out);
    let is_whole =
        lines(text).map(str::as_bytes).eq(out.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::trim_ascii));
    (!is_whole).then_some(out)
}

/// The lines of a text, without white space around them and without empty ones.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
}

fn on_lines(text: &str, out: &mut Vec<u8>) {
    for line in lines(text) {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
}

/// Label and body of the block that begins the text, and what follows it. `None` if the frame is not complete.
fn parts(block: &str) -> Option<(&str, &str, &str)> {
    let (label, rest) = block.strip_prefix(BEGIN)?.split_once(DASHES)?;
    let is_label = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ' ';
    let (body, end) = rest.split_once(END).filter(|_| label.chars().all(is_label))?;
    let after = end.strip_prefix(label)?.strip_prefix(DASHES)?;
    Some((label, body, after))
}

/// The text with line breaks for `\n`, `\r` and `\t`, however often the backslash was doubled.
fn unescaped(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let code = after.trim_start_matches('\\');
        match code.strip_prefix(['n', 'r', 't']) {
            Some(after) => {
                out.push('\n');
                rest = after;
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = "-----BEGIN PUBLIC KEY-----\nMIIB\nAQAB\n-----END PUBLIC KEY-----\n";

    fn restored(text: &str) -> Option<String> {
        reflow(text).map(|text| String::from_utf8(text.to_vec()).unwrap())
    }

    #[test]
    fn lost_line_breaks_are_restored() {
        for text in [
            PEM.replace('\n', "\\n"),
            PEM.replace('\n', "\\r\\n"),
            PEM.replace('\n', "\\\\n"),
            PEM.replace('\n', " "),
            PEM.replace('\n', "\t"),
            PEM.replace('\n', ""),
        ] {
            let restored = restored(&text).unwrap();
            assert_eq!(restored.replace('\n', ""), PEM.replace('\n', ""), "{text}");
            assert!(
                restored.starts_with("-----BEGIN PUBLIC KEY-----\n")
                    && restored.ends_with("\n-----END PUBLIC KEY-----\n")
            );
        }
        let two = format!("{} {}", PEM.trim_end(), PEM.trim_end()).replace('\n', " ");
        assert_eq!(restored(&two).unwrap(), [PEM, PEM].concat());
    }

    #[test]
    fn whole_or_incomplete_text_is_left_alone() {
        for text in
            [PEM, &PEM.replace('\n', "\r\n"), "secret", "-----BEGIN X", "-----BEGIN X-----\nAA\n-----END Y-----"]
        {
            assert_eq!(restored(text), None, "{text}");
        }
        assert_eq!(restored(&format!("Bag Attributes\n  a: b\n{PEM}")), None);
    }
}
