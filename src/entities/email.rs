use std::ops::Range;

use super::hit::Hit;

/// E-mail addresses of a folded text, as written there (addresses are read without regard to case).
pub(super) fn scan(text: &str, out: &mut Vec<Hit>) {
    let mut free = 0;
    for (at, _) in text.match_indices('@') {
        if let Some(span) = around(text, at, free) {
            free = span.end;
            out.push(Hit::new(text.get(span.clone()).unwrap_or_default(), span));
        }
    }
}

/// The answer to "what is your e-mail?": also one written apart or told in words, `ana at example dot com`.
pub(super) fn read(text: &str) -> Vec<Hit> {
    let mut found = Vec::new();
    scan(text, &mut found);
    if found.is_empty() {
        let mut plain = format!(" {text} ");
        for (told, sign) in TOLD {
            plain = plain.replace(told, sign);
        }
        let mut told = Vec::new();
        scan(plain.trim(), &mut told);
        found.extend(told.into_iter().map(|hit| Hit::new(hit.value.as_text().unwrap_or_default(), 0..text.len())));
    }
    found
}

/// How the signs of an address are told or set apart.
const TOLD: [(&str, &str); 14] = [
    (" at ", "@"),
    (" arroba ", "@"),
    ("(at)", "@"),
    ("[at]", "@"),
    (" @ ", "@"),
    ("@ ", "@"),
    (" @", "@"),
    (" dot ", "."),
    ("(dot)", "."),
    (" punto ", "."),
    (" ponto ", "."),
    (" . ", "."),
    (" guion bajo ", "_"),
    (" underscore ", "_"),
];

/// The address around an `@`, not before `free`.
fn around(text: &str, at: usize, free: usize) -> Option<Range<usize>> {
    let is_local = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let is_domain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    let local = text.get(free..at)?;
    let start = at - local.chars().rev().take_while(|c| is_local(*c)).count();
    let start = start + text.get(start..at)?.chars().take_while(|c| ".-+%".contains(*c)).count();
    let length = text.get(at + 1..)?.chars().take_while(|c| is_domain(*c)).count();
    let domain = text.get(at + 1..at + 1 + length)?.trim_end_matches(['.', '-']);
    let (name, top) = domain.rsplit_once('.')?;
    let is_address = start < at
        && !name.is_empty()
        && !name.starts_with(['.', '-'])
        && !name.contains("..")
        && top.len() >= 2
        && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_address.then_some(start..at + 1 + domain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_tell_the_signs() {
        for (text, expected) in [
            ("li.wei at example dot com", "li.wei@example.com"),
            ("liwei @ example . com", "liwei@example.com"),
            ("ana arroba example punto com", "ana@example.com"),
            ("ana arroba example ponto com ponto br", "ana@example.com.br"),
            ("ana(at)example.com", "ana@example.com"),
        ] {
            assert_eq!(read(text).first().and_then(|hit| hit.value.as_text()), Some(expected), "{text}");
        }
        assert!(read("i am at home").is_empty());
    }

    #[test]
    fn addresses_are_found() {
        for (text, expected) in [
            ("我的邮箱是zhang.san@qq.com，谢谢", vec!["zhang.san@qq.com"]),
            ("write to ana+shop@mail.co.uk.", vec!["ana+shop@mail.co.uk"]),
            ("a@b.es, c_d@e-f.com.br", vec!["a@b.es", "c_d@e-f.com.br"]),
            ("@shop on instagram", vec![]),
            ("a@b", vec![]),
            ("a@b.1", vec![]),
            ("x@@y.com", vec![]),
            ("a@b.com@c.com", vec!["a@b.com"]),
        ] {
            let mut hits = Vec::new();
            scan(text, &mut hits);
            let found: Vec<_> = hits.iter().filter_map(|hit| hit.value.as_text()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
