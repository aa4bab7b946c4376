//! `suanquan admin create`: the first administrator, who gives everybody else their rights. Whoever
//! runs the machine makes the account; the person sets the password by a one-time link, so no
//! password stands in a shell's history.

use clap::{Args, Subcommand, ValueEnum};

use crate::acts::create_staff::create_administrator;
use crate::acts::{ActError, Refusal};
use crate::clock::Clock;
use crate::config::Config;
use crate::ids::{normal_code, normal_text};
use crate::party::Duty;
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
        /// Which of the three administrators, who exclude one another
        #[arg(long, value_enum, default_value = "security")]
        right: Right,
    },
}

/// The three administrators (三员).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Right {
    /// Makes accounts and gives rights; the first one needed
    Security,
    /// Runs the system: packs, providers, mail
    System,
    /// Reads the logs
    Audit,
}

/// The path to open on the site, valid for seven days.
///
/// # Errors
/// A database that is not there, an address that is known or is none, an empty name.
pub fn run(args: &AdminArgs) -> anyhow::Result<String> {
    let Ask::Create { database, email, name, right } = &args.ask;
    let (email, name) = (normal_code(email).to_lowercase(), normal_text(name));
    anyhow::ensure!(validator::ValidateEmail::validate_email(&email), "--email {email:?} is no e-mail address");
    anyhow::ensure!(!name.is_empty() && name.chars().count() <= 50, "--name must have 1 to 50 characters");
    let store = open_store(database)?;
    let config = Config::default();
    let duty = match right {
        Right::Security => Duty::SecurityAdministrator,
        Right::System => Duty::Administrator,
        Right::Audit => Duty::AuditAdministrator,
    };
    create_administrator(&store, &house(&config, ""), Clock::Machine.now(), (&email, &name), duty).map_err(|why| match why {
        ActError::Refused(refusals) => anyhow::anyhow!(refusals.iter().map(english).collect::<Vec<_>>().join("\n")),
        ActError::Fault(fault) => anyhow::Error::new(fault),
        ActError::NotFound | ActError::NotAllowed | ActError::Stale(_) | ActError::KeyReused => {
            anyhow::anyhow!("the account could not be made")
        }
    })
}

fn english(refusal: &Refusal) -> String {
    refusal.text.en.clone()
}
