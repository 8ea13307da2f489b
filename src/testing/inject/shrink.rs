use super::Breach;
use super::dialog::dialog;
use super::promise::Broken;
use super::trial::Trial;
use crate::engine::Engine;
use crate::testing::DialogTest;
use crate::testing::line::Line;
use crate::testing::stage::Stage;

/// A broken promise with the fewest lines before it that still show it.
pub(super) fn shortest(test: &DialogTest, engine: &Engine, at: usize, trial: &Trial, broken: Broken) -> Breach {
    let mut lines: Vec<&Line> = test.lines.iter().take(at).collect();
    let line = lines.last().map_or(test.place.line(), |line| line.place.line());
    let mut broken = broken;
    let mut index = 0;
    while index < lines.len() {
        let mut fewer = lines.clone();
        fewer.remove(index);
        match still_broken(test, engine, &fewer, trial) {
            Some(same) if same.promise == broken.promise => {
                lines = fewer;
                broken = same;
            }
            _ => index += 1,
        }
    }
    Breach {
        test: test.name().to_owned(),
        file: test.file().to_owned(),
        line,
        injection: trial.injection,
        promise: broken.promise,
        came: broken.came.clone(),
        dialog: dialog(test, engine, &lines, trial),
    }
}

fn still_broken(test: &DialogTest, engine: &Engine, lines: &[&Line], trial: &Trial) -> Option<Broken> {
    let mut stage = Stage::new(test, engine);
    for line in lines {
        stage.line(line).ok()?;
    }
    trial.broken(&stage)
}
