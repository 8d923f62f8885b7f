//! Tests of `authkit recommend`: its output can be used without changes.

use crate::harness::Sandbox;

/// Few users, to keep debug builds fast.
fn small(arguments: &[&'static str]) -> Vec<&'static str> {
    [&["recommend", "--users", "200"], arguments].concat()
}

#[test]
fn recommended_policy_is_accepted_by_issue_and_verify() {
    let room = Sandbox::new();
    room.run(&["keys", "generate"]).ok();
    let cases: [(&[&str], &str); 3] = [
        (&["--clients", "mixed", "--services", "3"], "access"),
        (&["--clients", "machine", "--confidential", "--rate", "1/min"], "access"),
        (&["--revoke-within", "0s"], "internal"),
    ];
    for (answers, policy) in cases {
        let text = room.run(&[&small(answers)[..], &["--print", "policy"]].concat()).ok().stdout;
        room.write("authkit.toml", &text);
        let with = ["--config", "authkit.toml", "--policy", policy];
        let token = room.run(&[&["issue", "--sub", "alice"], &with[..]].concat()).ok();
        assert!(!token.stderr.contains("warning"), "{}", token.stderr);
        let verified = room.run_with(&[&["verify", "--json"], &with[..]].concat(), &token.stdout).ok();
        assert_eq!(verified.json()["verdict"], "accepted");
        // Another audience is rejected, so the policy has an effect.
        let other = room.run(&["issue", "--sub", "alice", "--aud", "https://other.example"]).ok();
        assert_eq!(room.run_with(&[&["verify"], &with[..]].concat(), &other.stdout).code, 1);
    }
}

#[test]
fn recommended_configuration_of_every_product_passes_lint() {
    let room = Sandbox::new();
    let help = room.run(&["recommend", "--help"]).ok().stdout;
    let listed = help.split("--for <PRODUCT>").nth(1).and_then(|rest| rest.split("[possible values: ").nth(1));
    let products: Vec<String> = listed
        .and_then(|rest| rest.split(']').next())
        .expect("the products")
        .split(',')
        .map(|name| name.split_whitespace().collect())
        .collect();
    assert!(products.len() >= 10, "{products:?}");
    let answers: [&[&str]; 4] = [
        &["--revoke-within", "0s"],
        &["--clients", "mobile", "--services", "3", "--rate", "4/min"],
        &["--clients", "machine", "--confidential", "--rate", "1/min"],
        &["--services", "6", "--regions", "3", "--revoke-within", "5s"],
    ];
    // Each product with one set of answers, and each set of answers with some product.
    for (nth, product) in products.iter().enumerate() {
        let mut arguments = vec!["recommend", "--users", "200", "--for", product, "--json"];
        arguments.extend(answers[nth % answers.len()]);
        let config = room.run(&arguments).ok().json()["data"]["config"].clone();
        let file = config["file"].as_str().unwrap();
        let directory = std::path::Path::new(file).parent().unwrap();
        std::fs::create_dir_all(room.path(directory.to_str().unwrap())).unwrap();
        room.write(file, config["text"].as_str().unwrap());
        let judged = room.run(&["lint", file, "--fail-on", "warning"]);
        assert_eq!(judged.code, 0, "{product}, {arguments:?}\n{}\n{}", judged.stdout, config["text"].as_str().unwrap());
        // `--print` prints the same text.
        arguments.retain(|argument| *argument != "--json");
        let printed = room.run(&[&arguments[..], &["--print", "config"]].concat()).ok().stdout;
        assert_eq!(printed, config["text"].as_str().unwrap());
    }
}

#[test]
fn recommendation_names_the_deciding_metric() {
    let room = Sandbox::new();
    let json = room.run(&small(&["--services", "6", "--regions", "3", "--revoke-within", "5s", "--json"])).ok().json();
    let data = &json["data"];
    assert_eq!((&json["verdict"], &data["pick"]), (&"done".into(), &"jwt-pushed-list".into()));
    assert_eq!(data["rule"]["agrees"], false);
    assert_eq!(data["decided_by"]["other"], "jwt-rotation");
    assert_eq!(data["decided_by"]["limit"], 5.0);
    let assumed: Vec<_> = data["assumed"].as_array().unwrap().iter().filter_map(|name| name.as_str()).collect();
    assert!(assumed.contains(&"rate") && !assumed.contains(&"regions"), "{assumed:?}");
}

#[test]
fn no_eligible_candidate_is_a_negative_result() {
    let room = Sandbox::new();
    let answers = ["--store", "none", "--revoke-within", "0s", "--services", "2"];
    let no = room.run(&[&small(&answers)[..], &["--json"]].concat());
    assert_eq!((no.code, no.json()["verdict"].as_str()), (1, Some("missed")));
    let no = room.run(&[&small(&answers)[..], &["--print", "policy"]].concat());
    assert_eq!((no.code, no.stdout.as_str()), (3, ""));
}

#[test]
fn evaluated_candidates_can_be_simulated() {
    let room = Sandbox::new();
    let arguments = small(&["--seed", "7"]);
    let text = room.run(&[&arguments[..], &["--print", "scenario"]].concat()).ok().stdout;
    room.write("scenario.toml", &text);
    let simulated = room.run(&["simulate", "scenario.toml", "--json"]).ok().json();
    let weighed = room.run(&[&arguments[..], &["--json"]].concat()).ok().json();
    let names = |list: &serde_json::Value| {
        list.as_array().unwrap().iter().map(|own| own["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&simulated["data"]["strategies"]), names(&weighed["data"]["candidates"]));
    // The same seed gives the same numbers.
    let metric = |row: &serde_json::Value| row["name"] == "exposure_all_nodes_p99_s";
    let find = |rows: &serde_json::Value| rows.as_array().unwrap().iter().find(|row| metric(row)).unwrap().clone();
    let last = |list: &serde_json::Value| list.as_array().unwrap().last().unwrap().clone();
    let simulated = find(&last(&simulated["data"]["strategies"])["metrics"]);
    let weighed = find(&last(&weighed["data"]["candidates"])["measures"]);
    assert_eq!(simulated["simulated"], weighed["value"]);
}

#[test]
fn output_is_identical_for_any_number_of_threads() {
    let room = Sandbox::new();
    let with = |threads: &'static str| room.run(&small(&["--json", "--threads", threads])).ok().stdout;
    assert_eq!(with("1"), with("2"));
}

#[test]
fn invalid_requirements_are_refused() {
    let room = Sandbox::new();
    for (arguments, says) in [
        (vec!["recommend", "--clients", "fax"], "server-rendered"),
        (vec!["recommend", "--rate", "0/min"], "no requests"),
        (vec!["recommend", "--rate", "fast"], "1/min"),
        (vec!["recommend", "--revoke-within", "inf"], "finite"),
        (vec!["recommend", "--regions", "3", "--nodes", "2"], "node"),
        (vec!["recommend", "--print", "config"], "--for keycloak"),
    ] {
        let ran = room.run(&arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(says), "{arguments:?}: {}", ran.stderr);
    }
}
