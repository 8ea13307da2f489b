use std::borrow::Cow;

/// Begins of the line under which mail programs quote a whole thread, in the words of their four languages. Lower case.
const THREAD: &[&str] = &[
    "-----original message",
    "----- original message",
    "-------- original message",
    "---------- forwarded message",
    "-------- forwarded message",
    "-----mensaje original",
    "-------- mensaje original",
    "---------- mensaje reenviado",
    "-----mensagem original",
    "-------- mensagem original",
    "---------- mensagem encaminhada",
    "-----原始邮件",
    "----- 原始邮件",
    "------------------ 原始邮件",
    "-----原始郵件",
    "------------------ 原始郵件",
    "---原始邮件",
    "________________________________",
];

/// How the line ends that introduces a quoted mail: “On Monday Ana wrote:”. Lower case.
const INTRODUCED: &[&str] =
    &["wrote:", "escribió:", "escribio:", "escreveu:", "写道:", "写道：", "寫道:", "寫道：", "写到：", "寫到："];

/// Heads of a forwarded or answered mail, of which two stand in a row. Lower case.
const HEAD: &[&str] = &[
    "from:",
    "sent:",
    "to:",
    "subject:",
    "date:",
    "cc:",
    "de:",
    "enviado:",
    "enviado el:",
    "enviada em:",
    "para:",
    "asunto:",
    "assunto:",
    "fecha:",
    "data:",
    "发件人",
    "發件人",
    "寄件者",
    "发送时间",
    "發送時間",
    "寄件日期",
    "收件人",
    "收件者",
    "主题",
    "主題",
    "主旨",
];

/// What phones put under a mail. Lower case.
const SENT_FROM: &[&str] = &[
    "sent from my ",
    "get outlook for ",
    "enviado desde mi ",
    "enviado do meu ",
    "enviado de mi ",
    "enviada do meu ",
    "发自我的",
    "從我的",
    "从我的",
];

/// Lines that an introduction may be broken over by a mail program that wraps.
const WRAPPED: usize = 3;

/// What the customer wrote in this mail: without the thread it answers, without lines it quotes, without the signature.
/// A mail of which nothing would be left is lent back whole.
pub(crate) fn written(mail: &str) -> Cow<'_, str> {
    let lines: Vec<&str> = mail.lines().collect();
    let end = (0..lines.len()).find(|&at| ends_at(&lines, at)).unwrap_or(lines.len());
    let own = lines.get(..end).unwrap_or(&lines);
    if end == lines.len() && !own.iter().any(|line| is_quoted(line)) {
        return Cow::Borrowed(mail);
    }
    let kept: Vec<&str> = own.iter().copied().filter(|line| !is_quoted(line)).collect();
    let kept = kept.join("\n");
    let kept = kept.trim();
    if kept.is_empty() { Cow::Borrowed(mail) } else { Cow::Owned(kept.to_owned()) }
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with(['>', '＞'])
}

/// Whether the customer's own words end before this line.
fn ends_at(lines: &[&str], at: usize) -> bool {
    let line = |at: usize| lines.get(at).map(|line| line.trim()).unwrap_or_default();
    let begins = |at: usize, with: &[&str]| {
        let low = line(at).trim_start_matches('*').to_lowercase();
        with.iter().any(|begin| low.starts_with(begin))
    };
    // Why: RFC 3676 section 4.3: two dashes and a space; most programs drop the space.
    let signature = line(at) == "--";
    signature
        || begins(at, THREAD)
        || begins(at, SENT_FROM)
        || (begins(at, HEAD) && begins(at + 1, HEAD))
        || introduces(lines, at)
}

/// Whether a line begins “On … wrote:”, maybe broken over a few lines, with something quoted or nothing own behind it.
fn introduces(lines: &[&str], at: usize) -> bool {
    const BEGINS: &[&str] = &["on ", "el ", "em ", "a ", "at ", "在", "于", "於", "20", "19"];
    let Some(first) = lines.get(at).map(|line| line.trim().to_lowercase()) else { return false };
    let dated = first.chars().any(|c| c.is_ascii_digit());
    let ends = |line: &str| INTRODUCED.iter().any(|end| line.trim_end().to_lowercase().ends_with(end));
    if !dated || !(BEGINS.iter().any(|begin| first.starts_with(begin)) || first.contains('@')) {
        return false;
    }
    lines.iter().skip(at).take(WRAPPED).any(|line| ends(line))
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn only_the_customers_own_words_are_left() {
        for (mail, own) in [
            (
                "Where is it?\n\nOn Mon, 2 Nov 2026 at 10:01, Shop <a@shop.example> wrote:\n> Thanks for your order\n",
                "Where is it?",
            ),
            (
                "Where is it?\nOn Mon, 2 Nov 2026 at 10:01, The Shop Down The Road\n<a@shop.example> wrote:\n> x",
                "Where is it?",
            ),
            ("¿Dónde está?\n\nEl lun, 2 nov 2026 a las 10:01, Tienda escribió:\n> Gracias", "¿Dónde está?"),
            ("Cadê meu pedido?\n\nEm seg., 2 de nov. de 2026 às 10:01, Loja escreveu:\n> Obrigado", "Cadê meu pedido?"),
            ("到哪了\n\n在 2026年11月2日，客服 <a@shop.example> 写道：\n> 您好", "到哪了"),
            ("到哪了\n------------------ 原始邮件 ------------------\n发件人: 客服", "到哪了"),
            ("Please cancel it\n\nFrom: Shop\nSent: Monday\nSubject: Your order", "Please cancel it"),
            ("Please cancel it\n-- \nAna\nHead of refunds", "Please cancel it"),
            ("Please cancel it\n\nSent from my iPhone", "Please cancel it"),
            ("> is it the red one?\nyes, the red one\n> and the size?\n42", "yes, the red one\n42"),
        ] {
            assert_eq!(written(mail), own);
        }
    }

    #[test]
    fn a_mail_without_thread_or_signature_stays_as_it_is() {
        for mail in [
            "On Monday I ordered 2 lamps and one is broken",
            "from: here to there, how long?",
            "> all of it is quoted",
            "She wrote: call me.\nI did.",
            "",
            "--",
        ] {
            assert_eq!(written(mail), mail);
        }
    }
}
