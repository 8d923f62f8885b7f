use super::cracker::find;
use super::hit::CandidateTransform;
use super::target::HmacTarget;
use super::*;
use crate::encoding::base64url::encode;
use aws_lc_rs::hmac;

fn target(secret: &[u8]) -> HmacTarget {
    let input = format!("{}.e30", encode(br#"{"alg":"HS256"}"#));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), input.as_bytes());
    HmacTarget::parse(format!("{input}.{}", encode(tag.as_ref())).as_bytes()).unwrap()
}

/// The anonymous and the service key that Supabase publishes: docker/.env.example of supabase/supabase at f8a85e7a9b99,
/// and those that `supabase start` prints.
#[test]
fn supabase_demonstration_keys_are_cracked() {
    const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
    for (product, payload, signature) in [
        (
            "Supabase, self-hosted",
            "eyAgCiAgICAicm9sZSI6ICJhbm9uIiwKICAgICJpc3MiOiAic3VwYWJhc2UtZGVtbyIsCiAgICAiaWF0IjogMTY0MTc2OTIwMCwKICAgICJleHAiOiAxNzk5NTM1NjAwCn0",
            "dc_X5iR_VP_qT0zsiyj_I_OZ2T9FtRU2BBNWN8Bu4GE",
        ),
        (
            "Supabase, self-hosted",
            "eyAgCiAgICAicm9sZSI6ICJzZXJ2aWNlX3JvbGUiLAogICAgImlzcyI6ICJzdXBhYmFzZS1kZW1vIiwKICAgICJpYXQiOiAxNjQxNzY5MjAwLAogICAgImV4cCI6IDE3OTk1MzU2MDAKfQ",
            "DaYlNEoUrrEn2Ig7tqibS-PHK5vgusbcbo7X36XVt4Q",
        ),
        (
            "Supabase CLI",
            "eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6ImFub24iLCJleHAiOjE5ODM4MTI5OTZ9",
            "CRXP1A7WOeoJeXxjNni43kdQwgnWNReilDMblYTn_I0",
        ),
        (
            "Supabase CLI",
            "eyJpc3MiOiJzdXBhYmFzZS1kZW1vIiwicm9sZSI6InNlcnZpY2Vfcm9sZSIsImV4cCI6MTk4MzgxMjk5Nn0",
            "EGIM96RAZx35lJzdJsyH-qQwv8Hdp7fsn3W0YpN81IU",
        ),
    ] {
        let target = HmacTarget::parse(format!("{HEADER}.{payload}.{signature}").as_bytes()).unwrap();
        let lists = SecretLists::new(b"").unwrap();
        let hit = find(&[target], lists.candidates()).as_slice()[0].unwrap();
        assert_eq!(lists.origin(hit.candidate), Some(SecretOrigin::Default { product }));
    }
}

#[test]
fn match_names_its_list() {
    let lists = SecretLists::new(b"\r\nmine\n\nmine, too\n").unwrap();
    let jhipster = b"my-secret-key-which-should-be-changed-in-production-and-be-base64-encoded\n";
    let targets: Vec<_> =
        [jhipster, b"meal$ecret".as_slice(), b"!meal$ecret!", b"mine, too"].into_iter().map(target).collect();
    let hits = find(&targets, lists.candidates());
    let named = |place: usize| hits.as_slice()[place].and_then(|hit| lists.origin(hit.candidate));
    assert_eq!(named(0), Some(SecretOrigin::Default { product: "JHipster" }));
    assert_eq!(hits.as_slice()[0].map(|hit| hit.reading), Some(CandidateTransform::Base64));
    assert_eq!(named(1), None);
    assert_eq!(named(2), Some(SecretOrigin::Published));
    assert_eq!(named(3), Some(SecretOrigin::WordList { line: 4 }));
}

#[test]
fn every_candidate_has_an_origin() {
    let lists = SecretLists::new(b"a\nb").unwrap();
    let count = lists.candidates().count();
    assert_eq!(count, DEFAULTS.len() + published::COUNT + 2);
    assert_eq!(
        lists.origin(DEFAULTS.len() - 1),
        Some(SecretOrigin::Default { product: DEFAULTS.last().unwrap().product })
    );
    assert_eq!(lists.origin(DEFAULTS.len()), Some(SecretOrigin::Published));
    assert_eq!(lists.origin(count - 3), Some(SecretOrigin::Published));
    assert_eq!(lists.origin(count - 2), Some(SecretOrigin::WordList { line: 1 }));
    assert_eq!(lists.origin(count - 1), Some(SecretOrigin::WordList { line: 2 }));
    assert_eq!(lists.origin(count), None);
}

#[test]
fn debug_shows_no_word() {
    assert_eq!(format!("{:?}", SecretLists::new(b"hunter2").unwrap()), "Lists { word_list_bytes: 7, .. }");
}

#[test]
fn given_secret_is_looked_up_in_the_lists() {
    let lists = SecretLists::new(b"hunter2\n").unwrap();
    let jhipster = b"my-secret-key-which-should-be-changed-in-production-and-be-base64-encoded\n";
    let found =
        lists.known(&[b"insecure_session_secret\n", b"hunter2", b"\x9d nobody wrote this down \x01", jhipster, b""]);
    assert_eq!(found[0], Some(SecretOrigin::Default { product: "Authelia" }));
    assert!(found[1].is_some() && found[2].is_none() && found[4].is_none());
    assert_eq!(found[3], Some(SecretOrigin::Default { product: "JHipster" }));
}
