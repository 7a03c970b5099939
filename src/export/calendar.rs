//! Writes everything with a date as a calendar (iCalendar, RFC 5545), for the owner's own: an event for
//! each end and each day to look again, and one for the last day on which notice can be given.
//!
//! An event is known by its record and field, so that a calendar that takes the file in again moves what
//! has a new date instead of showing it twice. The few lines that the format needs stand here: the crate
//! `icalendar` gives an alarm the time of the clock and an identity by chance.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Facts;
use crate::audit::Renewal;
use crate::digest::Digest;

/// How many days before the day a calendar reminds of it.
const REMIND_BEFORE: u32 = 14;

/// The longest line in bytes, without its end (RFC 5545, section 3.1).
const LINE: usize = 75;

/// Returns the calendar.
pub fn calendar(facts: &Facts<'_>) -> Vec<u8> {
    let mut lines = Lines::default();
    let title = format!("Renewals: {}", facts.config.site.title);
    lines.put("BEGIN", "VCALENDAR");
    lines.put("VERSION", "2.0");
    lines.put("PRODID", concat!("-//Clearjar//Clearjar ", env!("CARGO_PKG_VERSION"), "//EN"));
    lines.put("CALSCALE", "GREGORIAN");
    lines.put("METHOD", "PUBLISH");
    lines.put_text("NAME", &title);
    lines.put_text("X-WR-CALNAME", &title);
    let mut names = Names::default();
    for renewal in &facts.audit.renewals {
        event(facts, renewal, What::Day, &mut names, &mut lines);
        if let Some(notice) = renewal.notice_by.filter(|notice| *notice < renewal.date) {
            event(facts, renewal, What::Notice(notice), &mut names, &mut lines);
        }
    }
    lines.put("END", "VCALENDAR");
    lines.0.into_bytes()
}

/// What an event stands for.
#[derive(Clone, Copy)]
enum What {
    /// The day itself.
    Day,
    /// The last day on which notice can be given for it.
    Notice(Date),
}

fn event(facts: &Facts<'_>, renewal: &Renewal, what: What, names: &mut Names, lines: &mut Lines) {
    let Facts { model, audit, .. } = facts;
    let name = &model.node(renewal.node).name;
    let (day, summary) = match what {
        What::Day => (renewal.date, format!("{}: {name}", renewal.label)),
        What::Notice(day) => (day, format!("Last day to give notice: {name}")),
    };
    let mut text = format!("{} of {name}: {}.", renewal.label, renewal.date);
    if let Some(notice) = renewal.notice_by {
        text.push_str(&format!(" Notice has to be given by {notice}."));
    }
    let page = facts.page_of(renewal.node);
    text.push_str(&format!("\nIn the runbook: {page}\nAs recorded on {}.", audit.today));
    lines.put("BEGIN", "VEVENT");
    lines.put("UID", &names.uid(facts, renewal, what));
    lines.put("DTSTAMP", &format!("{}T000000Z", compact(audit.today)));
    // A day without a time is the same day wherever the calendar is.
    lines.put("DTSTART;VALUE=DATE", &compact(day));
    lines.put("DTEND;VALUE=DATE", &compact(day.saturating_add(jiff::Span::new().days(1))));
    lines.put_text("SUMMARY", &summary);
    lines.put_text("DESCRIPTION", &text);
    lines.put_text("CATEGORIES", &model.kind_of(renewal.node).label);
    lines.put("TRANSP", "TRANSPARENT");
    lines.put("BEGIN", "VALARM");
    lines.put("ACTION", "DISPLAY");
    lines.put("TRIGGER", &format!("-P{REMIND_BEFORE}D"));
    lines.put_text("DESCRIPTION", &summary);
    lines.put("END", "VALARM");
    lines.put("END", "VEVENT");
}

fn compact(day: Date) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// The identities of events: a record may have several days of one label.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn uid(&mut self, facts: &Facts<'_>, renewal: &Renewal, what: What) -> String {
        let what = match what {
            What::Day => "day",
            What::Notice(_) => "notice",
        };
        let record = facts.model.full_id(renewal.node);
        let name = format!("{}\n{record}\n{}\n{what}", facts.config.site.title, renewal.label);
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        format!("{}@clearjar", Digest::of(format!("{name}\n{count}").as_bytes()).short())
    }
}

/// The lines of a calendar, folded.
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Writes a value that is no text, such as a day.
    fn put(&mut self, name: &str, value: &str) {
        let mut room = LINE;
        for c in format!("{name}:{value}").chars() {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }

    /// Writes a text (RFC 5545, section 3.3.11); what no text may hold is left out.
    fn put_text(&mut self, name: &str, text: &str) {
        let mut escaped = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match c {
                '\\' | ';' | ',' => escaped.extend(['\\', c]),
                '\n' => escaped.push_str("\\n"),
                c if c.is_control() => {}
                c => escaped.push(c),
            }
        }
        self.put(name, &escaped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters_and_texts_escaped() {
        let mut lines = Lines::default();
        lines.put_text("SUMMARY", &format!("a,b;c\\d\r\ne{}", "ü老".repeat(60)));
        assert!(lines.0.starts_with("SUMMARY:a\\,b\\;c\\\\d\\ne"));
        assert!(lines.0.split("\r\n").all(|line| line.len() <= LINE), "{}", lines.0);
        assert_eq!(lines.0.replace("\r\n ", "").matches("ü老").count(), 60);
    }

    #[test]
    fn a_text_cannot_begin_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.put_text("SUMMARY", "x\r\nEND:VCALENDAR\u{85}\u{2028}");
        assert_eq!(lines.0.lines().filter(|line| line.starts_with("END")).count(), 0);
    }
}
