-- The house: every table of the voucher scheme. Money is integer fen, time is UTC, enums are text
-- with a CHECK. The PostgreSQL twin differs in identity columns and trigger syntax only.

CREATE TABLE setting (
    key TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE number_series (
    name TEXT PRIMARY KEY NOT NULL,
    last_number BIGINT NOT NULL
);

-- ── people ───────────────────────────────────────────────────────────────────────────────────
CREATE TABLE enterprise (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    uscc TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    legal_representative TEXT NOT NULL DEFAULT '',
    address TEXT NOT NULL DEFAULT '',
    phone TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE provider (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    uscc TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    capacity TEXT NOT NULL DEFAULT ''
);

CREATE TABLE account (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('enterprise', 'provider', 'staff')),
    enterprise_id BIGINT NULL REFERENCES enterprise (id),
    provider_id BIGINT NULL REFERENCES provider (id),
    language TEXT NOT NULL DEFAULT 'zh-CN' CHECK (language IN ('zh-CN', 'en')),
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP NULL,
    disabled_at TIMESTAMP NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT account_belongs_to_its_kind CHECK (
        (kind = 'enterprise' AND enterprise_id IS NOT NULL AND provider_id IS NULL)
        OR (kind = 'provider' AND provider_id IS NOT NULL AND enterprise_id IS NULL)
        OR (kind = 'staff' AND enterprise_id IS NULL AND provider_id IS NULL))
);

CREATE TABLE account_right (
    account_id BIGINT NOT NULL REFERENCES account (id),
    duty TEXT NOT NULL CHECK (duty IN ('task_force', 'final_reviewer', 'competent_authority', 'finance', 'auditor', 'administrator')),
    PRIMARY KEY (account_id, duty)
);

CREATE TABLE session (
    token_hash TEXT PRIMARY KEY NOT NULL,
    account_id BIGINT NOT NULL REFERENCES account (id),
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX session_of_account ON session (account_id);

CREATE TABLE mail_token (
    token_hash TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('confirm_email', 'reset_password', 'invitation', 'bank_change')),
    account_id BIGINT NULL REFERENCES account (id),
    payload TEXT NOT NULL DEFAULT '',
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NULL
);

CREATE TABLE login_attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    email TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX login_attempt_of_email ON login_attempt (email, at);

CREATE TABLE service_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    created_by BIGINT NOT NULL REFERENCES account (id),
    created_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP NULL,
    revoked_at TIMESTAMP NULL
);

CREATE TABLE bank_account (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    account_name TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    account_no TEXT NOT NULL,
    cnaps TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('pending', 'active', 'replaced', 'refused')),
    created_by BIGINT NOT NULL REFERENCES account (id),
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP NULL
);
CREATE UNIQUE INDEX bank_account_one_active ON bank_account (enterprise_id) WHERE state = 'active';

-- ── files ────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE stored_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    sha256 TEXT NOT NULL UNIQUE,
    size_bytes BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    stored_at TIMESTAMP NOT NULL
);

-- ── qualifications ───────────────────────────────────────────────────────────────────────────
CREATE TABLE qualification (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    kind TEXT NOT NULL CHECK (kind IN ('registration_place', 'tech_sme', 'hightech', 'incubatee', 'above_designated_size', 'advanced_service_enterprise')),
    number TEXT NOT NULL DEFAULT '',
    place TEXT NULL CHECK (place IN ('east_lake', 'wuhan', 'hubei', 'elsewhere')),
    carrier_kind TEXT NULL CHECK (carrier_kind IN ('incubator', 'university_science_park', 'maker_space')),
    carrier_level TEXT NULL CHECK (carrier_level IN ('national', 'province', 'city', 'district')),
    prior_year_sales_fen BIGINT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    file_id BIGINT NULL REFERENCES stored_file (id),
    file_name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'entered' CHECK (state IN ('entered', 'accepted', 'refused', 'removed')),
    reason TEXT NOT NULL DEFAULT '',
    entered_by BIGINT NOT NULL REFERENCES account (id),
    entered_at TIMESTAMP NOT NULL,
    decided_by BIGINT NULL REFERENCES account (id),
    decided_at TIMESTAMP NULL,
    CONSTRAINT qualification_ends_after_it_begins CHECK (valid_to >= valid_from)
);
CREATE INDEX qualification_of_enterprise ON qualification (enterprise_id);

CREATE TABLE dishonesty_record (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    uscc TEXT NOT NULL,
    from_day DATE NOT NULL,
    to_day DATE NULL,
    source TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX dishonesty_of_uscc ON dishonesty_record (uscc);

CREATE TABLE related_party (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    relation TEXT NOT NULL,
    recorded_by BIGINT NOT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (enterprise_id, provider_id)
);

-- ── purchases ────────────────────────────────────────────────────────────────────────────────
CREATE TABLE purchase (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    enterprise_uscc TEXT NOT NULL,
    order_no TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'compute' CHECK (kind IN ('compute', 'storage', 'network', 'training', 'other')),
    resource TEXT NOT NULL,
    unit TEXT NOT NULL,
    quantity TEXT NOT NULL,
    unit_price TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    accepted_fen BIGINT NOT NULL CHECK (accepted_fen >= 0),
    service_from DATE NOT NULL,
    service_to DATE NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    recorded_by TEXT NOT NULL,
    UNIQUE (provider_id, order_no),
    CONSTRAINT purchase_accepted_within_amount CHECK (accepted_fen <= amount_fen),
    CONSTRAINT purchase_ends_after_it_begins CHECK (service_to >= service_from)
);
CREATE INDEX purchase_of_enterprise ON purchase (enterprise_uscc, service_to);

-- ── notices ──────────────────────────────────────────────────────────────────────────────────
CREATE TABLE notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    title_zh TEXT NOT NULL,
    title_en TEXT NOT NULL,
    basis_zh TEXT NOT NULL,
    basis_en TEXT NOT NULL,
    contact_phone TEXT NOT NULL,
    supervision_phone TEXT NOT NULL,
    address TEXT NOT NULL,
    issuer TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'closed')),
    working_days BIGINT NOT NULL,
    first_day DATE NULL,
    last_day DATE NULL,
    drafted_by BIGINT NOT NULL REFERENCES account (id),
    drafted_at TIMESTAMP NOT NULL,
    published_by BIGINT NULL REFERENCES account (id),
    published_at TIMESTAMP NULL,
    closed_at TIMESTAMP NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- ── applications ─────────────────────────────────────────────────────────────────────────────
CREATE TABLE voucher (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    year BIGINT NOT NULL,
    claimed_on DATE NOT NULL,
    claimed_at TIMESTAMP NOT NULL,
    UNIQUE (enterprise_id, year)
);

CREATE TABLE application (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'provider_confirmed', 'prechecked', 'preliminary_passed', 'final_passed',
        'credit_checked', 'in_public_notice', 'notice_passed', 'payment_ordered', 'paid', 'payment_failed', 'returned', 'rejected',
        'withdrawn', 'objection_hold', 'waitlisted', 'clawback_due', 'clawed_back')),
    state_since TIMESTAMP NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    tier_choice TEXT NOT NULL DEFAULT 'best' CHECK (tier_choice IN ('best', 'province', 'city', 'district', 'all')),
    pack_id TEXT NOT NULL,
    voucher_id BIGINT NULL REFERENCES voucher (id),
    bank_account_id BIGINT NULL REFERENCES bank_account (id),
    declared_by BIGINT NULL REFERENCES account (id),
    declared_at TIMESTAMP NULL,
    previewed_at TIMESTAMP NULL,
    created_by BIGINT NOT NULL REFERENCES account (id),
    created_at TIMESTAMP NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    first_submitted_at TIMESTAMP NULL,
    submitted_at TIMESTAMP NULL,
    assigned_to BIGINT NULL REFERENCES account (id),
    correction_due DATE NULL,
    correction_extended BOOLEAN NOT NULL DEFAULT FALSE,
    notice_id BIGINT NULL REFERENCES notice (id),
    base_fen BIGINT NOT NULL DEFAULT 0,
    total_fen BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX application_of_enterprise ON application (enterprise_id);
CREATE INDEX application_in_state ON application (state, submitted_at);

CREATE TABLE application_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    purchase_id BIGINT NOT NULL REFERENCES purchase (id),
    holds_purchase BOOLEAN NOT NULL DEFAULT TRUE,
    asked_fen BIGINT NULL CHECK (asked_fen >= 0),
    statutory_test BOOLEAN NOT NULL DEFAULT FALSE,
    provincial_project BOOLEAN NOT NULL DEFAULT FALSE,
    provider_confirmed_by BIGINT NULL REFERENCES account (id),
    provider_confirmed_at TIMESTAMP NULL,
    provider_accepted_fen BIGINT NULL,
    provider_note TEXT NOT NULL DEFAULT '',
    UNIQUE (application_id, purchase_id)
);
-- One purchase is claimed once: at most one living application holds it.
CREATE UNIQUE INDEX application_item_purchase_claimed_once ON application_item (purchase_id) WHERE holds_purchase;

CREATE TABLE material (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    kind TEXT NOT NULL CHECK (kind IN ('contract', 'invoice', 'payment', 'delivery', 'other')),
    file_id BIGINT NOT NULL REFERENCES stored_file (id),
    file_name TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    number TEXT NOT NULL DEFAULT '',
    amount_fen BIGINT NOT NULL DEFAULT 0 CHECK (amount_fen >= 0),
    tax_fen BIGINT NOT NULL DEFAULT 0 CHECK (tax_fen >= 0),
    minus_fen BIGINT NOT NULL DEFAULT 0 CHECK (minus_fen >= 0),
    dated_on DATE NULL,
    remark TEXT NOT NULL DEFAULT '',
    remark_open BOOLEAN NOT NULL DEFAULT FALSE,
    added_by BIGINT NOT NULL REFERENCES account (id),
    added_at TIMESTAMP NOT NULL,
    removed_at TIMESTAMP NULL
);
CREATE INDEX material_of_application ON material (application_id);

-- Which part of a paper stands for which item.
CREATE TABLE allocation (
    material_id BIGINT NOT NULL REFERENCES material (id),
    item_id BIGINT NOT NULL REFERENCES application_item (id),
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    PRIMARY KEY (material_id, item_id)
);

-- An invoice is known once, whoever files it, and never stands for more than its total.
CREATE TABLE invoice_use (
    invoice_key TEXT PRIMARY KEY NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    total_fen BIGINT NOT NULL,
    used_fen BIGINT NOT NULL,
    CONSTRAINT invoice_use_within_total CHECK (used_fen >= 0 AND used_fen <= total_fen)
);

CREATE TABLE coaching (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    question TEXT NOT NULL,
    asked_by BIGINT NOT NULL REFERENCES account (id),
    asked_at TIMESTAMP NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    answered_by BIGINT NULL REFERENCES account (id),
    answered_at TIMESTAMP NULL
);

-- Four eyes: a person stands on one side of a case, as preparer (coach, precheck, preliminary
-- review) or as final reviewer; the key makes the other side impossible.
CREATE TABLE case_side (
    application_id BIGINT NOT NULL REFERENCES application (id),
    account_id BIGINT NOT NULL REFERENCES account (id),
    side TEXT NOT NULL CHECK (side IN ('preparer', 'final')),
    PRIMARY KEY (application_id, account_id)
);

-- Every calculation ever shown to count: what went in, what came out, under which pack.
CREATE TABLE evaluation (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    made_at TIMESTAMP NOT NULL,
    occasion TEXT NOT NULL,
    pack_id TEXT NOT NULL,
    pack_version TEXT NOT NULL,
    pack_sha256 TEXT NOT NULL,
    case_json TEXT NOT NULL,
    result_json TEXT NOT NULL
);
CREATE INDEX evaluation_of_application ON evaluation (application_id);

-- What an application is promised per level and year; zero rows are kept, they explain a cut.
CREATE TABLE subsidy (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    base_fen BIGINT NOT NULL,
    raw_fen BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
    held_fen BIGINT NOT NULL DEFAULT 0 CHECK (held_fen >= 0),
    UNIQUE (application_id, tier, year)
);

CREATE TABLE credit_check (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    occasion TEXT NOT NULL CHECK (occasion IN ('submitted', 'after_review', 'notice_end')),
    checked_on DATE NOT NULL,
    source TEXT NOT NULL,
    clean BOOLEAN NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    checked_by BIGINT NULL REFERENCES account (id),
    checked_at TIMESTAMP NOT NULL
);
CREATE INDEX credit_check_of_application ON credit_check (application_id);

CREATE TABLE notice_item (
    notice_id BIGINT NOT NULL REFERENCES notice (id),
    application_id BIGINT NOT NULL REFERENCES application (id),
    position BIGINT NOT NULL,
    outcome TEXT NOT NULL DEFAULT 'open' CHECK (outcome IN ('open', 'passed', 'held', 'upheld')),
    PRIMARY KEY (notice_id, application_id)
);
CREATE UNIQUE INDEX notice_item_in_one_notice ON notice_item (application_id) WHERE outcome <> 'upheld';

CREATE TABLE objection (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    notice_id BIGINT NOT NULL REFERENCES notice (id),
    application_id BIGINT NOT NULL REFERENCES application (id),
    objector_kind TEXT NOT NULL CHECK (objector_kind IN ('unit', 'person')),
    objector_name TEXT NOT NULL,
    objector_contact TEXT NOT NULL,
    facts TEXT NOT NULL,
    received_on DATE NOT NULL,
    answer_due DATE NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'dismissed', 'upheld')),
    answer TEXT NOT NULL DEFAULT '',
    recorded_by BIGINT NOT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    decided_by BIGINT NULL REFERENCES account (id),
    decided_at TIMESTAMP NULL
);

-- ── money ────────────────────────────────────────────────────────────────────────────────────
CREATE TABLE appropriation (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0),
    document_no TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    recorded_by BIGINT NOT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (tier, year, document_no)
);

-- Held by guarded updates in the transaction of the act; the ledger proves it.
CREATE TABLE budget (
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    appropriated_fen BIGINT NOT NULL,
    reserved_fen BIGINT NOT NULL DEFAULT 0 CHECK (reserved_fen >= 0),
    ordered_fen BIGINT NOT NULL DEFAULT 0 CHECK (ordered_fen >= 0),
    paid_fen BIGINT NOT NULL DEFAULT 0 CHECK (paid_fen >= 0),
    PRIMARY KEY (tier, year),
    CONSTRAINT budget_never_overdrawn CHECK (appropriated_fen - reserved_fen - ordered_fen - paid_fen >= 0)
);

CREATE TABLE yearly_cap (
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    cap_fen BIGINT NOT NULL,
    used_fen BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (enterprise_id, tier, year),
    CONSTRAINT yearly_cap_holds CHECK (used_fen >= 0 AND used_fen <= cap_fen)
);

CREATE TABLE ledger_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    occasion TEXT NOT NULL CHECK (occasion IN ('appropriate', 'reserve', 'release', 'order', 'unorder', 'pay', 'claw_back')),
    application_id BIGINT NULL REFERENCES application (id),
    made_by BIGINT NULL REFERENCES account (id),
    note TEXT NOT NULL DEFAULT ''
);

CREATE TABLE posting (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    entry_id BIGINT NOT NULL REFERENCES ledger_entry (id),
    book TEXT NOT NULL CHECK (book IN ('appropriation', 'budget', 'reserved', 'ordered', 'paid')),
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    application_id BIGINT NULL REFERENCES application (id),
    amount_fen BIGINT NOT NULL,
    CONSTRAINT posting_amount_not_zero CHECK (amount_fen <> 0)
);
CREATE INDEX posting_of_entry ON posting (entry_id);
CREATE INDEX posting_of_book ON posting (tier, year, book);

CREATE TABLE payout_batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('drawn_up', 'approved', 'settled', 'cancelled')),
    drawn_up_by BIGINT NOT NULL REFERENCES account (id),
    drawn_up_at TIMESTAMP NOT NULL,
    approved_by BIGINT NULL REFERENCES account (id),
    approved_at TIMESTAMP NULL,
    settled_at TIMESTAMP NULL,
    total_fen BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    CONSTRAINT payout_batch_four_eyes CHECK (approved_by IS NULL OR approved_by <> drawn_up_by)
);

CREATE TABLE disbursement (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    batch_id BIGINT NOT NULL REFERENCES payout_batch (id),
    application_id BIGINT NOT NULL REFERENCES application (id),
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    account_name TEXT NOT NULL,
    bank_name TEXT NOT NULL,
    account_no TEXT NOT NULL,
    cnaps TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('drawn_up', 'ordered', 'paid', 'failed', 'cancelled')),
    failure TEXT NOT NULL DEFAULT '',
    settled_by BIGINT NULL REFERENCES account (id),
    settled_on DATE NULL
);
CREATE INDEX disbursement_of_batch ON disbursement (batch_id);
-- A grant is paid once: at most one living line of a batch carries it.
CREATE UNIQUE INDEX disbursement_paid_once ON disbursement (application_id, tier, year) WHERE state IN ('drawn_up', 'ordered', 'paid');

CREATE TABLE clawback (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    application_id BIGINT NOT NULL REFERENCES application (id),
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    year BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    cause TEXT NOT NULL CHECK (cause IN ('credit_note', 'qualification_cancelled', 'fraud', 'audit')),
    reason TEXT NOT NULL,
    fine_note TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('due', 'recovered')),
    opened_by BIGINT NOT NULL REFERENCES account (id),
    opened_at TIMESTAMP NOT NULL,
    recovered_by BIGINT NULL REFERENCES account (id),
    recovered_on DATE NULL
);

CREATE TABLE pack_activation (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    pack_id TEXT NOT NULL,
    pack_sha256 TEXT NOT NULL,
    reason TEXT NOT NULL,
    activated_by BIGINT NULL REFERENCES account (id),
    activated_at TIMESTAMP NOT NULL
);

-- ── the trail, the outbox, retries ───────────────────────────────────────────────────────────
CREATE TABLE audit_entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_id BIGINT NULL REFERENCES account (id),
    actor_name TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    act TEXT NOT NULL,
    enterprise_id BIGINT NULL REFERENCES enterprise (id),
    application_id BIGINT NULL REFERENCES application (id),
    subject TEXT NOT NULL DEFAULT '',
    from_state TEXT NOT NULL DEFAULT '',
    to_state TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
);
CREATE INDEX audit_of_application ON audit_entry (application_id);
CREATE INDEX audit_of_enterprise ON audit_entry (enterprise_id);

CREATE TABLE letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL,
    to_email TEXT NOT NULL,
    to_name TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    application_id BIGINT NULL REFERENCES application (id),
    state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'dead')),
    attempts BIGINT NOT NULL DEFAULT 0,
    next_attempt_at TIMESTAMP NOT NULL,
    last_error TEXT NOT NULL DEFAULT '',
    queued_at TIMESTAMP NOT NULL,
    sent_at TIMESTAMP NULL
);
CREATE INDEX letter_to_send ON letter (state, next_attempt_at);

CREATE TABLE idempotency (
    scope TEXT NOT NULL,
    request_key TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    answer TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (scope, request_key)
);

-- ── append-only ──────────────────────────────────────────────────────────────────────────────
CREATE TRIGGER ledger_entry_is_never_changed BEFORE UPDATE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER ledger_entry_is_never_deleted BEFORE DELETE ON ledger_entry BEGIN SELECT RAISE(ABORT, 'ledger_entry is append-only'); END;
CREATE TRIGGER posting_is_never_changed BEFORE UPDATE ON posting BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END;
CREATE TRIGGER posting_is_never_deleted BEFORE DELETE ON posting BEGIN SELECT RAISE(ABORT, 'posting is append-only'); END;
CREATE TRIGGER audit_entry_is_never_changed BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER audit_entry_is_never_deleted BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER evaluation_is_never_changed BEFORE UPDATE ON evaluation BEGIN SELECT RAISE(ABORT, 'evaluation is append-only'); END;
CREATE TRIGGER evaluation_is_never_deleted BEFORE DELETE ON evaluation BEGIN SELECT RAISE(ABORT, 'evaluation is append-only'); END;
CREATE TRIGGER appropriation_is_never_changed BEFORE UPDATE ON appropriation BEGIN SELECT RAISE(ABORT, 'appropriation is append-only'); END;
CREATE TRIGGER appropriation_is_never_deleted BEFORE DELETE ON appropriation BEGIN SELECT RAISE(ABORT, 'appropriation is append-only'); END;
