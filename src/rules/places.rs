use crate::text::Fnv;

/// Where the names of a list stand in it.
///
/// Why not a search by halves: every request of every turn looks up intents, whose names begin alike for long.
#[derive(Clone, Debug)]
pub(crate) struct Places(Box<[u32]>);

impl Places {
    pub(crate) fn of<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Self {
        let mut slots: Box<[u32]> = vec![0; (names.len() * 2).next_power_of_two()].into();
        for (place, name) in (1..).zip(names) {
            let free = probes(name, slots.len()).find(|slot| slots.get(*slot) == Some(&0));
            if let Some(slot) = free.and_then(|slot| slots.get_mut(slot)) {
                *slot = place;
            }
        }
        Self(slots)
    }

    /// The place that holds a name, by what stands at each.
    pub(crate) fn find(&self, name: &str, is_at: impl Fn(usize) -> bool) -> Option<usize> {
        let places = probes(name, self.0.len()).map_while(|slot| (*self.0.get(slot)? as usize).checked_sub(1));
        places.into_iter().find(|place| is_at(*place))
    }
}

/// Where a name may stand in so many slots, in order.
fn probes(name: &str, slots: usize) -> impl Iterator<Item = usize> {
    let mut hash = Fnv::new();
    hash.add(name.as_bytes());
    let first = hash.value() as usize;
    (0..slots).map(move |step| first.wrapping_add(step) & (slots - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_and_no_other() {
        let names: Vec<String> = (0..500).map(|number| format!("intent_{number}")).collect();
        for count in [0, 1, 2, 3, 64, 500] {
            let known = &names[..count];
            let places = Places::of(known.iter().map(String::as_str));
            for (at, name) in names.iter().enumerate() {
                let found = places.find(name, |place| known[place] == *name);
                assert_eq!(found, (at < count).then_some(at));
            }
        }
    }
}
