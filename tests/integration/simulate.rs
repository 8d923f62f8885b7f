//! Tests of `authkit simulate`: reproducibility on any number of threads, verdicts, and invalid scenarios.

use crate::harness::Sandbox;

const SMALL: &[&str] = &["simulate", "--set", "run.sample=200", "--set", "run.replications=4", "--json"];

#[test]
fn output_is_identical_for_any_number_of_threads() {
    let room = Sandbox::new();
    let with = |threads: &str| room.run(&[SMALL, &["--threads", threads]].concat()).ok().stdout;
    let one = with("1");
    assert_eq!(one, with("2"));
    assert_eq!(one, with("8"));
    let other = room.run(&[SMALL, &["--seed", "2"]].concat()).ok().stdout;
    assert_ne!(one, other, "a seed means something");
}

#[test]
fn strategies_share_the_same_random_requests() {
    let room = Sandbox::new();
    let rows = |strategy: &str, metric: &str| {
        let json = room.run(&[SMALL, &["--strategy", strategy]].concat()).ok().json();
        let all = json["data"]["strategies"].as_array().unwrap().clone();
        let of = |own: &serde_json::Value| {
            own["metrics"].as_array().unwrap().iter().find(|row| row["name"] == metric).unwrap()["simulated"].clone()
        };
        all.iter().map(of).collect::<Vec<_>>()
    };
    // All strategies serve the same requests: a central denylist adds one lookup per request to the refreshes.
    let session = rows("session_store", "store_ops_per_s_mean");
    let (central, refresh) =
        (rows("jwt_denylist", "store_ops_per_s_mean"), rows("jwt_refresh", "store_ops_per_s_mean"));
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    assert!((number(&central[0]) - number(&refresh[0]) - number(&session[0])).abs() < 1e-6);
}

#[test]
fn slo_verdict_is_met_or_missed() {
    let room = Sandbox::new();
    let scenario = |limit: &str| {
        format!(
            "[run]\nsample = 400\n\n[slo]\nexposure_all_nodes_p99 = \"{limit}\"\n\n[[strategy]]\nkind = \"jwt_refresh\"\n"
        )
    };
    let missed = room.run_with(&["simulate", "-", "--json"], scenario("5s"));
    assert_eq!((missed.code, missed.json()["verdict"].as_str()), (1, Some("missed")));
    assert_eq!(missed.json()["data"]["strategies"][0]["missed"][0]["objective"], "exposure_all_nodes_p99");
    let met = room.run_with(&["simulate", "-", "--json"], scenario("20m"));
    assert_eq!((met.code, met.json()["verdict"].as_str()), (0, Some("met")));
}

#[test]
fn every_preset_file_is_listed() {
    let listed = Sandbox::new().run(&["simulate", "--list", "--json"]).ok().json();
    let files = std::fs::read_dir(crate::harness::root().join("src/simulate/preset")).unwrap().count();
    assert_eq!(listed["data"]["presets"].as_array().unwrap().len(), files);
}

#[test]
fn strategy_added_by_option_can_be_set() {
    let room = Sandbox::new();
    let added = ["simulate", "--strategy", "dpop", "--set", "window=2m", "--print-scenario"];
    let text = room.run(&added).ok().stdout;
    assert!(text.matches("[[strategy]]").count() == 1 && text.contains("window = \"2m\""), "{text}");
    room.write("own.toml", &text);
    room.run(&["simulate", "own.toml", "--set", "run.sample=40"]).ok();
}

#[test]
fn csv_table_equals_the_json_output() {
    let room = Sandbox::new();
    let outputs = ["-o", "json=a.json", "-o", "csv=b.csv", "-o", "markdown=c.md"];
    room.run(&[&SMALL[..SMALL.len() - 1], &outputs].concat()).ok();
    let json: serde_json::Value = serde_json::from_slice(&room.read("a.json")).unwrap();
    let text = String::from_utf8(room.read("b.csv")).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let mut rows = reader.records().map(Result::unwrap);
    let field = |row: &csv::StringRecord, name: &str| {
        row[head.iter().position(|own| own == name).unwrap_or_else(|| panic!("no {name}"))].to_owned()
    };
    let number = |value: &serde_json::Value| value.as_f64().map_or_else(String::new, |number| number.to_string());
    for strategy in json["data"]["strategies"].as_array().unwrap() {
        for metric in strategy["metrics"].as_array().unwrap() {
            let row = rows.next().unwrap();
            assert_eq!(field(&row, "strategy"), strategy["id"].as_str().unwrap());
            for name in ["expected", "simulated", "se", "n"] {
                assert_eq!(field(&row, name), number(&metric[name]), "{row:?}");
            }
            assert_eq!(field(&row, "metric"), metric["name"].as_str().unwrap());
            assert_eq!(field(&row, "ci95_high"), number(&metric["ci95"][1]), "{row:?}");
        }
    }
    assert!(rows.next().is_none());
    let markdown = String::from_utf8(room.read("c.md")).unwrap();
    assert!(markdown.starts_with("**authkit simulate: done**\n") && markdown.contains("After revocation, `"));
    let listed = room.run(&["simulate", "--list", "--format", "csv"]).ok().stdout;
    assert!(
        listed.starts_with("kind,id,about,metric\r\n") && listed.contains("\r\nstrategy,session_store,"),
        "{listed}"
    );
}

#[test]
fn store_queue_runs_in_coupled_mode() {
    let text = "[run]\nhorizon = \"2s\"\n\n[store]\narrivals = \"poisson 8000/s\"\nrtt = \"0s\"\nservice = \"exp(100us)\"\n\n\
                [[strategy]]\nkind = \"store_queue\"\n";
    let json = Sandbox::new().run_with(&["simulate", "-", "--json"], text).ok().json();
    let rows = json["data"]["strategies"][0]["metrics"].as_array().unwrap().clone();
    let row = rows.iter().find(|row| row["name"] == "store_sojourn_mean_us").unwrap();
    let (simulated, se) = (row["simulated"].as_f64().unwrap(), row["se"].as_f64().unwrap());
    assert!((simulated - 500.0).abs() <= 4.0 * se, "{row}");
}

#[test]
fn invalid_scenario_is_reported_with_its_location() {
    let room = Sandbox::new();
    room.write("bad.toml", "[topology]\nnods = 4\n");
    for (arguments, code, said) in [
        (&["simulate", "bad.toml"][..], 3, "bad.toml:2:1: unknown field \"nods\"; did you mean \"nodes\"?"),
        (&["simulate", "--preset", "web-ap"], 2, "did you mean \"web-app\"?"),
        (&["simulate", "--strategy", "jwt"], 2, "unknown strategy"),
        (&["simulate", "--set", "run.users"], 2, "is not KEY=VALUE"),
        (&["simulate", "--set", "run.users=0"], 2, "run.users: 0 is out of range"),
        (&["simulate", "--sweep", "access=5m..1m"], 2, "not an ascending range"),
        (&["simulate", "gone.toml"], 4, "gone.toml"),
    ] {
        let ran = room.run(&[arguments, &["--color", "never"]].concat());
        let words = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(ran.code == code && words.contains(said), "{arguments:?}: {ran:?}");
    }
}

/// Robust against load: an early interruption may have no results yet, so it is repeated later.
#[cfg(unix)]
#[test]
fn interrupted_run_prints_partial_results() {
    use rustix::process::{Pid, Signal, kill_process};
    let room = Sandbox::new();
    let interrupted = |after: u64, signal| {
        let long = ["simulate", "--set", "run.sample=50000000", "--set", "run.replications=50", "--json"];
        let mut command = room.command(&long);
        let child = command.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped()).spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_secs(after));
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        crate::harness::check_answers(&text);
        (output.status.code(), serde_json::from_str::<serde_json::Value>(&text).unwrap())
    };
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let known = [2, 6, 20, 60].into_iter().find_map(|after| {
            let (ended, json) = interrupted(after, signal);
            assert_eq!(ended, Some(code), "{json}");
            let is_known = json["data"]["partial"] == true;
            assert!(is_known || json["error"]["kind"] == "interrupted", "{json}");
            is_known.then_some(json)
        });
        let scenario = &known.expect("something is known by then")["data"]["scenario"];
        let users = scenario["simulated_users"].as_u64().unwrap();
        assert!(users > 0 && users < 50_000_000, "{scenario}");
    }
}
