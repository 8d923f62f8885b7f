//! CSV renderer (RFC 4180): the table of a command, with plain numbers and with text that spreadsheets do not evaluate
//! as a formula. A command that reports findings and has no table gets a table of its findings.

use super::Report;
use crate::encoding::escape;
use crate::finding::Finding;
use std::borrow::Cow;

/// A table for machines; every row has as many cells as the header.
#[derive(Clone, PartialEq, Debug)]
pub struct DataTable {
    /// The column names, the first record of the output.
    pub head: &'static [&'static str],
    /// The rows in order, each with one cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a [`DataTable`].
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// No value: an empty field.
    Empty,
    /// The shortest digits that parse to the same number; empty for a value that is not a number.
    Number(f64),
    /// A non-negative integer, written without grouping of digits.
    Whole(u64),
    /// Untrusted.
    Text(String),
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Text(number.to_string())
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

impl Cell {
    fn write(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Number(number) if number.is_nan() => Cow::Borrowed(""),
            Self::Number(number) => Cow::Owned(number.to_string()),
            Self::Whole(number) => Cow::Owned(number.to_string()),
            Self::Text(text) => harmless(text),
        }
    }
}

/// Renders the table, header first.
///
/// # Errors
/// A row with another number of cells than the header, which is a bug.
pub fn render(report: &Report) -> Result<String, csv::Error> {
    let of_findings;
    let records = match &report.records {
        Some(records) => records,
        None => {
            of_findings = findings(&report.findings);
            &of_findings
        }
    };
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(records.head)?;
    for row in &records.rows {
        writer.write_record(row.iter().map(|cell| cell.write().into_owned()))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn findings(findings: &[Finding]) -> DataTable {
    let row = |finding: &Finding| {
        let Finding { rule, severity, message, help, source, location, .. } = finding;
        vec![
            severity.name().into(),
            (*rule).into(),
            message.clone().into(),
            (*help).into(),
            (*source).into(),
            location.file.clone().into(),
            location.line.into(),
            location.column.into(),
            location.pointer.clone().into(),
            location.url.clone().into(),
        ]
    };
    DataTable {
        head: &["severity", "rule", "message", "help", "source", "file", "line", "column", "pointer", "url"],
        rows: findings.iter().map(row).collect(),
    }
}

/// Text that no spreadsheet evaluates and no CI runner executes (OWASP, "CSV Injection"): an apostrophe precedes the
/// beginning of a formula, at the start of a cell and wherever a spreadsheet in another locale, which splits at
/// semicolons, would start one. The GitHub runner treats a line that begins with `::`, after optional white space, as a
/// command, and a cell may start such a line (`ActionCommand.TryParseV2` of actions/runner). Hidden characters are
/// escaped, including line breaks and tabs.
fn harmless(text: &str) -> Cow<'_, str> {
    let text = escape::line(text);
    if !text.split(';').any(is_active) {
        return text;
    }
    let mark = |part: &str| if is_active(part) { format!("'{part}") } else { part.to_owned() };
    Cow::Owned(text.split(';').map(mark).collect::<Vec<_>>().join(";"))
}

/// Full-width forms are included: some spreadsheets normalise them.
fn is_active(cell: &str) -> bool {
    let begin = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '"');
    begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || begin.starts_with("::")
}

#[cfg(test)]
mod tests {
    use super::super::test_fixtures;
    use super::*;
    use crate::finding::{Location, Severity};
    use crate::report::Verdict;
    use proptest::prelude::*;

    fn table(rows: Vec<Vec<Cell>>) -> String {
        let report = Report::new("test", Verdict::Done, &()).unwrap();
        render(&Report { records: Some(DataTable { head: &["a", "b"], rows }), ..report }).unwrap()
    }

    #[test]
    fn cells_are_quoted_as_in_rfc_4180() {
        let rows = vec![
            vec!["plain".into(), 0.1.into()],
            vec!["a,\"b\"".into(), (-2.5).into()],
            vec![Cell::from(None::<f64>), 7_u64.into()],
            vec!["two\nlines".into(), f64::NAN.into()],
            vec!["Grüße".into(), 1e21.into()],
        ];
        let expected =
            "a,b\r\nplain,0.1\r\n\"a,\"\"b\"\"\",-2.5\r\n,7\r\ntwo\\nlines,\r\nGrüße,1000000000000000000000\r\n";
        assert_eq!(table(rows), expected);
    }

    #[test]
    fn formulas_are_neutralised() {
        for (text, safe) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("  =1", "'  =1"),
            ("\t=1", "\\t=1"),
            ("\"=1", "'\"=1"),
            ("＝1", "'＝1"),
            ("a;=1", "a;'=1"),
            ("a=1", "a=1"),
            ("::error::x", "'::error::x"),
            (" \u{3000}::add-mask::x", "' \u{3000}::add-mask::x"),
            ("\r\n::error::x", "\\r\\n::error::x"),
            ("a::b", "a::b"),
            ("JWT 15 min; a - b", "JWT 15 min; a - b"),
        ] {
            assert_eq!(harmless(text), safe);
        }
    }

    #[test]
    fn findings_are_rendered_as_table() {
        let location = Location { file: Some("app.log".into()), line: Some(3), ..Location::pointer("/claims/exp") };
        let mut report = Report::new("inspect", Verdict::Failed, &()).unwrap();
        report.findings.push(test_fixtures::finding(Severity::Error, "no exp, \"at all\"", location));
        let expected = "severity,rule,message,help,source,file,line,column,pointer,url\r\n\
                        error,exp-missing,\"no exp, \"\"at all\"\"\",add it,RFC 7519 §4.1.4,app.log,3,,/claims/exp,\r\n";
        assert_eq!(render(&report).unwrap(), expected);
    }

    fn read(text: &str) -> Vec<Vec<String>> {
        let reader = csv::ReaderBuilder::new().from_reader(text.as_bytes()).into_records();
        reader.map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn hostile_text_stays_in_its_cell() {
        let text = render(&test_fixtures::report()).unwrap();
        test_fixtures::assert_nothing_hidden(&text.replace("\r\n", "\n"));
        assert_eq!(text.lines().count(), 2);
        assert_eq!(read(&text).len(), 1);
    }

    proptest! {
        #![proptest_config(crate::exploration::cases(256))]

        #[test]
        fn arbitrary_text_is_one_cell_on_one_line(first in any::<String>(), second in any::<String>()) {
            let text = table(vec![vec![first.clone().into(), second.clone().into()]]);
            prop_assert_eq!(text.matches('\n').count(), 2);
            prop_assert_eq!(read(&text), vec![vec![harmless(&first).into_owned(), harmless(&second).into_owned()]]);
            for semicolons in harmless(&first).split(';') {
                prop_assert!(!semicolons.trim_start().starts_with(['=', '+', '-', '@']));
            }
            prop_assert!(!text.lines().any(|line| line.trim_start().starts_with("::")));
        }
    }
}
