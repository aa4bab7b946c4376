//! A form on its page: as it is shown first, or as it comes back after a refusal, with the reasons
//! beside the fields and everything that was typed.

use actix_web::HttpResponse;
use askama::Template;

use crate::acts::Refusal;
use crate::web::answer::{page, page_with_faults};
use crate::web::form::Form;
use crate::web::problem::Problem;

/// Shown first, or refused: why, and what was typed.
#[derive(Debug, Default)]
pub struct Attempt {
    refusals: Vec<Refusal>,
    form: Option<Form>,
}

impl Attempt {
    #[must_use]
    pub fn refused(refusals: Vec<Refusal>, form: Form) -> Attempt {
        Attempt { refusals, form: Some(form) }
    }

    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.form.is_some()
    }

    #[must_use]
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// What stands in a field: what was typed, else what is known.
    #[must_use]
    pub fn typed(&self, name: &str, known: impl Into<String>) -> String {
        self.form.as_ref().map_or_else(|| known.into(), |form| form.raw(name).to_owned())
    }

    /// Is a box ticked: by the person, else as it is known.
    #[must_use]
    pub fn ticked(&self, name: &str, value: &str, known: bool) -> bool {
        self.form.as_ref().map_or(known, |form| form.all(name).any(|ticked| ticked == value))
    }

    /// The page that holds the form.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub fn page(&self, view: &impl Template) -> Result<HttpResponse, Problem> {
        if self.is_refused() { page_with_faults(view) } else { page(view) }
    }
}
