//! How the core's types stand in columns: money and ids as BIGINT, codes as TEXT. One generic
//! pair of conversions serves SQLite, PostgreSQL and the enum over both.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{BigInt, Nullable, SingleValue, Text};

use super::session::Stage;
use crate::application::{State, TierChoice};
use crate::code::Tier;
use crate::ids::{
    AccountId, ApplicationId, BankAccountId, BatchId, ClawbackId, ContractId, EnterpriseId, ItemId, LetterId, MaterialId, NoticeId,
    ObjectionId, ProviderId, PurchaseId, QualificationId, StatementId, StatementLineId, StoredFileId, TariffVersionId,
};
use crate::ledger::Book;
use crate::metering::quantity::{Unit, UnitMillis};
use crate::metering::statement::PurchaseState;
use crate::metering::tariff::PoolKind;
use crate::money::Fen;
use crate::paper::{PaperField, PaperKind, Source};
use crate::party::structure::PartyRole;
use crate::party::{AccountKind, CarrierKind, CarrierLevel, Duty, EntryKind, Place};
use crate::payout::recovery::{Bringer, TaskState};
use crate::payout::{BatchState, Cause, ClawbackState, LineState};
use crate::policy::case::ItemKind;
use crate::registry::{ListKind, RowOutcome, Scope};
use crate::voucher::VoucherState;

macro_rules! stands_in_column {
    ($sql:ty, $type:ty) => {
        impl AsExpression<$sql> for $type {
            type Expression = Bound<$sql, $type>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<$sql> for &'a $type {
            type Expression = Bound<$sql, &'a $type>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl AsExpression<Nullable<$sql>> for $type {
            type Expression = Bound<Nullable<$sql>, $type>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<'a> AsExpression<Nullable<$sql>> for &'a $type {
            type Expression = Bound<Nullable<$sql>, &'a $type>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }
        impl<DB: Backend> ToSql<Nullable<$sql>, DB> for $type
        where
            $type: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                <$type as ToSql<$sql, DB>>::to_sql(self, out)
            }
        }
        impl<DB: Backend, ST: SingleValue> Queryable<ST, DB> for $type
        where
            $type: FromSql<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

macro_rules! number_columns {
    ($($type:ty),+ $(,)?) => {$(
        stands_in_column!(BigInt, $type);
        impl<DB: Backend> ToSql<BigInt, DB> for $type where i64: ToSql<BigInt, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                AsRef::<i64>::as_ref(self).to_sql(out)
            }
        }
        impl<DB: Backend> FromSql<BigInt, DB> for $type where i64: FromSql<BigInt, DB> {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(bytes).map(<$type>::new)
            }
        }
    )+};
}

macro_rules! code_columns {
    ($code:ident: $($type:ty),+ $(,)?) => {$(
        stands_in_column!(Text, $type);
        impl<DB: Backend> ToSql<Text, DB> for $type where str: ToSql<Text, DB> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                let code: &'static str = self.$code();
                code.to_sql(out)
            }
        }
        impl<DB: Backend> FromSql<Text, DB> for $type where String: FromSql<Text, DB> {
            fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
                let text = String::from_sql(bytes)?;
                <$type>::parse(&text).ok_or_else(|| format!("{text:?} is no {}", stringify!($type)).into())
            }
        }
    )+};
}

number_columns!(
    Fen,
    AccountId,
    ApplicationId,
    BankAccountId,
    BatchId,
    ClawbackId,
    EnterpriseId,
    ItemId,
    LetterId,
    MaterialId,
    NoticeId,
    ObjectionId,
    ProviderId,
    PurchaseId,
    QualificationId,
    StoredFileId,
    ContractId,
    StatementId,
    StatementLineId,
    TariffVersionId,
    UnitMillis,
);
code_columns!(
    as_str: AccountKind,
    BatchState,
    Book,
    Bringer,
    CarrierKind,
    CarrierLevel,
    Cause,
    ClawbackState,
    Duty,
    EntryKind,
    ItemKind,
    LineState,
    ListKind,
    PaperField,
    PaperKind,
    PartyRole,
    Place,
    PoolKind,
    PurchaseState,
    RowOutcome,
    Scope,
    Source,
    Stage,
    State,
    TaskState,
    TierChoice,
    Unit,
    VoucherState,
);
code_columns!(code: Tier);
