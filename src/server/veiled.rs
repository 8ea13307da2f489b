use sha2::{Digest, Sha256};

use crate::entities::mask;

/// An id as it may stand in a log: as it is, or, where it is or holds something private (a phone number on a text channel,
/// an e-mail address), the beginning of its SHA-256, by which whoever has the id finds it.
pub(super) fn veiled(id: &str) -> String {
    if mask(id) == id {
        return id.to_owned();
    }
    let hash = Sha256::digest(id.as_bytes());
    hash.iter().take(8).fold("sha256:".to_owned(), |hex, byte| hex + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::veiled;

    #[test]
    fn private_ids_are_veiled_and_others_stay_readable() {
        assert_eq!(veiled("chat-7"), "chat-7");
        for id in ["ana@example.com", "13800138000", "+34 612 345 678", "web:4111 1111 1111 1111"] {
            let veiled = veiled(id);
            assert!(veiled.starts_with("sha256:") && veiled.len() == 23, "{veiled}");
        }
    }
}
