use super::Source;
use super::file::{File, Files};
use super::node::{Content, Node};
use super::read::{DEEPEST, Reader, Refusal};
use super::syntax;
use crate::diagnostic::{Code, Diagnostic, Finding, Origin, Place, Severity, did_you_mean_help};
use crate::text::{Language, count_between};

/// Largest rule file.
const LARGEST: usize = 8 * 1024 * 1024;

/// Files as read, each with its root, which is an empty map where the file could not be read.
pub(super) struct Prepared<'s> {
    pub(super) files: Files<'s>,
    pub(super) roots: Vec<Node>,
    /// What kept a file from being read.
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) findings: Vec<Finding>,
}

/// Reads every source: size, encoding, tabs, anchors, YAML, and the head of each file.
pub(super) fn prepare<'s>(base: &'s [Source], own: &'s [Source]) -> Prepared<'s> {
    let mut prepared = Prepared {
        files: Files { files: Vec::with_capacity(base.len() + own.len()), base: base.len() as u16 },
        roots: Vec::with_capacity(base.len() + own.len()),
        diagnostics: Vec::new(),
        findings: Vec::new(),
    };
    for (index, source) in base.iter().chain(own).enumerate() {
        let origin = Origin { file: index as u16, node: 0 };
        let text = match text(source) {
            Ok(text) => text,
            Err(diagnostic) => {
                prepared.diagnostics.push(*diagnostic);
                ""
            }
        };
        let file = File::new(source.name(), text);
        let root = match read(&file, origin) {
            Ok(root) => root,
            Err(diagnostic) => {
                prepared.diagnostics.push(*diagnostic);
                None
            }
        };
        prepared.files.files.push(file);
        let root = root.unwrap_or_else(|| Node::new(origin, Content::Map(Vec::new())));
        head(&root, &mut prepared.findings);
        prepared.roots.push(root);
    }
    for (index, file) in prepared.files.files.iter().enumerate() {
        comments(file, index as u16, &mut prepared.findings);
    }
    prepared
}

/// The text of a source, without the mark that some editors put at its start.
pub(super) fn text(source: &Source) -> Result<&str, Box<Diagnostic>> {
    let bytes = source.bytes();
    if bytes.len() > LARGEST {
        let size = bytes.len() as f64 / (1024.0 * 1024.0);
        let message = format!("`{}` has {size:.1} MB, and a rule file may have 8 MB", source.name());
        let diagnostic = Diagnostic::new(Code::TOO_LARGE, Severity::Error, message)
            .at(Place::new(source.name(), 1, "", 0..1))
            .with_help(Some("split it: all files of a pack add up".to_owned()));
        return Err(Box::new(diagnostic));
    }
    // Why: half of the bytes of plain words are nothing then, which is UTF-8 too.
    if bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.iter().take(4).any(|byte| *byte == 0)
    {
        let diagnostic = Diagnostic::new(Code::NOT_UTF8, Severity::Error, "the file is saved as UTF-16")
            .at(Place::new(source.name(), 1, "", 0..1))
            .with_help(Some("save the file as UTF-8".to_owned()));
        return Err(Box::new(diagnostic));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(text)),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let good = String::from_utf8_lossy(good);
            let line = good.matches('\n').count() + 1;
            let before = good.rsplit('\n').next().unwrap_or_default();
            let column = before.chars().count();
            let bad = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
            let message = format!("the byte 0x{bad:02X} is no UTF-8");
            let diagnostic = Diagnostic::new(Code::NOT_UTF8, Severity::Error, message)
                .at(Place::new(source.name(), line, before, column..column + 1))
                .with_help(Some("save the file as UTF-8".to_owned()));
            Err(Box::new(diagnostic))
        }
    }
}

/// The root of a file; `None` for an empty one.
fn read(file: &File<'_>, origin: Origin) -> Result<Option<Node>, Box<Diagnostic>> {
    bounded(file)?;
    let mut root = None;
    for document in serde_yaml::Deserializer::from_str(file.text) {
        if root.is_some() {
            let line = file.text.lines().skip(1).position(|line| line.starts_with("---")).map_or(1, |index| index + 2);
            let message = "a rule file holds one document, and here begins another";
            return Err(at(
                Code::DOCUMENTS,
                message,
                file.place_at(line, 1),
                Some("split the file, or remove this line"),
            ));
        }
        let reader = Reader::new(origin.file);
        match reader.read(document) {
            Ok(node) => root = Some(node),
            Err(error) => return Err(refusal(file, &reader, &error)),
        }
    }
    match root {
        None => Ok(None),
        Some(root) if root.is_null() => Ok(None),
        Some(root) if root.as_map().is_some() => Ok(Some(root)),
        Some(root) => {
            let message = format!("a rule file is a map of sections, and here stands {}", root.describe());
            Err(at(Code::NOT_A_MAP, &message, file.place_of(0, None), Some("begin with a section such as `intents:`")))
        }
    }
}

fn at(code: Code, message: &str, place: Place, help: Option<&str>) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code, Severity::Error, message).at(place).with_help(help.map(str::to_owned)))
}

/// What must be found before a file is given to the YAML reader, which would take long over it or say nothing.
pub(super) fn bounded(file: &File<'_>) -> Result<(), Box<Diagnostic>> {
    // Why: the YAML reader takes time with the square of the depth, so great depth has to be found before.
    if may_be_deep(file.text)
        && let Some(bytes) = file.marks().too_deep()
    {
        let message = format!("maps and lists are nested more than {DEEPEST} deep");
        return Err(at(Code::TOO_DEEP, &message, file.place(bytes), Some("split it up; a flow can `run` another")));
    }
    // Why: an alias is followed by the YAML reader without a word, so it has to be found before.
    if has_alias_sign(file.text)
        && let Some(bytes) = file.marks().alias()
    {
        // Why: the event parser tells where the anchored value begins, and the sign stands before it.
        let before = file.text.get(..bytes.start).unwrap_or_default();
        let sign = before.rfind('&').filter(|at| !before.get(*at..).unwrap_or_default().contains([':', ',']));
        let bytes = sign.unwrap_or(bytes.start)..bytes.end;
        let help = "write the value out; a text that begins with `*` or `&` must be quoted";
        return Err(at(
            Code::ALIAS,
            "anchors and aliases are no part of the rule language",
            file.place(bytes),
            Some(help),
        ));
    }
    Ok(())
}

/// Why the reader did not go on.
pub(super) fn refusal(file: &File<'_>, reader: &Reader, error: &serde_yaml::Error) -> Box<Diagnostic> {
    match reader.refused() {
        Some((Refusal::TooDeep, node)) => {
            let message = format!("maps and lists are nested more than {DEEPEST} deep");
            at(Code::TOO_DEEP, &message, file.place_of(node, None), Some("split it up; a flow can `run` another"))
        }
        Some((Refusal::Tag, node)) => {
            let help = "remove the tag; a text that begins with `!` must be quoted";
            at(Code::TAG, "tags have no meaning in rules", file.place_of(node, None), Some(help))
        }
        None => Box::new(syntax::explain(file, error)),
    }
}

/// Whether a text may be nested very deeply: many brackets open at once, or many `- ` in one line. Brackets in quotes count
/// too; the event parser then tells for sure.
fn may_be_deep(text: &str) -> bool {
    // Why counted first: that is quick, and hardly any file has so many brackets, or a line long enough for so many marks.
    let brackets = count_between(text, b'[', b'[') + count_between(text, b'{', b'{');
    if brackets <= 2 * DEEPEST && text.split('\n').all(|line| line.len() <= 4 * DEEPEST) {
        return false;
    }
    let mut open = 0usize;
    let mut marks = 0usize;
    let mut before = b'\n';
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b' ' if matches!(before, b'-' | b'?' | b':') => marks += 1,
            b' ' | b'-' | b'?' | b':' => {}
            // Why: marks open something in something only where nothing stands between them.
            _ => marks = 0,
        }
        if open > 2 * DEEPEST || marks > 2 * DEEPEST {
            return true;
        }
        before = byte;
    }
    false
}

/// Whether a text has a sign that may begin an anchor or alias; the event parser then tells for sure.
fn has_alias_sign(text: &str) -> bool {
    if count_between(text, b'&', b'&') + count_between(text, b'*', b'*') == 0 {
        return false;
    }
    let bytes = text.as_bytes();
    let mut before = b'\n';
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(byte, b'&' | b'*') && matches!(before, b'\n' | b' ' | b'\t' | b'[' | b'{' | b',' | b'-' | b':') {
            let after = bytes.get(index + 1).copied().unwrap_or(b' ');
            if after.is_ascii_alphanumeric() || after == b'_' || after >= 0x80 {
                return true;
            }
        }
        before = *byte;
    }
    false
}

/// `kefu:` and `language:` of a file.
fn head(root: &Node, findings: &mut Vec<Finding>) {
    if let Some(version) = root.field("kefu")
        && !matches!(version.content, Content::Integer(1))
    {
        let message = "this library reads version 1 of the rule language";
        findings.push(Finding::error(Code::FORMAT_VERSION, version.origin, message).help("write `kefu: 1`"));
    }
    if let Some(language) = root.field("language") {
        let name = language.as_text().unwrap_or_default();
        if Language::from_code(name).is_none() {
            let help = did_you_mean_help(name, ["zh", "en", "es", "pt"]);
            findings.push(
                Finding::error(Code::UNKNOWN_LANGUAGE, language.origin, format!("`{name}` is no language"))
                    .help(help.unwrap_or_else(|| "possible here: zh, en, es, pt".to_owned())),
            );
        }
    }
}

/// Texts that end at ` #`.
fn comments(file: &File<'_>, index: u16, findings: &mut Vec<Finding>) {
    // Why: only a `#` that is glued to what follows looks like a part of the text; few files have one.
    let suspicious = file.text.match_indices(" #").any(|(at, _)| {
        let after = file.text.get(at + 2..).and_then(|rest| rest.chars().next());
        let line = file.text.get(..at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
        let is_comment = after.is_some_and(|sign| !sign.is_whitespace() && sign != '#');
        is_comment && !line.trim().is_empty() && !is_in_quotes(line)
    });
    if !suspicious {
        return;
    }
    for (node, comment) in file.marks().cut_by_comment(file.text) {
        let lost = file.text.get(comment).unwrap_or_default().trim_end();
        let text = file.marks().spot(node).map(|spot| spot.written.clone()).unwrap_or_default();
        let origin = Origin { file: index, node };
        findings.push(
            Finding::error(Code::HASH, origin, format!("the text ends here, because ` {lost}` is a comment for YAML"))
                .help(format!("quote it: '{text} {lost}'; for a comment leave a blank after `#`")),
        );
    }
}

/// Whether the beginning of a line ends inside a text in single quotes that begins it; of other quotes the event parser tells.
fn is_in_quotes(line: &str) -> bool {
    let item = line.trim_start();
    let item = item.strip_prefix("- ").unwrap_or(item).trim_start();
    // Why counted: a quote inside the text is written twice.
    item.starts_with('\'') && item.matches('\'').count() % 2 == 1
}
