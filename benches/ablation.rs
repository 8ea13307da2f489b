//! What stems, repairs, negation and likeness to examples are each worth, on labelled messages.
//!
//! ```text
//! cargo bench --bench ablation -- DATA             (sets beneath it: NAME/train.tsv and NAME/test.tsv, dev.tsv or val.tsv)
//! cargo bench --bench ablation -- DATA NAME…       (only these)
//! ```
//! The folder may also stand in `KEFU_DATA`. A pack is made of each train file by `eval::Tuner`, and its test file is read
//! by it with everything on and with one part off at a time. Twice: with the weights as they were learnt, and with the same
//! phrases and weights written as an author's keywords, which negation takes away as it does any author's. A line is a set,
//! its messages, and the share whose best intent is right, threshold or none.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use kefu::eval::{Evaluation, Sample, Suite, Tuner};
use kefu::{Engine, Part, Source};
use serde_yaml::{Mapping, Value};

/// Points of an ordinary keyword: what divides a learnt weight into an author's.
const KEYWORD: f64 = 44.0;
const SETS: [&str; 4] = ["support_en", "support_zh", "small_es", "realchat_en"];
const TESTS: [&str; 3] = ["test.tsv", "dev.tsv", "val.tsv"];
const PARTS: [Part; 4] = [Part::Stems, Part::Typos, Part::Negation, Part::Similarity];

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(data) = arguments.next().map(PathBuf::from).or_else(|| std::env::var_os("KEFU_DATA").map(PathBuf::from))
    else {
        println!("no folder of labelled messages given: cargo bench --bench ablation -- DATA [NAME…]");
        return;
    };
    let mut names: Vec<String> = arguments.collect();
    if names.is_empty() {
        names.extend(SETS.map(str::to_owned));
    }
    println!(
        "set\tweights\tmessages\tall on\twithout stems\twithout typos\twithout negation\twithout similarity\tnone of the four"
    );
    for name in &names {
        let folder = data.join(name);
        let train = read(&folder.join("train.tsv"));
        let test = TESTS.map(|test| folder.join(test)).into_iter().find(|file| file.is_file()).unwrap();
        let test = read(&test);
        let tuned = Tuner::new(Vec::new()).tune(&train, &mut |_| ()).unwrap();
        let learnt = tuned.files().to_vec();
        row(name, "learnt", &learnt, &test);
        row(name, "as keywords", &as_keywords(&learnt), &test);
    }
}

fn read(file: &Path) -> Vec<Sample> {
    let bytes = std::fs::read(file).unwrap();
    Suite::new(file.display().to_string(), &bytes[..]).map(Result::unwrap).collect()
}

fn row(name: &str, weights: &str, files: &[Source], test: &[Sample]) {
    print!("{name}\t{weights}\t{}", test.len());
    let configurations: Vec<Vec<Part>> =
        std::iter::once(Vec::new()).chain(PARTS.map(|part| vec![part])).chain([PARTS.to_vec()]).collect();
    for without in configurations {
        let builder =
            files.iter().fold(Engine::builder(), |builder, file| builder.source(file.name(), file.bytes().to_vec()));
        let engine = without.iter().fold(builder, |builder, part| builder.without(*part)).build().unwrap();
        print!("\t{:.1}", 100.0 * accuracy(&engine, test));
    }
    println!();
}

/// The share of messages whose likeliest intent is the label.
fn accuracy(engine: &Engine, test: &[Sample]) -> f64 {
    let mut evaluation = Evaluation::new(engine);
    for sample in test {
        evaluation.judge(sample);
    }
    evaluation.figures().in_scope_accuracy_forced.unwrap_or_default()
}

/// The same rules with what was learnt moved to where authors write.
fn as_keywords(files: &[Source]) -> Vec<Source> {
    let mut out: Vec<Source> = Vec::new();
    for file in files {
        let mut tree: Mapping = serde_yaml::from_slice(file.bytes()).unwrap();
        let weights = tree.get_mut("learned").and_then(|learned| learned.as_mapping_mut()?.remove("weights"));
        let Some(Value::Mapping(weights)) = weights else {
            out.push(file.clone());
            continue;
        };
        let mut intents = Mapping::new();
        for (intent, languages) in weights {
            let Value::Mapping(languages) = languages else { continue };
            let lists = languages.into_iter().map(|(language, phrases)| (language, list(phrases)));
            let keywords: Mapping = lists.collect();
            let rules: Mapping = [(Value::from("keywords"), Value::Mapping(keywords))].into_iter().collect();
            intents.insert(intent, Value::Mapping(rules));
        }
        let keywords: Mapping = [(Value::from("intents"), Value::Mapping(intents))].into_iter().collect();
        out.push(Source::new(file.name(), serde_yaml::to_string(&tree).unwrap()));
        out.push(Source::new("keywords.yaml", serde_yaml::to_string(&keywords).unwrap()));
    }
    out
}

/// Phrases with their points as keywords with their weights.
fn list(phrases: Value) -> Value {
    let Value::Mapping(phrases) = phrases else { return phrases };
    let keyword = |(phrase, points): (Value, Value)| {
        let weight = (points.as_f64()? / KEYWORD * 1000.0).round() / 1000.0;
        Some(Value::Mapping([(phrase, Value::from(weight))].into_iter().collect()))
    };
    phrases.into_iter().filter_map(keyword).collect::<Vec<_>>().into()
}
