/// A list that keeps what its removed items had allocated, for lists of lists filled anew with every message.
#[derive(Debug)]
pub(crate) struct Reused<T> {
    items: Vec<T>,
    used: usize,
}

impl<T> Reused<T> {
    /// Forgets all items, keeping them for reuse.
    pub(crate) fn clear(&mut self) {
        self.used = 0;
    }

    /// The next item: one used before, still holding what it held, or a new one.
    pub(crate) fn next(&mut self, new: impl FnOnce() -> T) -> Option<&mut T> {
        if self.used == self.items.len() {
            self.items.push(new());
        }
        self.used += 1;
        self.items.get_mut(self.used - 1)
    }

    pub(crate) fn as_slice(&self) -> &[T] {
        self.items.get(..self.used).unwrap_or_default()
    }
}

impl<T> Default for Reused<T> {
    fn default() -> Self {
        Self { items: Vec::new(), used: 0 }
    }
}

impl<T: Clone> Clone for Reused<T> {
    fn clone(&self) -> Self {
        Self { items: self.as_slice().to_vec(), used: self.used }
    }
}
