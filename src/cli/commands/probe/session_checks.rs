//! Sessions of a live server: `--login` and `--samples`.

use super::collected::{CollectedExchanges, parse_url};
use super::http_settings::HttpSettings;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::fetch::Clients;
use crate::cli::lifecycle::{self, LifecycleArgs};
use crate::cli::network_args;
use crate::cli::system;
use authkit::cookie::class::CookieClassifier;
use authkit::cookie::session_id;
use authkit::lifecycle::LifecyclePlan;
use authkit::lifecycle::output::LifecycleOutput as Life;
use authkit::probe::UrlSessionIds;
use authkit::probe::output::ProbeOutput;
use authkit::report::{Outcome, Report, Verdict};

/// The plan for eyes and machines.
///
/// # Errors
/// A bug of ours.
pub fn show(plan: &LifecyclePlan, command: &'static str) -> Result<Outcome, Failure> {
    let life = Life::planned(plan);
    let names: Vec<&str> = plan.fields.iter().map(|field| field.name.as_str()).collect();
    let blocks = lifecycle::planned(&life, &plan.login.origin(), &names);
    let data = ProbeOutput { life_cycle: Some(life), ..ProbeOutput::default() };
    let report = Report::new(command, Verdict::Done, &data)?;
    Ok(Outcome { artefact: None, report: Report { blocks, ..report } })
}

/// Logs in and samples, as far as that was asked for; adds to what was got.
///
/// # Errors
/// What cannot be understood, or no network.
pub fn run_session_checks(
    asked: &LifecycleArgs,
    plan: Option<&LifecyclePlan>,
    urls: &[String],
    names: &CookieClassifier,
    tools: &HttpSettings,
    got: &mut CollectedExchanges,
    context: &Context,
) -> Result<(), Failure> {
    if let Some(forbidden) = network_args::offline()? {
        return Err(Failure::environment(format!("the network is not used: {forbidden} forbids it")));
    }
    let (interrupted, terminated) = system::register_signal_flags();
    got.insecure |= tools.insecure;
    context.note_origin("TLS roots", &tools.trust.origin());
    if let Some(plan) = plan {
        let clients = Clients::new(tools.trust.clone());
        let mut story =
            lifecycle::live(context, plan, clients, tools.limits, (interrupted.clone(), terminated.clone()))?;
        got.partial |= story.ended.is_some();
        got.seen.exchanges.append(&mut story.exchanges);
        got.seen.life = Some((plan.login.clone(), story));
    }
    let Some(count) = asked.samples else { return Ok(()) };
    let mut targets = urls.iter().map(|url| parse_url(url)).collect::<Result<Vec<_>, _>>()?;
    if let (true, Some(plan)) = (targets.is_empty(), plan) {
        targets.push(plan.page.clone());
    }
    let clients = Clients::new(tools.trust.clone());
    for url in targets {
        let stop = [&*interrupted, &*terminated];
        let (ids, whole) = lifecycle::sample(context, &clients, &tools.limits, &url, usize::from(count), names, &stop)?;
        got.partial |= !whole;
        if ids.is_empty() {
            context.warn(format!("{}: no visitor got a cookie that looks like an id", url.redacted()));
        }
        got.seen.sampled.extend(ids.into_iter().map(|ids| {
            let values: Vec<&[u8]> = ids.values.iter().map(Vec::as_slice).collect();
            let samples = session_id::analyse(&values, context.now);
            UrlSessionIds { url: url.clone(), name: ids.name, class: ids.class, samples }
        }));
    }
    Ok(())
}
