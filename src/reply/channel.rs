use super::{Card, Chip, Reply};
use crate::rules::Channel;

/// A reply as its channel can show it: choices it has no buttons for become a numbered list in the text, cards it cannot
/// show their titles and links, and a text over the channel's length goes out in parts. Nothing is left out.
pub(crate) fn fit(mut reply: Reply, channel: Option<&Channel>, out: &mut Vec<Reply>) {
    let Some(channel) = channel else {
        out.push(reply);
        return;
    };
    if reply.cards.len() > channel.cards {
        reply.cards.iter().for_each(|card| tell(&mut reply.text, card));
        reply.cards.clear();
    }
    if reply.chips.len() > channel.chips {
        number(&mut reply.text, &reply.chips);
        reply.chips.clear();
    }
    if let Some(limit) = channel.length.filter(|limit| *limit > 0) {
        while let Some(rest) = split(&mut reply.text, limit) {
            let head = std::mem::replace(&mut reply.text, rest);
            out.push(Reply::text_only(head));
        }
    }
    out.push(reply);
}

/// A card in words: its title, and where it leads; one that leads nowhere has its picture's address.
fn tell(text: &mut String, card: &Card) {
    let address = card.link.as_ref().or(card.image.as_ref());
    let line: Vec<&str> =
        card.title.iter().chain(address).map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
    if !line.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line.join(": "));
    }
}

fn number(text: &mut String, chips: &[Chip]) {
    for (index, chip) in chips.iter().enumerate() {
        text.push('\n');
        text.push_str(&(index + 1).to_string());
        text.push_str(". ");
        text.push_str(chip.label());
    }
}

/// Cuts the text to `limit` characters, at a space if one is in its second half, and gives back the rest.
fn split(text: &mut String, limit: usize) -> Option<String> {
    let (cut, _) = text.char_indices().nth(limit)?;
    let space = text.get(..cut).and_then(|head| head.rfind(char::is_whitespace)).filter(|at| *at * 2 > cut);
    let rest = text.split_off(space.unwrap_or(cut));
    Some(rest.trim_start().to_owned())
}
