//! How letters leave: by SMTP in production and in tests, into a folder in the demo.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::address::AddressError;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{SmtpTransport, Transport as _};

use crate::hidden::{Secret, masked_email, tells};

/// Where letters go.
#[derive(Clone, Debug)]
pub enum Outlet {
    /// `smtp://host:port` without, `smtps://user:password@host` with encryption and sign-in.
    Smtp { host: String, port: u16, encrypted: bool, credentials: Option<(String, Secret<String>)> },
    /// Two files per letter: `.eml` as it would leave, `.txt` with its words.
    Folder(PathBuf),
}

/// Why a letter did not leave.
#[derive(Debug, thiserror::Error)]
pub enum SendFault {
    /// The address by its first letter and its domain: the fault is written to the log.
    #[error("the address {0} cannot be used: {1}")]
    Address(String, String),
    #[error("the letter could not be put together: {0}")]
    Compose(#[from] lettre::error::Error),
    #[error("the mail server did not take the letter: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
    #[error("the letter could not be written to the folder: {0}")]
    Folder(#[from] std::io::Error),
}

impl SendFault {
    /// Will it fail again however often it is tried?
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        match self {
            SendFault::Address(..) | SendFault::Compose(_) => true,
            SendFault::Server(fault) => fault.is_permanent(),
            SendFault::Folder(_) => false,
        }
    }
}

/// One letter on its way.
#[derive(Clone)]
pub struct Envelope<'a> {
    pub id: i64,
    pub from: &'a str,
    pub to_name: &'a str,
    pub to_email: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
}

tells! { Envelope<'_> { id, subject } }

/// Sends one letter; blocking.
///
/// # Errors
/// A [`SendFault`] that says whether a later try may help.
pub fn send(outlet: &Outlet, envelope: &Envelope<'_>) -> Result<(), SendFault> {
    let message = compose(envelope)?;
    match outlet {
        Outlet::Folder(folder) => {
            std::fs::create_dir_all(folder)?;
            std::fs::write(words_file(folder, envelope.id), envelope.body)?;
            Ok(std::fs::write(folder.join(format!("{:06}.eml", envelope.id)), message.formatted())?)
        }
        Outlet::Smtp { host, port, encrypted, credentials } => {
            let builder = if *encrypted { SmtpTransport::relay(host)? } else { SmtpTransport::builder_dangerous(host) };
            let builder = builder.port(*port).timeout(Some(Duration::from_secs(20)));
            let builder = match credentials {
                Some((user, password)) => builder.credentials(Credentials::new(user.clone(), password.expose().clone())),
                None => builder,
            };
            builder.build().send(&message)?;
            Ok(())
        }
    }
}

/// The words of a letter that went into a folder. There alone its links can still be read: the
/// outbox forgets them.
#[must_use]
pub fn words_in_folder(folder: &Path, letter: i64) -> Option<String> {
    std::fs::read_to_string(words_file(folder, letter)).ok()
}

fn words_file(folder: &Path, letter: i64) -> PathBuf {
    folder.join(format!("{letter:06}.txt"))
}

fn compose(envelope: &Envelope<'_>) -> Result<Message, SendFault> {
    let bad = |email: &str, why: &AddressError| SendFault::Address(masked_email(email), why.to_string());
    let from: Mailbox = envelope.from.parse().map_err(|why: AddressError| bad(envelope.from, &why))?;
    let to = Mailbox::new(
        Some(envelope.to_name.to_owned()),
        envelope.to_email.parse().map_err(|why: AddressError| bad(envelope.to_email, &why))?,
    );
    Ok(Message::builder()
        .from(from)
        .to(to)
        .subject(envelope.subject)
        .message_id(Some(format!("<letter-{}@suanquan>", envelope.id)))
        .header(ContentType::TEXT_PLAIN)
        .body(envelope.body.to_owned())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_used_is_told_without_its_owner() {
        let letter =
            Envelope { id: 7, from: "a@b.example", to_name: "李", to_email: "canary k7q2@kanarie.example", subject: "", body: "" };
        let why = send(&Outlet::Folder("/nowhere".into()), &letter).unwrap_err();
        let told = format!("{why} {why:?} {letter:?}");
        assert!(told.contains("c***@kanarie.example") && !told.contains("k7q2") && !told.contains('李'), "{told}");
        assert!(why.is_permanent());
        let credentials = Some(("post".to_owned(), Secret::from("k7q2")));
        let outlet = Outlet::Smtp { host: "mail.example".into(), port: 465, encrypted: true, credentials };
        assert!(!format!("{outlet:?}").contains("k7q2"), "{outlet:?}");
    }
}
