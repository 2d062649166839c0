//! How to sign in, as somebody writes it on a command line or in a file.

use std::{env, fmt, fs, path::Path};

use serde::Deserialize;

/// A form that is sent: `POST /sign-in name=ann&password=$ANN_PASSWORD`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// Where it is sent.
    pub path: String,
    /// What is typed.
    pub fields: Vec<(String, String)>,
}

/// Without the fields, because a password may be among them.
impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "POST {}", self.path)
    }
}

impl Sent {
    /// Reads a form. A value that begins with `$` is read from the environment.
    ///
    /// # Errors
    /// A sentence that says what is wrong, and repeats no value.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let rest = text.strip_prefix("POST ").unwrap_or(text).trim_start();
        let (path, form) = rest.split_once(' ').unwrap_or((rest, ""));
        if !path.starts_with('/') || path.parse::<http::uri::PathAndQuery>().is_err() {
            return Err(
                "a form to send looks like \"POST /sign-in name=ann&password=$ANN_PASSWORD\""
                    .into(),
            );
        }
        let fields = form_urlencoded::parse(form.trim().as_bytes());
        let fields = fields.map(|(name, value)| Ok((name.into_owned(), value_of(&value)?)));
        Ok(Self {
            path: path.into(),
            fields: fields.collect::<Result<_, String>>()?,
        })
    }

    /// The field with the password.
    pub fn password(&self) -> Option<usize> {
        let is_password =
            |(name, _): &(String, String)| name.to_lowercase().contains("pass") || name == "pwd";
        self.fields.iter().position(is_password)
    }

    /// The field with the person's name: the first besides the password.
    pub fn name(&self) -> Option<usize> {
        (0..self.fields.len()).find(|place| Some(*place) != self.password())
    }

    /// The same with another value in one field.
    pub fn with(&self, place: Option<usize>, value: &str) -> Self {
        let mut changed = self.clone();
        if let Some(field) = place.and_then(|place| changed.fields.get_mut(place)) {
            field.1 = value.into();
        }
        changed
    }
}

fn value_of(text: &str) -> Result<String, String> {
    match text.strip_prefix('$') {
        None => Ok(text.into()),
        Some(name) => env::var(name).map_err(|_| {
            format!("the environment has no {name}; write {name}=... in front of the command")
        }),
    }
}

/// The account with which a site is checked.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Signs the person in.
    pub sign_in: Option<Sent>,
    /// Signs another person in.
    pub second: Option<Sent>,
    /// Signs out.
    pub sign_out: Option<Sent>,
    /// A page that only somebody who is signed in sees.
    pub private: Option<String>,
    /// Changes the password; `{new}` stands for the new one and `{old}` for the present one.
    pub change_password: Option<Sent>,
}

/// The same as it is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Written {
    /// The page that uses the session; the home page if it is left out.
    pub page: Option<String>,
    /// See [`Account::sign_in`].
    pub sign_in: Option<String>,
    /// See [`Account::second`].
    pub second: Option<String>,
    /// See [`Account::sign_out`].
    pub sign_out: Option<String>,
    /// See [`Account::private`].
    pub private: Option<String>,
    /// See [`Account::change_password`].
    pub change_password: Option<String>,
}

impl Written {
    /// Reads a TOML file.
    ///
    /// # Errors
    /// A sentence that names the file, and repeats none of its values.
    pub fn read(file: &Path) -> Result<Self, String> {
        let name = file.display();
        let text =
            fs::read_to_string(file).map_err(|cause| format!("{name} cannot be read: {cause}"))?;
        toml::from_str(&text)
            .map_err(|error| format!("{name} is not as it should be: {}", error.message()))
    }

    /// What is said here, and what `other` says where this says nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            page: self.page.or(other.page),
            sign_in: self.sign_in.or(other.sign_in),
            second: self.second.or(other.second),
            sign_out: self.sign_out.or(other.sign_out),
            private: self.private.or(other.private),
            change_password: self.change_password.or(other.change_password),
        }
    }

    /// The account.
    ///
    /// # Errors
    /// A sentence about what cannot be read.
    pub fn account(&self) -> Result<Account, String> {
        let sent = |text: &Option<String>| text.as_deref().map(Sent::read).transpose();
        let account = Account {
            sign_in: sent(&self.sign_in)?,
            second: sent(&self.second)?,
            sign_out: sent(&self.sign_out)?,
            private: self.private.clone(),
            change_password: sent(&self.change_password)?,
        };
        for path in [&self.page, &self.private].into_iter().flatten() {
            if !path.starts_with('/') || path.parse::<http::uri::PathAndQuery>().is_err() {
                return Err(format!(
                    "a page is named by its path, like /loans; {path:?} is none"
                ));
            }
        }
        match (&account.sign_in, &account.private) {
            (None, Some(_)) => Err("a private page needs --sign-in to be seen".into()),
            (Some(_), None) => Err(
                "--sign-in needs --private, a page that only somebody who is signed in sees".into(),
            ),
            _ => Ok(account),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_is_typed_and_never_shown_with_its_values() {
        let sent = Sent::read("POST /sign-in name=ann&password=ann reads austen").unwrap();
        assert_eq!(sent.path, "/sign-in");
        assert_eq!(
            sent.fields[1],
            ("password".into(), "ann reads austen".into())
        );
        assert_eq!((sent.name(), sent.password()), (Some(0), Some(1)));
        assert_eq!(format!("{sent:?}"), "POST /sign-in");
    }

    #[test]
    fn a_form_that_cannot_be_sent_is_refused_without_repeating_it() {
        for wrong in [
            "",
            "sign-in password=hidden",
            "POST http://a/ password=hidden",
        ] {
            let refused = Sent::read(wrong).unwrap_err();
            assert!(
                refused.contains("POST /sign-in") && !refused.contains("hidden"),
                "{refused}"
            );
        }
        let refused = Sent::read("POST /sign-in password=$NO_SUCH_VARIABLE").unwrap_err();
        assert!(refused.contains("NO_SUCH_VARIABLE"), "{refused}");
    }

    #[test]
    fn a_value_may_come_from_the_environment() {
        let path = env::var("PATH").unwrap();
        let sent = Sent::read("/sign-in password=$PATH").unwrap();
        assert_eq!(sent.fields, [("password".into(), path)]);
    }
}
