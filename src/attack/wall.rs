//! Notes that visitors leave for each other: values that one visitor stores and another one sees.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// How many notes stay. A real wall would be a table; this one is empty after each start, so that an attack can begin
/// afresh.
const MOST: usize = 8;

/// A few notes, the newest first. Its clones are the same wall.
#[derive(Clone, Default)]
pub struct Wall(Arc<Mutex<VecDeque<Note>>>);

/// What somebody has written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The name of the writer.
    pub by: String,
    /// The note as it was typed.
    pub text: String,
}

impl Wall {
    /// Adds a note; the oldest one goes when there are too many.
    pub fn write(&self, by: &str, text: String) {
        let mut notes = self.notes_now();
        notes.push_front(Note {
            by: by.into(),
            text,
        });
        notes.truncate(MOST);
    }

    /// The notes, the newest first.
    pub fn notes(&self) -> Vec<Note> {
        self.notes_now().iter().cloned().collect()
    }

    /// Takes down all notes of one writer.
    pub fn take_down(&self, by: &str) {
        self.notes_now().retain(|note| note.by != by);
    }

    /// Takes down all notes.
    pub fn clear(&self) {
        self.notes_now().clear();
    }

    /// The notes stay whole whatever happens to their holders, so a poisoned lock is none.
    fn notes_now(&self) -> MutexGuard<'_, VecDeque<Note>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
