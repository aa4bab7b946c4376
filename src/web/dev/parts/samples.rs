//! Invented data for the page of parts. No firm, person or amount is real.

use super::SampleRow;
use crate::lang::Lang;
use crate::money::Fen;
use crate::web::page::PageCx;
use crate::web::parts::{
    Answer, CheckRow, Checks, Chip, Choice, ConfirmView, Crumbs, EmptyView, Fact, FieldKind, FieldView, FileDropView, FileRow, FilterBar,
    Link, MailPreview, PagerView, ProgressView, SortDir, SortHead, Step, StepState, Tag, TaskStatus, TaskView, Tasks, TimelineItem,
    TimelineView, Tone, TrackView,
};

pub(super) fn crumbs(lang: Lang) -> Crumbs {
    Crumbs::new(
        lang,
        vec![Link::new("/", lang.pick("首页", "Home")), Link::new("/dev", lang.pick("演示", "Demo"))],
        lang.pick("部件", "Parts"),
    )
}

pub(super) fn tags(lang: Lang) -> Vec<Tag> {
    vec![
        Tag::new(Tone::Ok, lang.pick("已拨付", "Paid")),
        Tag::new(Tone::Warn, lang.pick("公示中 · 剩 2 天", "On notice · 2 days left")),
        Tag::new(Tone::Bad, lang.pick("不予通过", "Rejected")),
        Tag::new(Tone::Info, lang.pick("待复审", "Awaiting final review")),
        Tag::new(Tone::Plain, lang.pick("草稿", "Draft")),
    ]
}

pub(super) fn fields(lang: Lang) -> Vec<FieldView> {
    let text = |name: &str, zh: &str, en: &str| FieldView::text(lang, name, lang.pick(zh, en));
    let kind = |kind: FieldKind, name: &str, zh: &str, en: &str| FieldView::new(lang, kind, name, lang.pick(zh, en));
    vec![
        text("uscc", "统一社会信用代码", "Unified social credit code")
            .hint(lang.pick("18 位，见营业执照", "18 characters, on the business licence"))
            .value("91420100MA4TE5T138")
            .error(
                lang.pick("最后一位校验码不对，请核对营业执照。", "The last character does not match; please compare with the licence."),
            ),
        kind(FieldKind::Money, "paid", "实付金额", "Amount paid").value("150,000.00"),
        kind(FieldKind::Date, "paid_on", "付款日期", "Paid on").value("2026-02-10").short(),
        kind(FieldKind::Select, "centre", "算力中心", "Compute centre").value("waicc").choices(vec![
            Choice::new("waicc", lang.pick("武汉人工智能计算中心", "Wuhan AI Computing Center")),
            Choice::new("whsc", lang.pick("武汉超算中心", "Wuhan Supercomputing Center")),
        ]),
        kind(FieldKind::Area, "remark", "说明", "Remark").optional().hint(lang.pick("写明原因和凭证", "Say why, and name the document")),
        kind(FieldKind::Radios, "tier", "申请哪一级", "Which level").error(lang.pick("请选择一级", "Please choose a level")).choices(vec![
            Choice::new("province", lang.pick("省级（最合算）", "Province (best)"))
                .hint(lang.pick("预计 ¥20,000.00", "About ¥20,000.00"))
                .on(true),
            Choice::new("city", lang.pick("市级", "City")).hint(lang.pick("今年额度已用满", "This year's quota is used up")),
        ]),
        kind(FieldKind::Checks, "declare", "声明", "Declaration").choices(vec![Choice::new(
            "true",
            lang.pick("所填内容和材料真实，没有重复申报。", "All answers and files are true and nothing is claimed twice."),
        )]),
        kind(FieldKind::Radios, "related", "与算力中心有关联关系吗？", "Are you related to the centre?")
            .inline()
            .choices(vec![Choice::new("yes", lang.pick("有", "Yes")), Choice::new("no", lang.pick("没有", "No")).on(true)]),
        text("name", "企业名称", "Enterprise").value("武汉示例智能科技有限公司").readonly(),
        kind(FieldKind::Password, "password", "密码", "Password").autocomplete("current-password"),
    ]
}

pub(super) fn drop(lang: Lang, csrf: &str) -> FileDropView {
    let mut good = FileRow::uploaded(lang, "发票-26422000000045508821.pdf", "184 KB", "#");
    good.remove_action = "#".to_owned();
    good.note = lang.pick("读出金额 ¥180,000.00，开票日期 2026-02-03", "Read: ¥180,000.00, issued 2026-02-03").to_owned();
    let mut going = FileRow::uploaded(lang, "回单-2026-02-10.pdf", "92 KB", "");
    going.status = Tag::new(Tone::Info, lang.pick("上传中", "Uploading"));
    going.percent = Some(62);
    let mut wrong = FileRow::uploaded(lang, "合同扫描.exe", "2.1 MB", "");
    wrong.status = Tag::new(Tone::Bad, lang.pick("不能用", "Refused"));
    wrong.note = lang.pick("只收 PDF、OFD、JPG、PNG。请换一个文件。", "Only PDF, OFD, JPG, PNG. Please choose another file.").to_owned();
    FileDropView {
        lang,
        csrf: csrf.to_owned(),
        name: "invoice".to_owned(),
        label: lang.pick("发票", "Invoices").to_owned(),
        hint: lang.pick("数电票 PDF 或 OFD，每个不超过 10 MB", "Digital invoices as PDF or OFD, at most 10 MB each").to_owned(),
        error: String::new(),
        accept: ".pdf,.ofd,.jpg,.jpeg,.png",
        multiple: true,
        upload_action: String::new(),
        files: vec![good, going, wrong],
    }
}

pub(super) fn track(lang: Lang) -> TrackView {
    let step = |state, zh: &str, en: &str, when: &str| Step::new(state, lang.pick(zh, en), when);
    TrackView {
        lang,
        steps: vec![
            step(StepState::Done, "提交", "Submitted", "3月2日"),
            step(StepState::Done, "初审", "Preliminary review", "3月3日"),
            step(StepState::Now, "复审", "Final review", lang.pick("3月9日（周一）前", "by Mon 9 Mar")),
            step(StepState::Todo, "公示", "Public notice", lang.pick("5 个工作日", "5 working days")),
            step(StepState::Todo, "拨付", "Payment", ""),
        ],
    }
}

pub(super) fn stopped_track(lang: Lang) -> TrackView {
    let mut track = track(lang);
    for step in &mut track.steps {
        if step.state == StepState::Now {
            *step = Step::new(
                StepState::Bad,
                lang.pick("请您修改 2 处", "2 corrections needed"),
                lang.pick("3月9日（周一）17:30 前", "by Mon 9 Mar, 17:30"),
            );
        }
    }
    track
}

pub(super) fn timeline(lang: Lang) -> TimelineView {
    let item = |tone, when: &str, machine: &str, zh: &str, en: &str| TimelineItem {
        tone,
        when: when.to_owned(),
        machine_time: machine.to_owned(),
        text: lang.pick(zh, en).to_owned(),
        ..TimelineItem::default()
    };
    TimelineView {
        items: vec![
            item(
                Tone::Info,
                "2026-03-02 09:18",
                "2026-03-02T09:18+08:00",
                "企业提交了申请（第 2 次）。",
                "The enterprise submitted the application (second time).",
            ),
            TimelineItem {
                said: lang
                    .pick("第 3 张发票缺购买方税号，请换开。", "Invoice 3 lacks the buyer's tax number; please have it reissued.")
                    .to_owned(),
                ..item(
                    Tone::Warn,
                    "2026-03-03 10:42",
                    "2026-03-03T10:42+08:00",
                    "专班二号退回补正。",
                    "Reviewer 2 returned it for correction.",
                )
            },
            TimelineItem {
                proof: Some(Link::new("#", lang.pick("凭证 sha256 7f3a…91c0", "proof sha256 7f3a…91c0"))),
                ..item(
                    Tone::Ok,
                    "2026-03-04 08:30",
                    "2026-03-04T08:30+08:00",
                    "复审通过，拟补贴 ¥20,000.00。",
                    "Final review passed; ¥20,000.00 proposed.",
                )
            },
            TimelineItem {
                next: true,
                ..item(
                    Tone::Plain,
                    lang.pick("预计 3月9日（周一）", "expected Mon 9 Mar"),
                    "",
                    "公示结束，次日起可以拨付。",
                    "The notice ends; payment from the day after.",
                )
            },
        ],
    }
}

pub(super) fn tasks(lang: Lang) -> Tasks {
    let task = |zh: &str, en: &str, hint_zh: &str, hint_en: &str, href: &str, status| TaskView {
        title: lang.pick(zh, en).to_owned(),
        hint: lang.pick(hint_zh, hint_en).to_owned(),
        href: href.to_owned(),
        status,
    };
    Tasks {
        lang,
        tasks: vec![
            task(
                "选择账单",
                "Choose purchases",
                "2026 年 1 月 · 3 张对账单，共 ¥160,000.00",
                "January 2026 · 3 statements, ¥160,000.00",
                "#",
                TaskStatus::Done,
            ),
            task(
                "上传材料",
                "Upload documents",
                "合同 1、发票 3、回单 2",
                "1 contract, 3 invoices, 2 bank slips",
                "#",
                TaskStatus::InProgress,
            ),
            task("补正发票", "Correct the invoice", "第 3 张缺税号", "Invoice 3 lacks the tax number", "#", TaskStatus::NeedsCorrection),
            task("收款账户", "Bank account", "工商银行 尾号 0031", "ICBC, ending 0031", "#", TaskStatus::Corrected),
            task("确认补贴与等级", "Confirm the subsidy", "看一眼计算单", "Look at the calculation", "#", TaskStatus::NotStarted),
            task(
                "声明与提交",
                "Declare and submit",
                "完成以上各项后可以开始",
                "Opens when the others are done",
                "",
                TaskStatus::CannotStart,
            ),
        ],
    }
}

pub(super) fn checks(lang: Lang) -> Checks {
    let row = |tone, status: (&str, &str), text: (&str, &str), evidence: (&str, &str)| CheckRow {
        status: Tag::new(tone, lang.pick(status.0, status.1)),
        text: lang.pick(text.0, text.1).to_owned(),
        evidence: lang.pick(evidence.0, evidence.1).to_owned(),
        link: None,
    };
    let same = |text| (text, text);
    let pass = ("通过", "Passed");
    let mut shared = row(
        Tone::Bad,
        ("须说明", "Explain"),
        ("与申请 A-2026-0093 使用同一收款账户", "Shares its bank account with A-2026-0093"),
        ("填写处理说明后方可通过。", "Write how it was settled before passing."),
    );
    shared.link = Some(Link::new("#", lang.pick("查看对方申请", "Open that application")));
    Checks {
        rows: vec![
            row(
                Tone::Ok,
                pass,
                ("发票购买方、销售方与合同一致", "Buyer and seller agree with the contract"),
                same("91420100MA4TE5T139 · C-2026-031"),
            ),
            row(Tone::Ok, pass, ("发票 26422…8821 未在任何一级申报过", "Invoice 26422…8821 was never claimed at any level"), same("")),
            row(
                Tone::Warn,
                ("留意", "Note"),
                (
                    "实付 ¥150,000.00 少于发票 ¥180,000.00，按实付核定",
                    "Paid ¥150,000.00 is less than invoiced ¥180,000.00; the paid amount counts",
                ),
                ("孰低原则 · 回单 2026-02-10 工行", "The least counts · bank slip 2026-02-10, ICBC"),
            ),
            shared,
        ],
    }
}

pub(super) fn answers(lang: Lang) -> Vec<Answer> {
    let answer = |zh: &str, en: &str, answer: &str, href: &str| Answer {
        question: lang.pick(zh, en).to_owned(),
        answer: answer.to_owned(),
        change_href: href.to_owned(),
    };
    vec![
        answer("账单", "Purchases", lang.pick("3 张，共 ¥160,000.00", "3, together ¥160,000.00"), "#"),
        answer("收款账户", "Bank account", lang.pick("工商银行武汉光谷支行 尾号 0031", "ICBC Wuhan Guanggu, ending 0031"), "#"),
        answer("企业", "Enterprise", "武汉示例智能科技有限公司", ""),
    ]
}

pub(super) fn facts(lang: Lang) -> Vec<Fact> {
    vec![
        Fact::new(lang.pick("申请号", "Number"), "A-2026-0117"),
        Fact::new(lang.pick("提交时间", "Submitted"), "2026-03-02 09:18"),
        Fact::new(
            lang.pick("接下来", "Next"),
            lang.pick("算力中心确认用量，最迟 3月4日（周三）", "The centre confirms usage by Wed 4 Mar"),
        ),
    ]
}

pub(super) fn mail(lang: Lang, open: bool) -> MailPreview {
    MailPreview {
        lang,
        to: "z***@example.com".to_owned(),
        subject: lang.pick("申请 A-2026-0117 已通过复审", "Application A-2026-0117 passed the final review").to_owned(),
        body: lang
            .pick(
                "张经办：\n\n您的申请 A-2026-0117 已通过复审，拟补贴 ¥20,000.00。\n接下来核查信用，然后公示 5 个工作日。\n\n武汉算力创新券专班",
                "Dear applicant,\n\nyour application A-2026-0117 passed the final review; ¥20,000.00 is proposed.\nNext comes the credit check, then a public notice of 5 working days.\n\nThe task force",
            )
            .to_owned(),
        open,
    }
}

fn reason(lang: Lang, label: &str) -> FieldView {
    FieldView::new(lang, FieldKind::Area, "reason", label)
        .hint(lang.pick(
            "企业会原样看到这段话。写明哪一份材料、哪里不对、怎么改。",
            "The enterprise reads this word for word. Say which document, what is wrong, how to put it right.",
        ))
        .max_length(500)
}

pub(super) fn reject(cx: &PageCx, open: bool) -> ConfirmView {
    let lang = cx.lang;
    let mut view = ConfirmView::new(
        cx,
        "#",
        lang.pick("不予通过…", "Reject…"),
        lang.pick("不予通过，发邮件告知企业", "Reject and tell the enterprise by mail"),
    );
    view.look = "bad";
    view.effect =
        lang.pick("释放预留的 ¥20,000.00，本次申请到此结束。", "Releases the reserved ¥20,000.00; this application ends here.").to_owned();
    view.fields = vec![reason(lang, lang.pick("不予通过的理由", "Why it is rejected"))];
    view.open = open;
    view
}

pub(super) fn send_back(cx: &PageCx) -> ConfirmView {
    let lang = cx.lang;
    let mut view = ConfirmView::new(
        cx,
        "#",
        lang.pick("退回补正…", "Return…"),
        lang.pick("退回补正，限 3月9日（周一）17:30 前", "Return, due Mon 9 Mar 17:30"),
    );
    let mut field = reason(lang, lang.pick("请企业改什么", "What to correct"));
    field.name = "correction".to_owned();
    view.fields = vec![field];
    view
}

pub(super) fn running(lang: Lang, csrf: &str) -> Vec<ProgressView> {
    let label = lang.pick("导出 2026 年拨付明细", "Exporting payouts of 2026").to_owned();
    let view = |percent, text: &str, cancel: &str| ProgressView {
        lang,
        csrf: csrf.to_owned(),
        label: label.clone(),
        percent,
        text: text.to_owned(),
        cancel_action: cancel.to_owned(),
    };
    vec![
        view(Some(64), lang.pick("12,800 / 20,000 行，约 10 秒", "12,800 of 20,000 rows, about 10 seconds"), "#"),
        view(None, lang.pick("正在排队", "Waiting"), "#"),
        view(Some(100), lang.pick("已完成", "Done"), ""),
    ]
}

pub(super) fn empty(lang: Lang) -> EmptyView {
    EmptyView {
        title: lang.pick("还没有申请", "No applications yet").to_owned(),
        text: lang.pick("选好账单就能开始，大约 8 分钟。", "Choose purchases to begin; it takes about 8 minutes.").to_owned(),
        link: Some(Link::new("#", lang.pick("开始申请", "Begin"))),
        alone: true,
    }
}

pub(super) fn filters(lang: Lang) -> FilterBar {
    FilterBar {
        lang,
        action: "/dev/parts".to_owned(),
        fields: vec![
            FieldView::new(lang, FieldKind::Search, "q", lang.pick("搜索", "Search")).hint(""),
            FieldView::new(lang, FieldKind::Select, "level", lang.pick("等级", "Level"))
                .value("province")
                .choices(vec![Choice::new("", lang.pick("全部", "All")), Choice::new("province", lang.pick("省级", "Province"))]),
            FieldView::new(lang, FieldKind::Date, "since", lang.pick("提交不早于", "Submitted since")),
        ],
        hidden: vec![("sort".to_owned(), "due".to_owned())],
        chips: vec![
            Chip { text: lang.pick("等级：省级", "Level: province").to_owned(), remove_href: "#".to_owned() },
            Chip { text: lang.pick("状态：待复审", "Status: awaiting final review").to_owned(), remove_href: "#".to_owned() },
        ],
        clear_href: "#".to_owned(),
    }
}

pub(super) fn heads(lang: Lang) -> Vec<SortHead> {
    let head = |zh: &str, en: &str, dir, num| SortHead { label: lang.pick(zh, en).to_owned(), href: "#".to_owned(), dir, num };
    vec![
        head("申请", "Application", SortDir::None, false),
        head("等级", "Level", SortDir::None, false),
        head("拟补贴", "Proposed", SortDir::None, true),
        head("期限", "Due", SortDir::Ascending, false),
        head("状态", "Status", SortDir::None, false),
    ]
}

pub(super) fn rows(lang: Lang) -> Vec<SampleRow> {
    let row = |no, enterprise, yuan, due: (&'static str, &'static str), status| SampleRow {
        no,
        enterprise,
        tier: lang.pick("省级", "Province"),
        amount: Fen::yuan(yuan).display(),
        due: lang.pick(due.0, due.1),
        status,
    };
    vec![
        row(
            "A-2026-0117",
            "武汉示例智能科技有限公司",
            20_000,
            ("3月9日（周一）", "Mon 9 Mar"),
            Tag::new(Tone::Info, lang.pick("待复审", "Awaiting final review")),
        ),
        row(
            "A-2026-0121",
            "光谷样本数据有限公司",
            184_500,
            ("3月10日（周二）", "Tue 10 Mar"),
            Tag::new(Tone::Warn, lang.pick("等企业补正", "Awaiting correction")),
        ),
        row(
            "A-2026-0122",
            "武汉虚构算法研究院",
            7_350,
            ("3月11日（周三）", "Wed 11 Mar"),
            Tag::new(Tone::Plain, lang.pick("未分派", "Unassigned")),
        ),
    ]
}

pub(super) fn pager(lang: Lang) -> PagerView {
    PagerView {
        lang,
        text: lang.pick("第 1–50 项，共 219 项", "1–50 of 219").to_owned(),
        previous_href: None,
        next_href: Some("#".to_owned()),
    }
}
