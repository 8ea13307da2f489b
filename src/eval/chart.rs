//! Drawings for pages: inline SVG, no script, nothing fetched.
//!
//! In come names and numbers, out comes markup. It knows nothing of what they mean.

use std::fmt::Write;

/// The look of every page.
const STYLE: &str = "body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:72em;padding:0 1em;color:#223}\
h2{margin-top:2em}table{border-collapse:collapse}td,th{padding:.15em .8em;text-align:right;border-bottom:1px solid #eee}\
td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}svg text{font:11px system-ui,sans-serif;fill:#223}\
.note{color:#667}";

/// Width of a drawing, and of the names beside its bars.
const WIDE: f64 = 760.0;
const NAMES: f64 = 200.0;
const BAR: f64 = 18.0;
/// Height of a curve.
const HIGH: f64 = 260.0;
const EDGE: f64 = 40.0;
/// Side of a cell of a matrix, and room for the names around it.
const CELL: f64 = 20.0;
const AROUND: f64 = 190.0;

/// A line: its name, its colour, and its points.
pub(super) type Curve<'c> = (&'c str, &'c str, Vec<(f64, f64)>);

/// A page being written.
pub(super) struct Page(String);

impl Page {
    /// An empty page of a title.
    pub(super) fn new(title: &str) -> Self {
        let title = escaped(title);
        Self(format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style>\
             <h1>{title}</h1>\n"
        ))
    }

    /// A heading.
    pub(super) fn heading(&mut self, text: &str) {
        self.add(format_args!("<h2>{}</h2>\n", escaped(text)));
    }

    /// A sentence in small print.
    pub(super) fn note(&mut self, text: &str) {
        self.add(format_args!("<p class=\"note\">{}</p>\n", escaped(text)));
    }

    /// Rows of cells, the first of them the names of the columns.
    pub(super) fn table(&mut self, columns: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
        let head: String = columns.iter().map(|name| format!("<th>{}", escaped(name))).collect();
        self.add(format_args!("<table><tr>{head}</tr>\n"));
        for row in rows {
            let cells: String = row.iter().map(|cell| format!("<td>{}", escaped(cell))).collect();
            self.add(format_args!("<tr>{cells}</tr>\n"));
        }
        self.add(format_args!("</table>\n"));
    }

    /// A bar for each name: a length, and beside it what it means.
    pub(super) fn bars(&mut self, bars: &[(String, f64, String)]) {
        let most = bars.iter().map(|bar| bar.1).fold(f64::MIN_POSITIVE, f64::max);
        let high = BAR * bars.len() as f64 + 4.0;
        self.add(format_args!("<svg viewBox=\"0 0 {WIDE} {high}\" width=\"{WIDE}\" role=\"img\">\n"));
        for (row, (name, length, meaning)) in bars.iter().enumerate() {
            let (top, base) = (BAR * row as f64, BAR * row as f64 + 13.0);
            let wide = ((WIDE - NAMES - 110.0) * length / most).max(0.0);
            self.add(format_args!(
                "<text x=\"{:.0}\" y=\"{base:.0}\" text-anchor=\"end\">{}</text>\
                 <rect x=\"{NAMES}\" y=\"{:.0}\" width=\"{wide:.1}\" height=\"14\" fill=\"#4a7fb5\"/>\
                 <text x=\"{:.1}\" y=\"{base:.0}\">{}</text>\n",
                NAMES - 8.0,
                escaped(name),
                top + 2.0,
                NAMES + wide + 6.0,
                escaped(meaning)
            ));
        }
        self.add(format_args!("</svg>\n"));
    }

    /// Curves over a square from 0 to 1, each with a name.
    pub(super) fn curves(&mut self, curves: &[Curve<'_>], below: &str) {
        let wide = HIGH * 1.6;
        let place = |(x, y): (f64, f64)| (EDGE + x * wide, 10.0 + (1.0 - y) * HIGH);
        let (all_wide, all_high) = (wide + EDGE + 180.0, HIGH + 50.0);
        self.add(format_args!("<svg viewBox=\"0 0 {all_wide} {all_high}\" width=\"{all_wide}\" role=\"img\">\n"));
        for tenth in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let (left, y) = place((0.0, tenth));
            let (x, bottom) = place((tenth, 0.0));
            self.add(format_args!(
                "<line x1=\"{left:.0}\" y1=\"{y:.0}\" x2=\"{:.0}\" y2=\"{y:.0}\" stroke=\"#ddd\"/>\
                 <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{tenth}</text>\
                 <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{tenth}</text>\n",
                left + wide,
                left - 6.0,
                y + 4.0,
                bottom + 16.0
            ));
        }
        for (row, (name, color, points)) in curves.iter().enumerate() {
            let line: Vec<String> = points
                .iter()
                .map(|point| {
                    let (x, y) = place(*point);
                    format!("{x:.1},{y:.1}")
                })
                .collect();
            let y = 24.0 + 18.0 * row as f64;
            self.add(format_args!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\
                 <text x=\"{:.0}\" y=\"{y:.0}\" style=\"fill:{color}\">{}</text>\n",
                line.join(" "),
                wide + EDGE + 10.0,
                escaped(name)
            ));
        }
        self.add(format_args!(
            "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text></svg>\n",
            EDGE + wide / 2.0,
            HIGH + 46.0,
            escaped(below)
        ));
    }

    /// How often each name of a row came out as each name of a column; the darker the more of the row.
    pub(super) fn matrix(&mut self, names: &[String], count: impl Fn(usize, usize) -> usize) {
        let side = AROUND + CELL * names.len() as f64;
        self.add(format_args!("<svg viewBox=\"0 0 {side} {side}\" width=\"{side}\" role=\"img\">\n"));
        for (row, name) in names.iter().enumerate() {
            let y = AROUND + CELL * row as f64;
            let name = escaped(name);
            self.add(format_args!(
                "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{name}</text>\
                 <text transform=\"translate({:.0},{:.0}) rotate(-60)\">{name}</text>\n",
                AROUND - 6.0,
                y + 14.0,
                y + 12.0,
                AROUND - 6.0
            ));
            let all = (0..names.len()).map(|column| count(row, column)).sum::<usize>().max(1);
            for column in 0..names.len() {
                let of = count(row, column);
                if of > 0 {
                    let color = if row == column { "#2a8a4a" } else { "#c0392b" };
                    self.add(format_args!(
                        "<rect x=\"{:.0}\" y=\"{y:.0}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{color}\" \
                         fill-opacity=\"{:.2}\"><title>{of}</title></rect>\n",
                        AROUND + CELL * column as f64,
                        (0.15 + 0.85 * of as f64 / all as f64).min(1.0)
                    ));
                }
            }
        }
        self.add(format_args!("</svg>\n"));
    }

    /// The page.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Why: writing to a String cannot fail.
        let _ = self.0.write_fmt(text);
    }
}

/// A share as a percentage.
pub(super) fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.1} %", 100.0 * share))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_customers_write_is_no_markup() {
        let mut page = Page::new("a <b>");
        page.table(&["x & y"], [vec!["<script>".to_owned()]]);
        page.bars(&[("\"q\"".to_owned(), 1.0, "1".to_owned())]);
        page.matrix(&["<i>".to_owned()], |_, _| 1);
        let html = page.finish();
        assert!(
            !html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>") && !html.contains("\"q\"")
        );
        assert!(html.contains("&lt;script&gt;") && html.matches("<svg").count() == html.matches("</svg>").count());
    }
}
