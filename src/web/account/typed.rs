//! What people type into forms about accounts, in its normal form, with what is wrong beside its
//! field.

use actix_web::http::StatusCode;
use actix_web::web;
use validator::ValidateEmail as _;

use crate::ids::Uscc;
use crate::lang::Text;
use crate::secret::hash_password;
use crate::secret::password::check_password;
use crate::web::form::{Faults, Form};
use crate::web::problem::Problem;
use crate::web::site::Site;

/// Longest name of a person, in characters.
pub const NAME: usize = 50;
/// Longest name of an enterprise or provider, in characters.
pub const HOUSE_NAME: usize = 100;

/// The field `email`, in lower case.
pub fn email(form: &Form, faults: &mut Faults) -> String {
    let email = form.code("email").to_lowercase();
    let has_domain = email.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    if email.is_empty() {
        faults.add("email", "请填写邮箱。", "Enter the e-mail address.");
    } else if !email.validate_email() || !has_domain || email.len() > 254 || !email.is_ascii() {
        faults.add("email", "这不像一个邮箱，例如 name@example.com。", "This does not look like an address such as name@example.com.");
    }
    email
}

/// The field `uscc`; the fault says which rule is broken.
pub fn uscc(form: &Form, faults: &mut Faults) -> Option<Uscc> {
    match Uscc::parse(form.raw("uscc")) {
        Ok(code) => Some(code),
        Err(why) => {
            let text = why.text();
            faults.add("uscc", text.zh, text.en);
            None
        }
    }
}

/// The field `phone`: digits with `+`, `-` and brackets.
pub fn phone(form: &Form, faults: &mut Faults) -> String {
    let phone = form.code("phone");
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let plain = phone.chars().all(|c| c.is_ascii_digit() || "+-()".contains(c));
    if !(7..=16).contains(&digits) || !plain || phone.len() > 24 {
        faults.add("phone", "请填写电话号码，例如 027-87654321 或 13800138000。", "Enter a telephone number such as 027-87654321.");
    }
    phone
}

/// The hash of the field `password`; a weak one is a fault beside the field. `about` are words that
/// a guesser knows.
///
/// # Errors
/// The page for a fault of the hashing itself, and the one that asks to come back when too many wait.
pub async fn password_hash(site: &Site, form: &Form, about: &[&str], faults: &mut Faults) -> Result<String, Problem> {
    let password = form.raw("password").to_owned();
    if let Err(weak) = check_password(site.house.access.passwords, &password, about) {
        let text = weak.text();
        faults.add("password", text.zh, text.en);
        return Ok(String::new());
    }
    let turn = site.doorkeeper.hashing_turn().await?;
    let hash = web::block(move || hash_password(&password)).await?;
    drop(turn);
    hash.map_err(|why| {
        tracing::error!(why, "a password could not be hashed");
        Problem {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            title: Text::new("密码没有保存", "The password was not saved"),
            text: Text::new("请稍后再试。", "Please try again later."),
            incident: None,
        }
    })
}
