use std::io::{self, Write};

use serde::Serialize;

use super::arguments::{Check, CheckFormat};
use super::clock;
use super::exit::{Done, Stop, Verdict};
use crate::check::check_at;
use crate::diagnostic::{Code, Diagnostic, Place, Severity};
use crate::load::{LoadErrorKind, Source};

/// Every error and warning of a pack, or what a code means.
pub(super) fn run(check: &Check) -> Done {
    let mut output = io::stdout().lock();
    if let Some(name) = &check.explain {
        let Some(code) = Code::from_name(name) else {
            return Err(Stop::Usage(format!("there is no code `{name}`; codes look like K0403")));
        };
        writeln!(output, "{code}: {}\n\n{}", code.title(), code.explanation())?;
        for (title, sample) in [("Wrong", code.wrong()), ("Right", code.right())] {
            let Some(sample) = sample else { continue };
            writeln!(output, "\n{title}:\n")?;
            for line in sample.lines() {
                writeln!(output, "    {line}")?;
            }
        }
        return Ok(Verdict::Fine);
    }
    let Some(pack) = &check.pack else { return Err(Stop::Usage("a folder of rules is needed".to_owned())) };
    let (found, empty) = match Source::from_dir(pack).and_then(|sources| check_at(&sources, clock::now())) {
        Ok(warnings) => (warnings, None),
        Err(error) if error.kind() == LoadErrorKind::Unreadable => return Err(Stop::Usage(error.to_string())),
        Err(error) if error.diagnostics().is_empty() => (Vec::new(), Some(error.to_string())),
        Err(error) => (error.diagnostics().to_vec(), None),
    };
    let count = |severity: Severity| found.iter().filter(|each| each.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    match check.format {
        CheckFormat::Text => {
            for diagnostic in &found {
                writeln!(output, "{diagnostic}\n")?;
            }
        }
        CheckFormat::Json => {
            let errors = errors + usize::from(empty.is_some());
            let document = Findings { format: 1, errors, warnings, message: empty.as_deref(), diagnostics: &found };
            writeln!(output, "{}", serde_json::to_string(&document).map_err(io::Error::from)?)?;
        }
        CheckFormat::Github => {
            for diagnostic in &found {
                writeln!(output, "{}", annotation(diagnostic))?;
            }
        }
    }
    output.flush()?;
    match &empty {
        Some(sentence) => eprintln!("{sentence}"),
        None => eprintln!("{}: {}, {}", pack.display(), counted(errors, "error"), counted(warnings, "warning")),
    }
    Ok(if errors > 0 || empty.is_some() { Verdict::Found } else { Verdict::Fine })
}

/// What was found, as one JSON document.
#[derive(Serialize)]
struct Findings<'a> {
    format: u32,
    errors: usize,
    warnings: usize,
    /// What concerns the pack as a whole, such as that it is empty.
    message: Option<&'a str>,
    diagnostics: &'a [Diagnostic],
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// A workflow command that marks the line in a review.
fn annotation(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place().map_or_else(String::new, |place: &Place| {
        format!(
            "file={},line={},col={},endColumn={},",
            property(place.file()),
            place.line(),
            place.column(),
            place.end_column()
        )
    });
    let mut message = diagnostic.message().to_owned();
    if let Some(help) = diagnostic.help() {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    format!("::{} {place}title={}::{}", diagnostic.severity(), diagnostic.code(), escaped(&message))
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
