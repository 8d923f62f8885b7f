//! Fixes that are safe: one scalar, where what is meant leaves no doubt. Lifetimes are never rewritten, because how
//! long is a decision; neither is what is used through an alias, because others use it too.

use super::{LineIndex, touches};
use crate::product_config::detect::DetectedConfig;
use crate::product_config::setting::{ProductSetting, SettingOrigin, SettingRole, UnitPlacement};
use crate::product_config::syntax::Syntax;
use crate::rule_config::RuleConfig;
use crate::rule_config::limit::REUSE_WINDOW_MAX;
use std::ops::Range;

/// The longest line that is shown whole, in bytes.
const LONGEST: usize = 400;

/// One scalar that another takes the place of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// The finding that it answers.
    pub rule: &'static str,
    pub pointer: String,
    pub line: u64,
    /// Bytes of the text without a mark of byte order.
    pub bytes: Range<usize>,
    pub text: String,
    /// The line before and after, or the piece of it that holds no secret.
    pub before: String,
    pub after: String,
}

/// The fix for a finding about a setting, if there is a safe one.
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
            UnitPlacement::SiblingKey { map, units } => return beside(setting, map, units, reading, lines, text),
        },
        _ => return None,
    };
    let start = lines.start(place.bytes.start);
    let end =
        text.get(place.bytes.end..)?.find('\n').map_or(text.len(), |length| place.bytes.end.saturating_add(length));
    // What shares the line with a secret is shown alone, and so is what stands in a line that nobody reads.
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

/// A map of units after the line of a number, or in JSON after the number. In a line with other settings there is no
/// place for it.
fn beside(
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
    // What else stands in the line may be a secret: only the setting is shown.
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

/// The opposite of what a product takes for false, written alike.
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

/// A bare number with its unit. What was a number becomes a text, which JSON, TOML and HCL write in quotes.
fn with_unit(old: &str, unit: &str, syntax: Syntax) -> Option<String> {
    let digits = unquoted(old);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let bare = digits == old && !matches!(syntax, Syntax::Dotenv | Syntax::Yaml);
    Some(if bare { format!("\"{digits}{unit}\"") } else { old.replace(digits, &format!("{digits}{unit}")) })
}

/// Seconds as a number, or with Go's unit when the old value has one.
fn window(old: &str, seconds: u64) -> Option<String> {
    let value = unquoted(old);
    if value.is_empty() {
        return None;
    }
    let new = if value.bytes().all(|byte| byte.is_ascii_digit()) { seconds.to_string() } else { format!("{seconds}s") };
    Some(old.replace(value, &new))
}

/// The text with `edits` made; every other byte stays. Of edits that overlap, as when two formats read the same value,
/// one is made.
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
