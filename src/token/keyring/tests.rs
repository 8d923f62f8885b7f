use super::*;
use crate::alg;
use crate::key::Material;
use crate::secret::Secret;
use proptest::prelude::*;

fn member(kid: Option<&str>) -> KeyringEntry {
    let key = Key::new(Material::Secret(Secret::new(vec![7; 32])));
    KeyringEntry::new(Key { kid: kid.map(str::to_owned), ..key }, "test")
}

fn ring<'k>(kids: impl IntoIterator<Item = Option<&'k str>>) -> Keyring {
    Keyring::new(kids.into_iter().map(member).collect())
}

fn hs256() -> &'static Algorithm {
    alg::find("HS256").unwrap()
}

#[test]
fn unknown_kid_lists_the_most_similar_kids_first() {
    let kids: Vec<String> = (0..3_000).map(|number| format!("key-{number:04}-2026")).collect();
    let keyring = ring(kids.iter().map(|kid| Some(kid.as_str())));
    let refusal = keyring.candidates(hs256(), Some("key-1234-2027")).unwrap_err();
    let RejectReason::KidUnknown { known, more, .. } = &refusal else { panic!("{refusal:?}") };
    assert_eq!((known.len(), *more, known[0].as_str()), (KNOWN_LISTED, 2_992, "key-1234-2026"));
    assert!(refusal.to_string().ends_with(" and 2992 more"), "{refusal}");
    assert_eq!(keyring.candidates(hs256(), Some("key-1234-2026")), Ok(vec![1_234]));
}

#[test]
fn many_mismatched_keys_are_listed_in_part() {
    let keyring = ring((0..3_000).map(|_| None));
    let refusal = keyring.candidates(alg::find("ES256").unwrap(), None).unwrap_err();
    let RejectReason::NoMatchingKey { keys, more, .. } = &refusal else { panic!("{refusal:?}") };
    assert_eq!(keys.len() + more, 3_000);
    assert_eq!(keys.len(), KeyMismatchDetail::TOLD);
    assert!(refusal.to_string().ends_with("; and 2996 more"), "{refusal}");
}

#[test]
fn unknown_kid_does_not_lift_the_limit_of_tries() {
    let nameless = |count: usize| ring((0..count).map(|_| None));
    assert_eq!(nameless(MAX_TRIES).candidates(hs256(), Some("a")).unwrap().len(), MAX_TRIES);
    let refusal = nameless(MAX_TRIES + 1).candidates(hs256(), Some("a")).unwrap_err();
    assert_eq!(refusal, RejectReason::KidUnknown { kid: "a".to_owned(), known: Vec::new(), more: 0 });
    let refusal = nameless(MAX_TRIES + 1).candidates(hs256(), None).unwrap_err();
    assert_eq!(refusal, RejectReason::KidRequired { keys: MAX_TRIES + 1, limit: MAX_TRIES });
}

#[test]
fn repeated_kid_is_tried_within_the_limit() {
    let same = |count: usize| ring((0..count).map(|_| Some("a")));
    assert_eq!(same(MAX_TRIES).candidates(hs256(), Some("a")).unwrap().len(), MAX_TRIES);
    let refusal = same(MAX_TRIES + 1).candidates(hs256(), Some("a")).unwrap_err();
    let kid = "a".to_owned();
    assert_eq!(refusal, RejectReason::KidAmbiguous { kid, keys: MAX_TRIES + 1, limit: MAX_TRIES });
}

#[test]
fn use_and_alg_choose_among_keys_with_one_kid() {
    let with = |alg: &str, usage: &str| {
        let mut entry = member(Some("a"));
        (entry.key.alg, entry.key.usage) = (Some(alg.to_owned()), Some(usage.to_owned()));
        entry
    };
    let keyring =
        Keyring::new(vec![with("HS256", "enc"), with("HS512", "sig"), with("HS256", "sig"), with("HS256", "jwt-svid")]);
    assert_eq!(keyring.candidates(hs256(), Some("a")), Ok(vec![2, 3]));
}

#[test]
fn changed_keyring_finds_its_keys() {
    let mut keyring = ring([Some("b"), None, Some("a")]);
    keyring.change(|members| {
        members.remove(0);
        members.push(member(Some("c")));
    });
    let found = ["a", "b", "c"].map(|kid| keyring.candidates(hs256(), Some(kid)).unwrap());
    assert_eq!(found, [vec![1], vec![0], vec![2]]);
}

proptest! {
    #![proptest_config(crate::exploration::cases(256))]

    #[test]
    fn lookup_by_kid_equals_a_linear_search(kids in prop::collection::vec(prop::option::of("[a-c]{0,2}"), 0..40), kid in "[a-c]{0,2}") {
        let keyring = ring(kids.iter().map(Option::as_deref));
        let places = |wanted: Option<&str>| -> Vec<usize> {
            kids.iter().enumerate().filter(|(_, own)| own.as_deref() == wanted).map(|(place, _)| place).collect()
        };
        let wanted = Some(places(Some(&kid))).filter(|found| !found.is_empty()).unwrap_or_else(|| places(None));
        match keyring.candidates(hs256(), Some(&kid)) {
            Ok(found) => prop_assert_eq!(found, wanted),
            Err(RejectReason::NoKey) => prop_assert!(kids.is_empty()),
            Err(RejectReason::KidUnknown { .. } | RejectReason::KidAmbiguous { .. }) => {
                prop_assert!(wanted.is_empty() || wanted.len() > MAX_TRIES)
            }
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
}
