use super::super::keys;
use super::super::node::Node;
use super::Lowering;
use super::shape::parse_day;
use crate::diagnostic::{Code, Finding, did_you_mean_help};
use crate::expression::Scope;
use crate::rules::{Closed, DateRule, FlowId, Hours, OpenSpan};

/// Minutes of a day.
const DAY: u16 = 1440;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Lowering<'_> {
    pub(super) fn hours(&mut self, node: &Node, scope: &Scope) -> Option<Hours> {
        let fields = self.fields(node, &keys::HOURS);
        let Some(zone) = fields.get("zone") else {
            self.error(Code::MISSING, node, "`hours` needs a `zone`, such as Asia/Shanghai");
            return None;
        };
        let zone = self.zone(zone)?;
        let mut week: [Vec<OpenSpan>; 7] = Default::default();
        if let Some(open) = fields.get("open") {
            for (key, value) in open.as_map().unwrap_or_default() {
                let Some(name) = self.text_key(key) else { continue };
                let Some(days) = days(&name) else {
                    let finding =
                        Finding::error(Code::HOURS, key.origin, format!("`{name}` is no weekday or span of weekdays"));
                    self.report(finding.help("write mon, tue, wed, thu, fri, sat, sun, or mon-fri"));
                    continue;
                };
                let spans = self.spans(value);
                for day in days {
                    if let Some(known) = week.get_mut(day) {
                        if known.is_empty() {
                            known.clone_from(&spans);
                        } else {
                            self.error(
                                Code::HOURS,
                                key,
                                format!("`{name}` gives hours to a day that has some already"),
                            );
                            break;
                        }
                    }
                }
            }
            if open.as_map().is_none() {
                self.wrong_shape(open, "weekdays with their hours are meant");
            }
        }
        let mut dates = Vec::new();
        for (key, value) in fields.get("dates").and_then(Node::as_map).unwrap_or_default() {
            let Some(name) = self.text_key(key) else { continue };
            let (first, last) = name.split_once("..").unwrap_or((&name, &name));
            match (parse_day(first.trim()), parse_day(last.trim())) {
                (Some(first), Some(last)) if first <= last => {
                    let spans = self.spans(value);
                    dates.push(DateRule { origin: key.origin, first, last, spans });
                }
                _ => {
                    let finding = Finding::error(Code::DATE, key.origin, format!("`{name}` is no day or span of days"));
                    self.report(finding.help("write 2026-02-28 or 2026-02-16..2026-02-22"));
                }
            }
        }
        // Why: the order of keys in a map means nothing, so the narrower rule goes first.
        dates.sort_by_key(|rule| ((rule.last - rule.first).get_days(), rule.first));
        if week.iter().all(Vec::is_empty) && dates.iter().all(|rule| rule.spans.is_empty()) {
            let finding = Finding::error(Code::HOURS, node.origin, "with these hours the desk never opens");
            self.report(
                finding.help("give some day its hours: `open: {mon-fri: ['09:00-18:00']}`, or leave `hours` out"),
            );
        }
        let mut closed = Closed::default();
        if let Some(node) = fields.get("closed") {
            let fields = self.fields(node, &keys::CLOSED);
            closed.run = fields.get("run").and_then(|node| self.flow_reference(node));
            closed.say = fields.get("say").and_then(|node| self.words(node, scope));
        }
        Some(Hours { zone, week, dates, closed })
    }

    pub(super) fn flow_reference(&mut self, node: &Node) -> Option<FlowId> {
        self.known(node, "flow", Code::UNKNOWN_FLOW, |names| &names.flows).map(|name| FlowId::from(&*name))
    }

    fn zone(&mut self, node: &Node) -> Option<Box<str>> {
        let name = self.name(node, "a time zone")?;
        if jiff::tz::TimeZone::get(&name).is_ok() {
            return Some(name);
        }
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.to_string()).collect();
        let help = did_you_mean_help(&name, known.iter().map(String::as_str))
            .unwrap_or_else(|| "write an IANA name such as Asia/Shanghai".to_owned());
        self.report(Finding::error(Code::ZONE, node.origin, format!("there is no time zone `{name}`")).help(help));
        None
    }

    /// `['09:00-12:00', '13:00-21:00']`, or `closed`.
    fn spans(&mut self, node: &Node) -> Vec<OpenSpan> {
        if node.as_text() == Some("closed") {
            return Vec::new();
        }
        let mut spans: Vec<OpenSpan> = Vec::new();
        for item in self.items(node) {
            let Some(written) = self.as_written(item) else { continue };
            match span(&written) {
                Some(span) if spans.iter().all(|other| are_apart(&span, other)) => {
                    spans.push(span);
                }
                Some(_) => self.error(Code::HOURS, item, format!("`{written}` overlaps other hours of the day")),
                None => {
                    let finding = Finding::error(Code::HOURS, item.origin, format!("`{written}` are no hours"));
                    self.report(finding.help(
                        "write '09:00-18:00'; midnight is 24:00, and '22:00-06:00' goes on into the next morning",
                    ));
                }
            }
        }
        spans.sort_by_key(|span| span.from);
        spans
    }
}

fn days(name: &str) -> Option<Vec<usize>> {
    let day = |name: &str| DAYS.iter().position(|known| *known == name.trim());
    match name.split_once('-') {
        Some((first, last)) => {
            let (first, last) = (day(first)?, day(last)?);
            // `sat-mon` goes round the week.
            let length = (last + 7 - first) % 7;
            Some((0..=length).map(|step| (first + step) % 7).collect())
        }
        None if name == "daily" => Some((0..7).collect()),
        None => Some(vec![day(name)?]),
    }
}

fn span(written: &str) -> Option<OpenSpan> {
    let (from, to) = written.split_once(['-', '–'])?;
    let (from, to) = (minutes(from)?, minutes(to)?);
    match to.cmp(&from) {
        std::cmp::Ordering::Greater => Some(OpenSpan { from, to }),
        // A night shift ends on the next morning.
        std::cmp::Ordering::Less => Some(OpenSpan { from, to: to + DAY }),
        std::cmp::Ordering::Equal => None,
    }
}

/// Whether no minute belongs to both. The morning after a night shift is another day's.
fn are_apart(one: &OpenSpan, other: &OpenSpan) -> bool {
    one.from >= other.to || one.to <= other.from
}

fn minutes(written: &str) -> Option<u16> {
    let (hours, minutes) = written.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0))).then(|| hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_and_hours() {
        assert_eq!(days("mon-fri"), Some(vec![0, 1, 2, 3, 4]));
        assert_eq!(days("sat-mon"), Some(vec![5, 6, 0]));
        assert_eq!(days("sun"), Some(vec![6]));
        assert_eq!(days("monday"), None);
        for (written, expected) in [
            ("09:00-12:30", Some((540, 750))),
            ("00:00-24:00", Some((0, 1440))),
            ("22:00-06:00", Some((1320, 1800))),
            ("22:00-22:00", None),
            ("9-12", None),
            ("09:00-24:30", None),
        ] {
            assert_eq!(span(written).map(|span| (span.from, span.to)), expected, "{written}");
        }
    }
}
