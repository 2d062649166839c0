//! The keys that cookies are sealed with.

use std::sync::{Arc, PoisonError, RwLock};

use lossless_sessions::sqlite::{Database, Error};
use rusqlite::Connection;

use super::hs256;

/// A key for each of the three ways. Nothing prints it.
#[derive(Clone)]
pub struct Key {
    /// For the jars of the `cookie` crate, which take a half of it for signing and the other half for encrypting.
    pub jar: cookie::Key,
    /// For tokens. RFC 7518, section 3.2, asks for at least as many bytes as the hash has.
    pub jwt: [u8; 32],
}

/// What is stored of a key: first that of the jars, then that of the tokens.
type Stored = [u8; 64 + 32];

impl Key {
    /// A new one, of random bytes.
    pub fn new() -> Self {
        Self::from(&random())
    }

    fn from(stored: &Stored) -> Self {
        let (jar, jwt) = stored.split_at(64);
        Self {
            jar: cookie::Key::from(jar),
            jwt: jwt.try_into().expect("32 bytes are left"),
        }
    }

    fn stored(&self) -> Stored {
        let both = [self.jar.master(), &self.jwt].concat();
        both.try_into().expect("64 bytes and 32")
    }
}

impl Default for Key {
    fn default() -> Self {
        Self::new()
    }
}

fn random() -> Stored {
    let mut bytes = [0; size_of::<Stored>()];
    getrandom::fill(&mut bytes).expect("the system gives out random numbers");
    bytes
}

/// The site's keys, newest first: that one seals, and each of them opens. Django: `SECRET_KEY` and
/// `SECRET_KEY_FALLBACKS`.
///
/// They are kept in the site's database, so that cookies outlive the program, and in memory, so that no request waits for
/// the database. A site of several processes would have to tell the others when they change.
#[derive(Clone)]
pub struct Keys {
    database: Database,
    known: Arc<RwLock<Vec<Key>>>,
}

impl Keys {
    /// The keys in this database; the first one is made when there is none. This blocks, so do it at start-up.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be reached.
    pub fn of(database: &Database) -> Result<Self, Error> {
        hs256::install();
        let known = database.set_up(|connection| {
            connection.execute_batch(include_str!("schema.sql"))?;
            connection.execute(
                "insert into cookie_key (key) select ? where not exists (select * from cookie_key)",
                [random()],
            )?;
            stored(connection)
        })?;
        Ok(Self {
            database: database.clone(),
            known: Arc::new(RwLock::new(known)),
        })
    }

    /// The one that seals.
    pub fn newest(&self) -> Key {
        self.all().swap_remove(0)
    }

    /// All of them, newest first. There is at least one.
    pub fn all(&self) -> Vec<Key> {
        let known = self.known.read();
        known.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on, `newest` seals, and no other key than that and the `older` ones opens.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be written; then nothing has changed.
    pub async fn set(
        &self,
        newest: Key,
        older: impl IntoIterator<Item = Key>,
    ) -> Result<(), Error> {
        let all: Vec<_> = [newest].into_iter().chain(older).collect();
        let stored: Vec<_> = all.iter().rev().map(Key::stored).collect();
        let change = move |connection: &Connection| {
            connection.execute("delete from cookie_key", [])?;
            let mut insert = connection.prepare("insert into cookie_key (key) values (?)")?;
            stored
                .iter()
                .try_for_each(|key| insert.execute([key]).map(drop))
        };
        self.database.write(change).await?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(())
    }
}

fn stored(connection: &Connection) -> rusqlite::Result<Vec<Key>> {
    let mut keys = connection.prepare("select key from cookie_key order by number desc")?;
    let keys = keys.query_map([], |row| row.get(0))?;
    keys.map(|key| Ok(Key::from(&key?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Library;

    fn same(one: &Key, other: &Key) -> bool {
        one.stored() == other.stored()
    }

    #[tokio::test]
    async fn the_first_key_is_made_once_and_another_site_has_another_one() {
        let library = Library::in_memory().unwrap();
        let first = Keys::of(library.database()).unwrap().newest();
        let again = Keys::of(library.database()).unwrap();
        assert!(again.all().len() == 1 && same(&again.newest(), &first));
        let elsewhere = Library::in_memory().unwrap();
        let other = Keys::of(elsewhere.database()).unwrap().newest();
        assert!(!same(&other, &first));
    }

    #[tokio::test]
    async fn changed_keys_keep_their_order_and_outlive_the_program() {
        let library = Library::in_memory().unwrap();
        let keys = Keys::of(library.database()).unwrap();
        let (new, older) = (Key::new(), [keys.newest(), Key::new()]);
        keys.set(new.clone(), older.clone()).await.unwrap();
        for keys in [keys, Keys::of(library.database()).unwrap()] {
            let all = keys.all();
            assert_eq!(all.len(), 3);
            assert!(same(&all[0], &new) && same(&all[1], &older[0]) && same(&all[2], &older[1]));
        }
    }
}
