use super::*;

fn fault(text: &str) -> ScenarioError {
    Scenario::parse(text).unwrap_err()
}

const STRATEGY: &str = "[[strategy]]\nkind = \"jwt_refresh\"\n";

#[test]
fn a_scenario_may_be_short() {
    let scenario = Scenario::parse(STRATEGY).unwrap();
    assert_eq!((scenario.run.users, scenario.topology.nodes), (100_000, 8));
    assert!((scenario.rate() - 1.0 / 60.0).abs() < 1e-12);
}

#[test]
fn what_cannot_be_is_refused_where_it_stands() {
    for (text, line, key, problem) in [
        ("[run]\nusers = 0\n", 2, "run.users", "0 is out of range"),
        ("[run]\nusers = 1000000000000\n", 2, "run.users", "out of range"),
        ("\n[client]\njitter = 1.5\n", 3, "client.jitter", "is no share"),
        ("[bus]\nloss = -0.1\n", 2, "bus.loss", "is no share"),
        ("[client]\nmargin = \"20m\"\n", 3, "strategy.access", "not longer than client.margin"),
        ("[store]\nregion = 1\n", 2, "store.region", "no such region"),
        ("[[topology.crash]]\nnode = 8\nat = \"1h\"\n", 2, "topology.crash.node", "no node 8"),
        ("[run]\nhorizon = \"0s\"\n", 2, "run.horizon", "longer than nothing"),
    ] {
        let error = fault(&format!("{text}{STRATEGY}"));
        assert_eq!((error.line, error.key.as_deref()), (line, Some(key)), "{error}");
        assert!(error.problem.contains(problem), "{error}");
    }
    assert!(fault("[run]\nusers = 5\n").problem.contains("there is none"));
}

#[test]
fn keys_of_strategies_that_cannot_be_are_refused() {
    for (strategy, key, problem) in [
        ("kind = \"jwt_denylist\"\nfp = 0.01", "strategy.fp", "write mode = \"bloom\""),
        ("kind = \"jwt_denylist\"\nmode = \"bloom\"\nfp = 1.5", "strategy.fp", "below 1"),
        ("kind = \"jwt_denylist\"\nmode = \"blom\"", "strategy.mode", "did you mean bloom?"),
        ("kind = \"dpop\"\nwindow = \"2h\"", "strategy.window", "at most an hour"),
        (
            "kind = \"token_status_list\"\nttl = \"30s\"\nrefetch = \"iat+ttl\"\npublish = \"60s\"",
            "strategy.publish",
            "more slowly than its ttl: it has ended",
        ),
        (
            "kind = \"token_status_list\"\nttl = \"30s\"\npublish = \"60s\"",
            "strategy.publish",
            "or refetch = \"fetch+ttl\" when",
        ),
        ("kind = \"token_status_list\"\nttl = \"59s\"", "strategy.ttl", "not shorter than publish"),
    ] {
        let error = fault(&format!("[[strategy]]\n{strategy}\n"));
        assert_eq!(error.key.as_deref(), Some(key), "{error}");
        assert!(error.problem.contains(problem) && error.line > 1, "{error}");
    }
}

#[test]
fn who_fetches_a_stale_list_again_says_so() {
    let scenario = |keys: &str| Scenario::parse(&format!("[[strategy]]\nkind = \"token_status_list\"\n{keys}\n"));
    let stale = scenario("publish = \"60s\"\nttl = \"30s\"\nrefetch = \"fetch+ttl\"").unwrap();
    assert!(stale.warnings()[0].contains("more slowly than its ttl"));
    // A list that is published while the one before is good is one that anybody can hold.
    assert!(scenario("publish = \"30s\"\nttl = \"30s\"").is_ok());
    assert!(scenario("publish = \"30s\"\nttl = \"60s\"\nrefetch = \"iat+ttl\"").is_ok());
}

#[test]
fn unknown_words_have_neighbours() {
    let error = fault("[topology]\nnods = 4\n");
    assert_eq!((error.line, error.problem.as_str()), (2, "unknown field `nods`; did you mean `nodes`?"));
    let error = fault("[[strategy]]\nkind = \"jwt_refesh\"\n");
    assert!(error.problem.contains("did you mean jwt_refresh?"), "{error}");
    let error = fault("[[strategy]]\nkind = \"jwt_only\"\n\n[[strategy]]\nkind = \"jwt_only\"\npoll = \"30s\"\n");
    assert_eq!((error.line, error.key.as_deref()), (6, Some("strategy.poll")), "{error}");
    let error = fault("[run]\nhorizon = \"5 parsecs\"\n");
    assert!(error.line == 2 && error.problem.contains("not a duration"), "{error}");
    assert!(fault("[traffic]\nrate = -1\n").line == 2);
    assert!(fault("users = ").line == 1);
}

/// Numbers that read well, and whose simulation would not end.
#[test]
fn work_without_end_is_refused() {
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
        assert_eq!(fault(text).key.as_deref(), Some(key), "{text}");
    }
    assert!(Scenario::parse(&format!("[traffic]\nrate = \"1000/s\"\n{strategy}")).is_ok(), "a busy service");
}
