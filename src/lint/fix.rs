//! Safe fixes: each replaces one scalar, where the intended value is unambiguous. Lifetimes are never changed, because
//! their length is a decision; values used through an alias are not either, because other settings use them too.

use super::{LineIndex, touches};
use crate::product_config::detect::DetectedConfig;
use crate::product_config::setting::{ProductSetting, SettingOrigin, SettingRole, UnitPlacement};
use crate::product_config::syntax::Syntax;
use crate::rule_config::RuleConfig;
use crate::rule_config::limit::REUSE_WINDOW_MAX;
use std::ops::Range;

/// The maximum length of a line that is printed completely, in bytes.
const LONGEST: usize = 400;

/// The replacement of one scalar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The rule of the fixed finding.
    pub rule: &'static str,
    /// JSON pointer to the value.
    pub pointer: String,
    /// From 1.
    pub line: u64,
    /// The replaced bytes of the text, without a byte order mark.
    pub bytes: Range<usize>,
    /// The new text.
    pub text: String,
    /// The line before the edit, or the part of it without secrets.
    pub before: String,
    /// The same part after the edit.
    pub after: String,
}

/// The safe fix for a finding about a setting, if there is one.
pub(super) fn edit(
    rule: &'static str,
    setting: &ProductSetting,
    policy: &RuleConfig,
    reading: &DetectedConfig,
    lines: &LineIndex,
    text: &str,
) -> Option<Edit> {
    let secrets = &reading.secrets;
    let place = &setting.place;
    if setting.origin != SettingOrigin::Explicit || place.defined.is_some() {
        return None;
    }
    let old = text.get(place.bytes.clone())?;
    let new = match (rule, setting.role) {
        ("cookie-not-secure", SettingRole::CookieSecure) | ("cookie-not-httponly", SettingRole::CookieHttpOnly) => {
            switched_on(old)?
        }
        ("cookie-samesite-unset", SettingRole::CookieSameSite) => {
            quoted(old, "lax").filter(|_| unquoted(old).is_empty())?
        }
        ("refresh-token-reuse-window", SettingRole::RefreshReuseWindow) => {
            window(old, policy.limit(&REUSE_WINDOW_MAX))?
        }
        ("unit-implied", _) => match setting.bare.as_ref()? {
            UnitPlacement::Suffix(unit) => with_unit(old, unit, reading.syntax)?,
            UnitPlacement::SiblingKey { map, units } => {
                return in_sibling_map(setting, map, units, reading, lines, text);
            }
        },
        _ => return None,
    };
    let start = lines.start(place.bytes.start);
    let end =
        text.get(place.bytes.end..)?.find('\n').map_or(text.len(), |length| place.bytes.end.saturating_add(length));
    // A setting on a line with a secret, or on a very long line, is printed alone.
    let alone = end.saturating_sub(start) > LONGEST || touches(&(start..end), secrets);
    let shown = if alone { place.bytes.clone() } else { start..end };
    let before = text.get(shown.clone())?.trim_end_matches('\r');
    let head = text.get(shown.start..place.bytes.start)?;
    let tail = text.get(place.bytes.end..shown.end)?.trim_end_matches('\r');
    Some(Edit {
        rule,
        pointer: place.pointer.clone(),
        line: lines.line(place.bytes.start),
        bytes: place.bytes.clone(),
        before: before.to_owned(),
        after: format!("{head}{new}{tail}"),
        text: new,
    })
}

/// A map of units after the line of a number, or in JSON after the number. A line with other settings has no position
/// for it.
fn in_sibling_map(
    setting: &ProductSetting,
    map: &str,
    units: &[(&str, &str)],
    reading: &DetectedConfig,
    lines: &LineIndex,
    text: &str,
) -> Option<Edit> {
    let place = &setting.place;
    let start = lines.start(place.key.start);
    let indent = text.get(start..place.key.start)?;
    let rest = text.get(place.bytes.end..)?;
    let end = place.bytes.end.saturating_add(rest.find(['\r', '\n']).unwrap_or(rest.len()));
    let alone = indent.trim().is_empty() && lines.line(place.key.start) == lines.line(place.bytes.start);
    let newline = if text.get(end..)?.starts_with('\r') { "\r\n" } else { "\n" };
    let inner =
        |write: fn(&(&str, &str)) -> String, between: &str| units.iter().map(write).collect::<Vec<_>>().join(between);
    let (at, new) = match reading.syntax {
        Syntax::Json => {
            let members = inner(|(what, unit)| format!("\"{what}\": \"{unit}\""), ", ");
            (place.bytes.end, format!(", \"{map}\": {{{members}}}"))
        }
        Syntax::Yaml if alone => {
            let members = inner(|(what, unit)| format!("{what}: {unit}"), &format!("{newline}{indent}  "));
            (end, format!("{newline}{indent}{map}:{newline}{indent}  {members}"))
        }
        Syntax::Hcl if alone => {
            let members = inner(|(what, unit)| format!("{what} = \"{unit}\""), &format!("{newline}{indent}  "));
            (end, format!("{newline}{indent}{map} {{{newline}{indent}  {members}{newline}{indent}}}"))
        }
        _ => return None,
    };
    // The rest of the line may be a secret: print the setting alone.
    let shown = text.get(place.key.start..place.bytes.end)?;
    let (before, after) = (format!("{indent}{shown}"), format!("{indent}{shown}{new}"));
    let pointer = place.pointer.clone();
    Some(Edit {
        rule: "unit-implied",
        pointer,
        line: lines.line(place.bytes.start),
        bytes: at..at,
        text: new,
        before,
        after,
    })
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

/// `value` in the quotes of `old`.
fn quoted(old: &str, value: &str) -> Option<String> {
    let quote = old.chars().next().filter(|c| ['"', '\''].contains(c))?;
    Some(format!("{quote}{value}{quote}"))
}

/// The opposite of a product's false value, in the same spelling.
fn switched_on(old: &str) -> Option<String> {
    let on = match unquoted(old) {
        "false" => "true",
        "False" => "True",
        "FALSE" => "TRUE",
        "0" => "1",
        _ => return None,
    };
    Some(old.replace(unquoted(old), on))
}

/// A bare number with its unit. The number becomes a text, which is quoted in JSON, TOML and HCL.
fn with_unit(old: &str, unit: &str, syntax: Syntax) -> Option<String> {
    let digits = unquoted(old);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bare = digits == old && !matches!(syntax, Syntax::Dotenv | Syntax::Yaml);
    Some(if bare { format!("\"{digits}{unit}\"") } else { old.replace(digits, &format!("{digits}{unit}")) })
}

/// Seconds as a number, or with Go's unit if the old value has one.
fn window(old: &str, seconds: u64) -> Option<String> {
    let value = unquoted(old);
    if value.is_empty() {
        return None;
    }
    let new = if value.bytes().all(|byte| byte.is_ascii_digit()) { seconds.to_string() } else { format!("{seconds}s") };
    Some(old.replace(value, &new))
}

/// Applies `edits` to the text; all other bytes stay. Of overlapping edits, as when two formats read the same value,
/// only one is applied.
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.bytes.start, edit.bytes.end));
    sorted.dedup_by_key(|edit| edit.bytes.clone());
    let (mut out, mut at) = (String::with_capacity(text.len()), 0_usize);
    for edit in sorted {
        out.push_str(text.get(at..edit.bytes.start)?);
        out.push_str(&edit.text);
        at = edit.bytes.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}
