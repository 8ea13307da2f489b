use super::Code;

/// The page of samples, one section for each code.
const PAGE: &str = include_str!("samples.md");

impl Code {
    /// Rules that show the problem; `None` where bytes are at fault and not words.
    ///
    /// A line `#: name` begins another file. Where a sample names no languages it speaks English alone.
    ///
    /// # Examples
    /// ```
    /// let code = kefu::Code::from_name("K0208").unwrap();
    /// assert_eq!(code.wrong(), Some("thresholds: {act: 60}\n"));
    /// assert_eq!(code.right(), Some("thresholds: {act: 0.6}\n"));
    /// ```
    pub fn wrong(self) -> Option<&'static str> {
        self.sample("wrong")
    }

    /// The same rules without the problem.
    pub fn right(self) -> Option<&'static str> {
        self.sample("right")
    }

    fn sample(self, kind: &str) -> Option<&'static str> {
        let (_, section) = PAGE.split_once(&format!("## {self}\n"))?;
        let section = section.split("\n## ").next()?;
        let (_, sample) = section.split_once(&format!("```yaml {kind}\n"))?;
        sample.split("```").next()
    }
}
