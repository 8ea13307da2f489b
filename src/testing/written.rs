use std::ops::Range;
use std::sync::Arc;

/// A dialog test as it stands in its file: what is written again keeps its comments and its form.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) file: Arc<str>,
    /// The clock, the customer, the host's answers: all but the name and the talk.
    pub(super) head: Vec<Range<usize>>,
}

impl Written {
    /// Some bytes of the file, moved to an indentation: the first line stands where it is put, the others under it.
    pub(super) fn moved(&self, bytes: &Range<usize>, indentation: usize) -> String {
        let text = self.file.get(bytes.clone()).unwrap_or_default().trim_end();
        let before = self.file.get(..bytes.start).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let mut lines = text.lines();
        let mut out = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            let deeper = line.chars().take_while(|sign| *sign == ' ').count().saturating_sub(column);
            out.push('\n');
            out.push_str(&" ".repeat(if line.trim().is_empty() { 0 } else { indentation + deeper }));
            out.push_str(line.trim_start_matches(' '));
        }
        out
    }
}
