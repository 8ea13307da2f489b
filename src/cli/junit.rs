use std::fmt::Write;

use crate::testing::{Breach, Report};

/// The reports as `JUnit` XML: one suite per file.
pub(super) fn document(reports: &[Report], breaches: &[&Breach]) -> String {
    let mut files: Vec<&str> = reports.iter().map(Report::file).collect();
    files.dedup();
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    if !breaches.is_empty() {
        let count = breaches.len();
        let _ = writeln!(xml, "  <testsuite name=\"injected repairs\" tests=\"{count}\" failures=\"{count}\">");
        for breach in breaches {
            let _ = broken(&mut xml, breach);
        }
        xml.push_str("  </testsuite>\n");
    }
    for file in files {
        let of_file: Vec<&Report> = reports.iter().filter(|report| report.file() == file).collect();
        let failed = of_file.iter().filter(|report| !report.passed()).count();
        // Why: writing to a String cannot fail.
        let _ =
            writeln!(xml, "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\">", escaped(file), of_file.len());
        for report in of_file {
            let _ = case(&mut xml, report);
        }
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn case(xml: &mut String, report: &Report) -> std::fmt::Result {
    let (name, file) = (escaped(report.name()), escaped(report.file()));
    write!(xml, "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{}\"", report.line())?;
    match report.failure() {
        None => writeln!(xml, "/>"),
        Some(failure) => {
            let keys: Vec<&str> = failure.mismatches().iter().map(crate::testing::Mismatch::key).collect();
            let message = format!("line {}: {}", failure.line(), keys.join(", "));
            writeln!(
                xml,
                ">\n      <failure message=\"{}\">{}</failure>",
                escaped(&message),
                escaped(&report.to_string())
            )?;
            writeln!(xml, "    </testcase>")
        }
    }
}

fn broken(xml: &mut String, breach: &Breach) -> std::fmt::Result {
    let (file, name) = (escaped(breach.file()), escaped(&format!("{}: {}", breach.test(), breach.injection())));
    writeln!(xml, "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{}\">", breach.line())?;
    let promise = escaped(breach.promise().as_str());
    writeln!(xml, "      <failure message=\"{promise}\">{}</failure>", escaped(&breach.to_string()))?;
    writeln!(xml, "    </testcase>")
}

/// Text that may stand in XML; signs XML does not know at all are replaced.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(sign),
            sign if sign.is_control() || sign == '\u{fffe}' || sign == '\u{ffff}' => safe.push('\u{fffd}'),
            sign => safe.push(sign),
        }
    }
    safe
}
