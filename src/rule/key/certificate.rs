//! Is its certificate still good?

use super::KeySubject;
use crate::finding::Severity;
use crate::rule::{Basis, Rule};

pub(super) const CERTIFICATE_EXPIRED: Rule<KeySubject> = Rule {
    id: "certificate-expired",
    severity: Severity::Warning,
    basis: Basis::Normative,
    source: "RFC 5280 §4.1.2.5",
    why: "After its end nobody answers for the certificate; authkit verifies signatures with its key all the same.",
    fix: "renew the certificate, or publish the key as a JWK",
    bad: "certificate 1000 2000",
    good: "certificate 2000 1000",
    check: |subject, report| {
        let Some(certificate) = subject.certificate else { return };
        if subject.now > certificate.not_after {
            let ended = certificate.not_after;
            report.whole(|| format!("the certificate ended {} ({ended})", ended.relative_to(subject.now)));
        } else if subject.now < certificate.not_before {
            let begins = certificate.not_before;
            report.whole(|| format!("the certificate begins {} ({begins})", begins.relative_to(subject.now)));
        }
    },
};
