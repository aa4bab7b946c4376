use super::*;

/// The life cycle of policy.md §3, step by step.
#[test]
fn the_main_path_leads_from_draft_to_paid() {
    let path = [
        (A::Submit, R::Enterprise, S::Submitted),
        (A::ConfirmUsage, R::Provider, S::ProviderConfirmed),
        (A::Precheck, R::TaskForce, S::Prechecked),
        (A::PassPreliminary, R::TaskForce, S::PreliminaryPassed),
        (A::PassFinal, R::FinalReviewer, S::FinalPassed),
        (A::PassCredit, R::CompetentAuthority, S::CreditChecked),
        (A::Publish, R::CompetentAuthority, S::InPublicNotice),
        (A::CloseNotice, R::System, S::NoticePassed),
        (A::OrderPayment, R::Finance, S::PaymentOrdered),
        (A::FailPayment, R::Finance, S::PaymentFailed),
        (A::OrderPayment, R::Finance, S::PaymentOrdered),
        (A::ConfirmPayment, R::Finance, S::Paid),
        (A::OpenClawback, R::Auditor, S::ClawbackDue),
        (A::Recover, R::Finance, S::ClawedBack),
    ];
    let mut state = S::Draft;
    for (act, role, next) in path {
        assert_eq!(apply(state, act, &[role]), Ok(next), "{state} {act}");
        state = next;
    }
}

/// Every state × act × role has one answer, and what the table does not name is refused.
#[test]
fn the_table_is_total_and_has_one_answer_per_cell() {
    let mut allowed = 0;
    for state in S::ALL {
        for act in A::ALL {
            for role in R::ALL {
                let rules: Vec<&Rule> = RULES.iter().filter(|r| r.act == *act && r.role == *role && r.from.contains(state)).collect();
                assert!(rules.len() <= 1, "{state} {act} {role} has two answers");
                assert_eq!(apply(*state, *act, &[*role]).is_ok(), rules.len() == 1);
                allowed += rules.len();
            }
        }
    }
    assert_eq!(allowed, RULES.iter().map(|rule| rule.from.len()).sum::<usize>());
}

#[test]
fn providers_and_administrators_never_decide() {
    for state in S::ALL {
        assert!(acts_open_to(*state, &[R::Administrator]).is_empty());
        for act in acts_open_to(*state, &[R::Provider]) {
            assert_eq!(act, A::ConfirmUsage);
        }
    }
}

#[test]
fn a_refusal_says_whether_state_or_role_forbids() {
    assert_eq!(apply(S::Draft, A::PassFinal, &[R::FinalReviewer]), Err(Refusal::WrongState { act: A::PassFinal, state: S::Draft }));
    assert_eq!(
        apply(S::PreliminaryPassed, A::PassFinal, &[R::TaskForce]),
        Err(Refusal::WrongRole { act: A::PassFinal, state: S::PreliminaryPassed })
    );
}

#[test]
fn every_act_is_reachable() {
    for act in A::ALL {
        assert!(RULES.iter().any(|rule| rule.act == *act), "{act} is in no rule");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a switch of the test run, not a setting of the program")]
fn the_reference_page_is_the_table() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/workflow.md");
    if std::env::var_os("SUANQUAN_UPDATE_DOCS").is_some() {
        std::fs::write(page, as_markdown()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(page).unwrap_or_default(), as_markdown(), "run the tests with SUANQUAN_UPDATE_DOCS=1");
}
