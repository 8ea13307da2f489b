use std::fmt::Write;

use super::{Coverage, Reach, RuleKind, Witness};

const STYLE: &str = "body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:80em}table{border-collapse:collapse}\
td,th{padding:.1em .8em;text-align:right}td:first-child,th:first-child{text-align:left}\
pre{margin:0;font:12px/1.45 ui-monospace,monospace;white-space:pre-wrap}summary{cursor:pointer}\
.missed{background:#fdd}.beside{background:#ffd}.reached{background:#dfd}.n{color:#999}";

/// The page: a table of counts, then every file with its lines marked.
pub(super) fn page(coverage: &Coverage) -> String {
    let mut html = String::from("<!doctype html><meta charset=\"utf-8\"><title>kefu: what tests reach</title>");
    // Why: writing to a String cannot fail.
    let _ = write!(
        html,
        "<style>{STYLE}</style><h1>What tests reach</h1><table><tr><th>kind<th>by dialogs<th>by examples<th>by suites<th>alone<th>together<th>of</tr>"
    );
    for kind in RuleKind::ALL {
        let (reached, all) = coverage.count(kind);
        let _ = write!(html, "<tr><td>{kind}");
        for witness in Witness::ALL {
            let _ = write!(html, "<td>{}", coverage.count_by(kind, witness));
        }
        let _ = write!(html, "<td>{reached}<td>{all}</tr>");
    }
    html.push_str(
        "</table><p><span class=\"missed\">no test reaches it</span> · <span class=\"beside\">it takes part, nothing depends \
         on it</span> · <span class=\"reached\">reached</span></p>",
    );
    for (name, text) in &coverage.files {
        let _ = file(&mut html, coverage, name, text);
    }
    html
}

fn file(html: &mut String, coverage: &Coverage, name: &str, text: &str) -> std::fmt::Result {
    let items: Vec<_> = coverage.items.iter().filter(|item| item.place.file() == name).collect();
    let missed = items.iter().filter(|item| item.reach() == Reach::Missed).count();
    let open = if missed > 0 { " open" } else { "" };
    write!(html, "<details{open}><summary>{}: {missed} of {} missed</summary><pre>", escaped(name), items.len())?;
    for (number, line) in (1..).zip(text.lines()) {
        let on_line = items.iter().filter(|item| item.place.line() == number);
        let worst = on_line.clone().map(|item| item.reach()).min();
        let class = worst.map_or("", Reach::as_str);
        let names: Vec<String> = on_line
            .filter(|item| item.reach() != Reach::Reached)
            .map(|item| format!("{} {}: {}", item.kind, item.name, item.reach().as_str()))
            .collect();
        writeln!(
            html,
            "<span class=\"n\">{number:5}</span> <span class=\"{class}\" title=\"{}\">{}</span>",
            escaped(&names.join("; ")),
            escaped(line)
        )?;
    }
    html.push_str("</pre></details>\n");
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
