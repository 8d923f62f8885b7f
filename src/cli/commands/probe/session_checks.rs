//! Session checks of a live server: the session lifecycle (`--login`) and session id samples (`--samples`).

use super::collected::{CollectedExchanges, parse_http_url};
use super::http_settings::HttpSettings;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::fetch::Clients;
use crate::cli::lifecycle::{self, LifecycleArgs};
use crate::cli::network_args;
use crate::cli::outcome::Outcome;
use crate::cli::system::StopSignals;
use authkit::cookie::class::CookieClassifier;
use authkit::cookie::session_id;
use authkit::lifecycle::LifecyclePlan;
use authkit::lifecycle::output::LifecycleOutput;
use authkit::probe::UrlSessionIds;
use authkit::probe::output::ProbeOutput;
use authkit::report::{Report, Verdict};

/// The report of `--dry-run`: the planned requests.
///
/// # Errors
/// An internal error.
pub fn show(plan: &LifecyclePlan, command: &'static str) -> Result<Outcome, Failure> {
    let life_cycle = LifecycleOutput::planned(plan);
    let names: Vec<&str> = plan.fields.iter().map(|field| field.name.as_str()).collect();
    let blocks = lifecycle::planned(&life_cycle, &plan.login.origin(), &names);
    let data = ProbeOutput { life_cycle: Some(life_cycle), ..ProbeOutput::default() };
    let report = Report::new(command, Verdict::Done, &data)?;
    Ok(Outcome::new(Report { blocks, ..report }))
}

/// Runs the session lifecycle and samples session ids, as the flags request; adds the results to `collected`.
///
/// # Errors
/// An argument is invalid, or the network is disabled or unavailable.
pub fn run_session_checks(
    args: &LifecycleArgs,
    plan: Option<&LifecyclePlan>,
    urls: &[String],
    names: &CookieClassifier,
    http: &HttpSettings,
    collected: &mut CollectedExchanges,
    context: &Context,
) -> Result<(), Failure> {
    if let Some(forbidden) = network_args::offline()? {
        return Err(Failure::environment(format!("cannot use the network: {forbidden} is set")));
    }
    let signals = StopSignals::catch();
    collected.insecure |= http.insecure;
    context.note_origin("TLS roots", &http.trust.origin());
    if let Some(plan) = plan {
        let clients = Clients::new(http.trust.clone());
        let (mut trace, ending) = lifecycle::live(plan, clients, http.limits, &signals)?;
        collected.end_with(ending);
        collected.partial |= trace.ended.is_some();
        collected.seen.exchanges.append(&mut trace.exchanges);
        collected.seen.life = Some((plan.login.clone(), trace));
    }
    let Some(count) = args.samples else { return Ok(()) };
    let mut targets = urls.iter().map(|url| parse_http_url(url)).collect::<Result<Vec<_>, _>>()?;
    if let (true, Some(plan)) = (targets.is_empty(), plan) {
        targets.push(plan.page.clone());
    }
    let clients = Clients::new(http.trust.clone());
    for url in targets {
        let (ids, ending) =
            lifecycle::sample(context, &clients, &http.limits, &url, usize::from(count), names, &signals)?;
        collected.end_with(ending);
        collected.partial |= ending.is_some();
        if ids.is_empty() {
            context.warn(format!("{}: no response set a cookie that looks like an id", url.redacted()));
        }
        collected.seen.sampled.extend(ids.into_iter().map(|ids| {
            let values: Vec<&[u8]> = ids.values.iter().map(Vec::as_slice).collect();
            let samples = session_id::analyse(&values, context.now);
            UrlSessionIds { url: url.clone(), name: ids.name, class: ids.class, samples }
        }));
    }
    Ok(())
}
