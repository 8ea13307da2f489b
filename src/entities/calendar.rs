//! Words of the calendar in four languages, without accents.

use jiff::civil::Weekday;

/// The number of a month by its name or abbreviation.
pub(super) fn month(word: &str) -> Option<i8> {
    const NAMES: [&[&str]; 12] = [
        &["january", "jan", "enero", "ene", "janeiro"],
        &["february", "feb", "febrero", "fevereiro", "fev"],
        &["march", "mar", "marzo", "marco"],
        &["april", "apr", "abril", "abr"],
        &["may", "mayo", "maio", "mai"],
        &["june", "jun", "junio", "junho"],
        &["july", "jul", "julio", "julho"],
        &["august", "aug", "agosto", "ago"],
        &["september", "sep", "sept", "septiembre", "setiembre", "setembro", "set"],
        &["october", "oct", "octubre", "outubro", "out"],
        &["november", "nov", "noviembre", "novembro"],
        &["december", "dec", "diciembre", "dic", "dezembro", "dez"],
    ];
    NAMES.iter().position(|names| names.contains(&word)).and_then(|index| i8::try_from(index + 1).ok())
}

/// A weekday by its English or Spanish name, or its Portuguese name with or without `-feira`.
pub(super) fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" | "mon" | "lunes" | "segunda" | "seg" => Weekday::Monday,
        "tuesday" | "tue" | "tues" | "martes" | "terca" => Weekday::Tuesday,
        "wednesday" | "wed" | "miercoles" | "quarta" => Weekday::Wednesday,
        "thursday" | "thu" | "thurs" | "jueves" | "quinta" => Weekday::Thursday,
        "friday" | "fri" | "viernes" | "sexta" => Weekday::Friday,
        "saturday" | "sabado" => Weekday::Saturday,
        "sunday" | "domingo" => Weekday::Sunday,
        _ => return None,
    })
}

/// Whether a Portuguese weekday's short name is also an ordinal ("the second"), so that it needs company.
pub(super) fn is_ordinal(word: &str) -> bool {
    matches!(word, "segunda" | "seg" | "terca" | "quarta" | "quinta" | "sexta")
}

/// A weekday by the Chinese character behind 周 or 星期.
pub(super) fn chinese_weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "一" | "1" => Weekday::Monday,
        "二" | "2" => Weekday::Tuesday,
        "三" | "3" => Weekday::Wednesday,
        "四" | "4" => Weekday::Thursday,
        "五" | "5" => Weekday::Friday,
        "六" | "6" => Weekday::Saturday,
        "日" | "天" | "7" => Weekday::Sunday,
        _ => return None,
    })
}

/// Days from today of a phrase, the longer phrases first.
pub(super) const NEAR: [(&[&str], i64); 17] = [
    (&["the", "day", "after", "tomorrow"], 2),
    (&["day", "after", "tomorrow"], 2),
    (&["the", "day", "before", "yesterday"], -2),
    (&["day", "before", "yesterday"], -2),
    (&["pasado", "manana"], 2),
    (&["antes", "de", "ayer"], -2),
    (&["depois", "de", "amanha"], 2),
    (&["today"], 0),
    (&["tonight"], 0),
    (&["tomorrow"], 1),
    (&["yesterday"], -1),
    (&["hoy"], 0),
    (&["ayer"], -1),
    (&["anteayer"], -2),
    (&["hoje"], 0),
    (&["amanha"], 1),
    (&["ontem"], -1),
];
/// Words of one day that stand alone.
pub(super) const NEAR_WORDS: [(&str, i64); 8] = [
    ("antier", -2),
    ("anteontem", -2),
    ("manana", 1),
    ("tmr", 1),
    ("tmrw", 1),
    ("tomorow", 1),
    ("tommorow", 1),
    ("anoche", -1),
];
/// Chinese days, the longer first.
pub(super) const NEAR_ZH: [(&str, i64); 18] = [
    ("大前天", -3),
    ("大后天", 3),
    ("今天", 0),
    ("今日", 0),
    ("今晚", 0),
    ("今早", 0),
    ("明天", 1),
    ("明日", 1),
    ("明早", 1),
    ("明晚", 1),
    ("昨天", -1),
    ("昨日", -1),
    ("昨晚", -1),
    ("前天", -2),
    ("前日", -2),
    ("后天", 2),
    ("当天", 0),
    ("即日", 0),
];
