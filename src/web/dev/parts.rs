//! `/dev/parts` and `/dev/parts/desk`: every part in every state, with invented data.

mod amounts;
mod samples;

use askama::Template;

use crate::lang::Lang;
use crate::web::page::PageCx;
use crate::web::parts::{
    Answer, BudgetBarView, ChartView, Checks, ConfirmView, Crumbs, EmptyView, ErrorSummary, Fact, FieldView, FileDropView, FilterBar,
    MailPreview, PagerView, ProgressView, QuotaView, ReadingsView, SheetView, SortHead, Tag, Tasks, TimelineView, TrackView,
};

/// One row of the sample table.
#[derive(Clone, Debug)]
pub struct SampleRow {
    pub no: &'static str,
    pub enterprise: &'static str,
    pub tier: &'static str,
    pub amount: String,
    pub due: &'static str,
    pub status: Tag,
}

/// All parts under the public frame.
#[derive(Debug, Template)]
#[template(path = "dev/parts.html")]
pub struct PartsPage {
    pub cx: PageCx,
    pub crumbs: Crumbs,
    pub tags: Vec<Tag>,
    pub sheets: Vec<SheetView>,
    pub readings: ReadingsView,
    pub quotas: Vec<QuotaView>,
    pub budget: BudgetBarView,
    pub errors: ErrorSummary,
    pub fields: Vec<FieldView>,
    pub drop: FileDropView,
    pub track: TrackView,
    pub stopped: TrackView,
    pub timeline: TimelineView,
    pub tasks: Tasks,
    pub checks: Checks,
    pub answers: Vec<Answer>,
    pub facts: Vec<Fact>,
    pub mail: MailPreview,
    pub confirm: ConfirmView,
    pub running: Vec<ProgressView>,
    pub empty: EmptyView,
    pub filters: FilterBar,
    pub heads: Vec<SortHead>,
    pub rows: Vec<SampleRow>,
    pub pager: PagerView,
    pub chart: ChartView,
}

/// The parts of a review under the desk frame: materials, checks, sheet, decision bar.
#[derive(Debug, Template)]
#[template(path = "dev/desk_parts.html")]
pub struct DeskPartsPage {
    pub cx: PageCx,
    pub tags: Vec<Tag>,
    pub sheet: SheetView,
    pub timeline: TimelineView,
    pub checks: Checks,
    pub budget: BudgetBarView,
    pub filters: FilterBar,
    pub heads: Vec<SortHead>,
    pub rows: Vec<SampleRow>,
    pub pager: PagerView,
    pub mail: MailPreview,
    pub reject: ConfirmView,
    pub send_back: ConfirmView,
}

/// Fills the page of all parts.
pub fn parts_page(cx: PageCx) -> PartsPage {
    let lang = cx.lang;
    let fields = samples::fields(lang);
    PartsPage {
        crumbs: samples::crumbs(lang),
        tags: samples::tags(lang),
        sheets: vec![amounts::sheet(lang), amounts::refused_sheet(lang)],
        readings: amounts::readings(lang),
        quotas: amounts::quotas(lang),
        budget: amounts::budget(lang),
        errors: ErrorSummary::of(lang, &fields),
        fields,
        drop: samples::drop(lang, &cx.csrf),
        track: samples::track(lang),
        stopped: samples::stopped_track(lang),
        timeline: samples::timeline(lang),
        tasks: samples::tasks(lang),
        checks: samples::checks(lang),
        answers: samples::answers(lang),
        facts: samples::facts(lang),
        mail: samples::mail(lang, true),
        confirm: samples::reject(&cx, true),
        running: samples::running(lang, &cx.csrf),
        empty: samples::empty(lang),
        filters: samples::filters(lang),
        heads: samples::heads(lang),
        rows: samples::rows(lang),
        pager: samples::pager(lang),
        chart: amounts::chart(lang),
        cx,
    }
}

/// Fills the page of the desk.
pub fn desk_parts_page(cx: PageCx) -> DeskPartsPage {
    let lang: Lang = cx.lang;
    DeskPartsPage {
        tags: samples::tags(lang),
        sheet: amounts::sheet(lang),
        timeline: samples::timeline(lang),
        checks: samples::checks(lang),
        budget: amounts::budget(lang),
        filters: samples::filters(lang),
        heads: samples::heads(lang),
        rows: samples::rows(lang),
        pager: samples::pager(lang),
        mail: samples::mail(lang, false),
        reject: samples::reject(&cx, false),
        send_back: samples::send_back(&cx),
        cx,
    }
}

#[cfg(test)]
mod tests;
