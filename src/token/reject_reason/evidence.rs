//! Evidence is for people and logs: whoever writes a token must not decide how much of either it fills.

use super::RejectReason;
use crate::encoding::escape;
use std::borrow::Cow;

/// Characters of one value that are told.
const VALUE: usize = 120;
/// Characters of a sentence with values in it.
const SENTENCE: usize = 600;
/// Entries of a list that are told.
const ENTRIES: usize = 16;

/// A value, cut when it is long.
pub fn short(text: &str) -> Cow<'_, str> {
    escape::cut(text, VALUE)
}

/// The first entries of a list, and how many more there are.
pub fn first<T: AsRef<str>>(all: &[T]) -> (Vec<String>, usize) {
    let told: Vec<String> = all.iter().take(ENTRIES).map(|one| short(one.as_ref()).into_owned()).collect();
    let more = all.len().saturating_sub(told.len());
    (told, more)
}

fn value(text: &mut String) {
    if let Cow::Owned(cut) = short(text) {
        *text = cut;
    }
}

fn sentence(text: &mut String) {
    if let Cow::Owned(cut) = escape::cut(text, SENTENCE) {
        *text = cut;
    }
}

impl RejectReason {
    /// Cuts what the token, or a key set of somebody else, made long. Lists are made short where they are made.
    pub(super) fn cut(&mut self) {
        match self {
            Self::Malformed { problem, .. }
            | Self::HeaderInvalid { problem, .. }
            | Self::CritInvalid { problem }
            | Self::KeyWeak { problem, .. }
            | Self::ClaimInvalid { problem, .. }
            | Self::KindMismatch { problem, .. }
            | Self::NotCompact { problem } => sentence(problem),
            Self::AlgorithmNone { alg: text }
            | Self::AlgorithmUnknown { alg: text }
            | Self::AlgorithmNotAllowed { alg: text, .. }
            | Self::SignatureMissing { alg: text }
            | Self::Nested { cty: text }
            | Self::ExpNotSeconds { value: text, .. }
            | Self::IssuerMismatch { found: text, .. }
            | Self::SubjectMismatch { found: Some(text), .. }
            | Self::TypeMismatch { found: Some(text), .. } => value(text),
            Self::CritUnknown { names: texts }
            | Self::SignatureMismatch { tried: texts, .. }
            | Self::AudienceNotNamed { found: texts, .. }
            | Self::AudienceMismatch { found: texts, .. }
            | Self::ScopeMissing { found: texts, .. } => texts.iter_mut().for_each(value),
            Self::KidUnknown { kid, known, .. } => known.iter_mut().chain([kid]).for_each(value),
            Self::IssuerNotBound { iss, bound } => bound.iter_mut().chain(iss.as_mut()).for_each(value),
            Self::KeyUnfit { keys, .. } => {
                keys.iter_mut().flat_map(|unfit| [&mut unfit.key, &mut unfit.why]).for_each(value);
            }
            Self::ClaimMismatch { expected, found, .. } => [expected, found].into_iter().for_each(value),
            Self::TooLarge { .. }
            | Self::EncryptedNotSigned
            | Self::AlgorithmMissing
            | Self::PayloadUnencoded
            | Self::NoKey
            | Self::KidRequired { .. }
            | Self::Expired { .. }
            | Self::NotYetValid { .. }
            | Self::ExpiryMissing
            | Self::ClaimMissing { .. }
            | Self::ClaimForbidden { .. }
            | Self::AudienceMissing { .. }
            | Self::IssuerMissing { .. }
            | Self::SubjectMismatch { found: None, .. }
            | Self::TypeMismatch { found: None, .. }
            | Self::TooOld { .. }
            | Self::IssuedInFuture { .. } => {}
        }
    }
}
