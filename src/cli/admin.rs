//! `suanquan admin create`: the first administrator. Whoever runs the machine makes the account;
//! the person sets the password by a one-time link, so no password stands in a shell's history.

use clap::{Args, Subcommand};

use crate::acts::create_staff::create_administrator;
use crate::acts::{ActError, Refusal};
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::{normal_code, normal_text};
use crate::startup::{house, open_store};

#[derive(Debug, Args)]
pub struct AdminArgs {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(Debug, Subcommand)]
enum Ask {
    /// Make an administrator and print the path of the link that sets the password
    Create {
        #[arg(long, env = "SUANQUAN_DATABASE")]
        database: String,
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
    },
}

/// The path to open on the site, valid for seven days.
///
/// # Errors
/// A database that is not there, an address that is known or is none, an empty name.
pub fn run(args: &AdminArgs) -> anyhow::Result<String> {
    let Ask::Create { database, email, name } = &args.ask;
    let (email, name) = (normal_code(email).to_lowercase(), normal_text(name));
    anyhow::ensure!(validator::ValidateEmail::validate_email(&email), "--email {email:?} is no e-mail address");
    anyhow::ensure!(!name.is_empty() && name.chars().count() <= 50, "--name must have 1 to 50 characters");
    let store = open_store(database)?;
    let config = Config::default();
    create_administrator(&store, &house(&config, ""), Clock::Machine.now(), &email, &name).map_err(|why| match why {
        ActError::Refused(refusals) => anyhow::anyhow!(refusals.iter().map(english).collect::<Vec<_>>().join("\n")),
        ActError::Fault(fault) => anyhow::Error::new(fault),
        ActError::NotFound | ActError::NotAllowed | ActError::Stale(_) => anyhow::anyhow!("the account could not be made"),
    })
}

fn english(refusal: &Refusal) -> String {
    refusal.text.en.clone()
}
