use super::*;

fn parse_error(text: &str) -> ScenarioError {
    Scenario::parse(text).unwrap_err()
}

const STRATEGY: &str = "[[strategy]]\nkind = \"jwt_refresh\"\n";

#[test]
fn scenario_with_a_strategy_only_gets_the_defaults() {
    let scenario = Scenario::parse(STRATEGY).unwrap();
    assert_eq!((scenario.run.users, scenario.topology.nodes), (100_000, 8));
    assert!((scenario.rate() - 1.0 / 60.0).abs() < 1e-12);
}

#[test]
fn invalid_value_is_rejected_with_its_line_and_key() {
    for (text, line, key, problem) in [
        ("[run]\nusers = 0\n", 2, "run.users", "0 is out of range"),
        ("[run]\nusers = 1000000000000\n", 2, "run.users", "out of range"),
        ("\n[client]\njitter = 1.5\n", 3, "client.jitter", "out of range; allowed: 0 to 1"),
        ("[bus]\nloss = -0.1\n", 2, "bus.loss", "out of range; allowed: 0 to 1"),
        ("[client]\nmargin = \"20m\"\n", 3, "strategy.access", "not longer than client.margin"),
        ("[store]\nregion = 1\n", 2, "store.region", "no such region"),
        ("[[topology.crash]]\nnode = 8\nat = \"1h\"\n", 2, "topology.crash.node", "no such node: 8"),
        ("[run]\nhorizon = \"0s\"\n", 2, "run.horizon", "above 0"),
    ] {
        let error = parse_error(&format!("{text}{STRATEGY}"));
        assert_eq!((error.line, error.key.as_deref()), (line, Some(key)), "{error}");
        assert!(error.problem.contains(problem), "{error}");
    }
    assert!(parse_error("[run]\nusers = 5\n").problem.contains("missing"));
}

#[test]
fn invalid_strategy_key_is_rejected_with_its_line() {
    for (strategy, key, problem) in [
        ("kind = \"jwt_denylist\"\nfp = 0.01", "strategy.fp", "write mode = \"bloom\""),
        ("kind = \"jwt_denylist\"\nmode = \"bloom\"\nfp = 1.5", "strategy.fp", "below 1"),
        ("kind = \"jwt_denylist\"\nmode = \"blom\"", "strategy.mode", "did you mean \"bloom\"?"),
        ("kind = \"dpop\"\nwindow = \"2h\"", "strategy.window", "at most an hour"),
        (
            "kind = \"token_status_list\"\nttl = \"30s\"\nrefetch = \"iat+ttl\"\npublish = \"60s\"",
            "strategy.publish",
            "expires before the next one is published",
        ),
        (
            "kind = \"token_status_list\"\nttl = \"30s\"\npublish = \"60s\"",
            "strategy.publish",
            "or refetch = \"fetch+ttl\" when",
        ),
        ("kind = \"token_status_list\"\nttl = \"59s\"", "strategy.ttl", "not shorter than publish"),
    ] {
        let error = parse_error(&format!("[[strategy]]\n{strategy}\n"));
        assert_eq!(error.key.as_deref(), Some(key), "{error}");
        assert!(error.problem.contains(problem) && error.line > 1, "{error}");
    }
}

#[test]
fn ttl_shorter_than_publish_needs_an_explicit_refetch() {
    let scenario = |keys: &str| Scenario::parse(&format!("[[strategy]]\nkind = \"token_status_list\"\n{keys}\n"));
    let stale = scenario("publish = \"60s\"\nttl = \"30s\"\nrefetch = \"fetch+ttl\"").unwrap();
    assert!(stale.warnings()[0].contains("ttl is shorter than publish"));
    // A list that is published before the previous one expires works with both refetch modes.
    assert!(scenario("publish = \"30s\"\nttl = \"30s\"").is_ok());
    assert!(scenario("publish = \"30s\"\nttl = \"60s\"\nrefetch = \"iat+ttl\"").is_ok());
}

#[test]
fn unknown_names_get_suggestions() {
    let error = parse_error("[topology]\nnods = 4\n");
    assert_eq!((error.line, error.problem.as_str()), (2, "unknown field \"nods\"; did you mean \"nodes\"?"));
    let error = parse_error("[[strategy]]\nkind = \"jwt_refesh\"\n");
    assert!(error.problem.contains("did you mean \"jwt_refresh\"?"), "{error}");
    let error = parse_error("[[strategy]]\nkind = \"jwt_only\"\n\n[[strategy]]\nkind = \"jwt_only\"\npoll = \"30s\"\n");
    assert_eq!((error.line, error.key.as_deref()), (6, Some("strategy.poll")), "{error}");
    let error = parse_error("[run]\nhorizon = \"5 parsecs\"\n");
    assert!(error.line == 2 && error.problem.contains("not a duration"), "{error}");
    assert!(parse_error("[traffic]\nrate = -1\n").line == 2);
    assert!(parse_error("users = ").line == 1);
}

/// Well-formed values whose simulation would not finish.
#[test]
fn scenario_with_unbounded_work_is_rejected() {
    let strategy = "[[strategy]]\nkind = \"jwt_refresh\"\n";
    let timer = "[client]\nmargin = \"0s\"\n[[strategy]]\nkind = \"jwt_refresh\"\naccess = \"1ns\"\n";
    for (text, key) in [
        (&*format!("[traffic]\nrate = \"1e300/s\"\n{strategy}"), "traffic.rate"),
        (&format!("[traffic]\nrate = \"1e6/s\"\n{strategy}"), "traffic.rate"),
        (&format!("[traffic]\nrate_per_tab = \"1e300/s\"\n{strategy}"), "traffic.rate_per_tab"),
        (&format!("[traffic]\narrivals = \"on_off\"\non = \"0s\"\noff = \"0s\"\n{strategy}"), "traffic.on"),
        (&format!("[traffic]\narrivals = \"on_off\"\non = \"1ns\"\noff = \"1ns\"\n{strategy}"), "traffic.on"),
        (&format!("[traffic]\narrivals = \"on_off\"\non = \"1ns\"\noff = \"1h\"\n{strategy}"), "traffic.on"),
        (&format!("[clock]\nleeway = \"inf\"\n{strategy}"), "clock.leeway"),
        (&format!("[topology]\nnode_mtbf = \"1ns\"\n{strategy}"), "topology.node_mtbf"),
        (timer, "strategy.access"),
    ] {
        assert_eq!(parse_error(text).key.as_deref(), Some(key), "{text}");
    }
    assert!(Scenario::parse(&format!("[traffic]\nrate = \"1000/s\"\n{strategy}")).is_ok(), "a busy service");
}
