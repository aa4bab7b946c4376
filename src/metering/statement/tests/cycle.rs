use crate::ids::AccountId;
use crate::lang::Lang;
use crate::metering::statement::{StatementAct as A, StatementRefusal as Refusal, StatementState as S, *};
use crate::party::Role as R;

fn asked(act: A, role: &[R]) -> Asked<'_> {
    Asked { act, roles: role, person: AccountId::new(2), issuer: Some(AccountId::new(1)), reason: "核对过" }
}

#[test]
fn a_statement_walks_from_issue_over_dispute_to_confirmation_and_reversal() {
    let mut state = S::Open;
    for (act, role, next) in [
        (A::Issue, R::Provider, S::Issued),
        (A::Dispute, R::Enterprise, S::Disputed),
        (A::Resolve, R::Provider, S::Issued),
        (A::Confirm, R::Enterprise, S::Confirmed),
        (A::Reverse, R::Provider, S::Reversed),
    ] {
        assert_eq!(apply(state, &asked(act, &[role])), Ok(next), "{state} {act}");
        state = next;
    }
    for act in A::ALL {
        assert!(apply(S::Reversed, &asked(*act, R::ALL)).is_err(), "a reversed statement is final");
    }
    assert_eq!(apply(S::Disputed, &asked(A::Reverse, &[R::Provider])), Ok(S::Reversed));
}

#[test]
fn only_the_two_sides_of_the_contract_act_and_each_its_own_part() {
    for state in S::ALL {
        for role in R::ALL {
            for act in acts_open_to(*state, &[*role], false) {
                let side = if matches!(act, A::Confirm | A::Dispute) { R::Enterprise } else { R::Provider };
                assert_eq!(*role, side, "{state} {act}");
                assert!(apply(*state, &asked(act, &[*role])).is_ok());
            }
        }
    }
    assert_eq!(acts_open_to(S::Issued, &[R::Enterprise], false), [A::Confirm, A::Dispute]);
    assert_eq!(acts_open_to(S::Disputed, &[R::Provider], false), [A::Resolve, A::Reverse]);
    assert_eq!(acts_open_to(S::Disputed, &[R::Provider], true), [A::Resolve], "not by the one who issued it");
}

#[test]
fn a_refusal_says_what_forbids_the_act() {
    let refused = |state, asked: Asked<'_>| apply(state, &asked).unwrap_err();
    let silent = |act, role| Asked { reason: " \n", ..asked(act, role) };
    let issuer = Asked { person: AccountId::new(1), ..asked(A::Reverse, &[R::Provider]) };
    for (refusal, wanted) in [
        (refused(S::Open, asked(A::Confirm, &[R::Enterprise])), Refusal::WrongState { act: A::Confirm, state: S::Open }),
        (refused(S::Confirmed, asked(A::Dispute, &[R::Enterprise])), Refusal::WrongState { act: A::Dispute, state: S::Confirmed }),
        (refused(S::Issued, asked(A::Confirm, &[R::Provider])), Refusal::WrongRole { act: A::Confirm, state: S::Issued }),
        (refused(S::Issued, silent(A::Dispute, &[R::Enterprise])), Refusal::ReasonMissing { act: A::Dispute }),
        (refused(S::Disputed, silent(A::Resolve, &[R::Provider])), Refusal::ReasonMissing { act: A::Resolve }),
        (refused(S::Issued, silent(A::Reverse, &[R::Provider])), Refusal::ReasonMissing { act: A::Reverse }),
        (refused(S::Confirmed, issuer), Refusal::SamePerson),
    ] {
        assert_eq!(refusal, wanted);
        let text = refusal.text();
        assert!(!text.zh.is_empty() && !text.en.is_empty());
    }
    assert!(apply(S::Issued, &silent(A::Confirm, &[R::Enterprise])).is_ok(), "a confirmation needs no reason");
    for state in S::ALL {
        assert_ne!(state.label(Lang::Zh), state.label(Lang::En));
    }
}
