-- The metering engine. Facts, lines and checkpoints are append-only; what has a state stands in a
-- row of its own beside them. Time of events is milliseconds since 1970 (UTC), quantities are
-- unit-milliseconds, money is fen, prices are micro-yuan per unit-hour.

-- ── who meters what, for whom, at which price ────────────────────────────────────────────────
-- A source of events belongs to one provider; the name of an event is unique within it for ever.
CREATE TABLE usage_source (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    uri TEXT NOT NULL UNIQUE,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    registered_at TIMESTAMP NOT NULL
);

-- Which sources a program may write.
CREATE TABLE token_source (
    token_id BIGINT NOT NULL REFERENCES service_token (id),
    source_id BIGINT NOT NULL REFERENCES usage_source (id),
    PRIMARY KEY (token_id, source_id)
);
ALTER TABLE service_token ADD COLUMN may_backfill BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE resource_spec (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    code TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'compute' CHECK (kind IN ('compute', 'storage', 'network', 'training', 'other')),
    unit TEXT NOT NULL CHECK (unit IN ('card', 'core', 'node', 'gib')),
    vendor TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    gflops BIGINT NULL CHECK (gflops > 0),
    precision_name TEXT NOT NULL DEFAULT '' CHECK (precision_name IN ('', 'FP16', 'BF16', 'FP32', 'FP64', 'INT8')),
    valid_from DATE NOT NULL,
    UNIQUE (provider_id, code, version)
);

-- The centre's contract with an enterprise, which need not be registered here yet.
CREATE TABLE compute_contract (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    enterprise_uscc TEXT NOT NULL,
    enterprise_name TEXT NOT NULL,
    number TEXT NOT NULL,
    signed_on DATE NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    utc_offset_minutes INTEGER NOT NULL DEFAULT 480,
    cap_fen BIGINT NULL CHECK (cap_fen > 0),
    tariff_code TEXT NOT NULL,
    recorded_by BIGINT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (provider_id, number),
    CONSTRAINT compute_contract_ends_after_it_begins CHECK (valid_to >= valid_from)
);
CREATE INDEX compute_contract_of_enterprise ON compute_contract (enterprise_uscc);

-- An account code of the centre and the enterprise behind it.
CREATE TABLE usage_subject (
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    code TEXT NOT NULL,
    enterprise_uscc TEXT NOT NULL,
    assigned_at TIMESTAMP NOT NULL,
    PRIMARY KEY (provider_id, code)
);

CREATE TABLE tariff_version (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    code TEXT NOT NULL,
    version BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    recorded_by BIGINT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (provider_id, code, version),
    UNIQUE (provider_id, code, valid_from)
);

CREATE TABLE prepaid_pool (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES compute_contract (id),
    kind TEXT NOT NULL CHECK (kind IN ('bonus', 'coupon', 'cash')),
    granted_fen BIGINT NOT NULL CHECK (granted_fen > 0),
    drawn_fen BIGINT NOT NULL DEFAULT 0,
    expires_on DATE NULL,
    reference TEXT NOT NULL DEFAULT '',
    recorded_by BIGINT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT prepaid_pool_never_overdrawn CHECK (drawn_fen >= 0 AND drawn_fen <= granted_fen)
);
CREATE INDEX prepaid_pool_of_contract ON prepaid_pool (contract_id);

-- ── events ───────────────────────────────────────────────────────────────────────────────────
-- One chain per shard, so that writers of different shards do not wait for one another.
CREATE TABLE usage_shard (
    shard BIGINT PRIMARY KEY NOT NULL,
    last_seq BIGINT NOT NULL,
    last_hash BLOB NOT NULL
);

CREATE TABLE usage_event (
    shard BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    provider_id BIGINT NOT NULL,
    contract_id BIGINT NOT NULL,
    subject TEXT NOT NULL,
    resource TEXT NOT NULL,
    partition_name TEXT NOT NULL,
    qos TEXT NOT NULL,
    project TEXT NOT NULL,
    instance TEXT NOT NULL,
    units BIGINT NOT NULL,
    time_ms BIGINT NOT NULL,
    start_ms BIGINT NOT NULL,
    end_ms BIGINT NOT NULL,
    quantity_ms BIGINT NOT NULL,
    data TEXT NOT NULL,
    digest BLOB NOT NULL,
    received_ms BIGINT NOT NULL,
    late BOOLEAN NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (shard, seq),
    UNIQUE (source, event_id)
);
CREATE INDEX usage_event_of_contract ON usage_event (contract_id, end_ms);
CREATE INDEX usage_event_of_instance ON usage_event (provider_id, instance, start_ms) WHERE instance <> '';

-- An event that was taken out, by a void or by a replacement; at most once.
CREATE TABLE usage_void (
    shard BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    by_shard BIGINT NOT NULL,
    by_seq BIGINT NOT NULL,
    contract_id BIGINT NOT NULL,
    PRIMARY KEY (shard, seq)
);
CREATE INDEX usage_void_of_contract ON usage_void (contract_id);

-- What could not be taken as a fact and is not lost: conflicts, unknown accounts, early voids.
CREATE TABLE usage_quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    source TEXT NOT NULL,
    event_id TEXT NOT NULL,
    digest BLOB NOT NULL,
    body TEXT NOT NULL,
    code TEXT NOT NULL,
    field TEXT NOT NULL,
    detail_zh TEXT NOT NULL,
    detail_en TEXT NOT NULL,
    waits_for_source TEXT NOT NULL DEFAULT '',
    waits_for_id TEXT NOT NULL DEFAULT '',
    received_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'dismissed')),
    reason TEXT NOT NULL DEFAULT '',
    closed_by BIGINT NULL REFERENCES account (id),
    closed_at TIMESTAMP NULL,
    UNIQUE (source, event_id, digest)
);
CREATE INDEX usage_quarantine_open ON usage_quarantine (provider_id, state);
CREATE INDEX usage_quarantine_waiting ON usage_quarantine (waits_for_source, waits_for_id) WHERE state = 'open';

CREATE TABLE usage_import (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    source TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    duplicate BIGINT NOT NULL,
    conflict BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    skipped BIGINT NOT NULL,
    report TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    imported_by BIGINT NULL REFERENCES account (id),
    imported_at TIMESTAMP NOT NULL,
    CONSTRAINT usage_import_rows_add_up CHECK (accepted + duplicate + conflict + rejected + quarantined + skipped = row_count)
);
CREATE INDEX usage_import_of_provider ON usage_import (provider_id);

-- How a source is doing: raised with every request, for the page of the centre. One row a shard, so
-- that writers of different shards do not wait here either.
CREATE TABLE usage_ingest (
    source TEXT NOT NULL,
    shard BIGINT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    accepted BIGINT NOT NULL,
    duplicate BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    last_event_ms BIGINT NOT NULL,
    last_received_ms BIGINT NOT NULL,
    PRIMARY KEY (source, shard)
);

CREATE TABLE signing_key (
    key_id TEXT PRIMARY KEY NOT NULL,
    public_key TEXT NOT NULL,
    first_used_at TIMESTAMP NOT NULL
);

-- The Merkle root over a span of a shard's chain, signed.
CREATE TABLE usage_checkpoint (
    shard BIGINT NOT NULL,
    from_seq BIGINT NOT NULL,
    to_seq BIGINT NOT NULL,
    root TEXT NOT NULL,
    signed_at TIMESTAMP NOT NULL,
    key_id TEXT NOT NULL REFERENCES signing_key (key_id),
    signature TEXT NOT NULL,
    PRIMARY KEY (shard, to_seq)
);

-- ── statements ───────────────────────────────────────────────────────────────────────────────
CREATE TABLE statement (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    contract_id BIGINT NOT NULL REFERENCES compute_contract (id),
    period TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('usage', 'credit')),
    reverses_id BIGINT NULL REFERENCES statement (id),
    cutoff TEXT NOT NULL,
    usage_fen BIGINT NOT NULL,
    adjustment_fen BIGINT NOT NULL,
    total_fen BIGINT NOT NULL,
    -- total − credit brought = prepaid cash + non-cash + payable − credit left
    credit_brought_fen BIGINT NOT NULL,
    prepaid_cash_fen BIGINT NOT NULL,
    non_cash_fen BIGINT NOT NULL,
    payable_fen BIGINT NOT NULL,
    credit_left_fen BIGINT NOT NULL,
    event_root TEXT NOT NULL,
    lines_digest TEXT NOT NULL,
    digest TEXT NOT NULL,
    key_id TEXT NOT NULL REFERENCES signing_key (key_id),
    signature TEXT NOT NULL,
    issued_by BIGINT NULL REFERENCES account (id),
    issued_at TIMESTAMP NOT NULL,
    UNIQUE (contract_id, period, version),
    CONSTRAINT statement_adds_up CHECK (usage_fen + adjustment_fen = total_fen),
    CONSTRAINT statement_is_settled CHECK (total_fen - credit_brought_fen = prepaid_cash_fen + non_cash_fen + payable_fen - credit_left_fen),
    CONSTRAINT statement_credit_names_its_original CHECK ((kind = 'credit') = (reverses_id IS NOT NULL))
);
CREATE UNIQUE INDEX statement_reversed_once ON statement (reverses_id) WHERE reverses_id IS NOT NULL;

CREATE TABLE statement_line (
    statement_id BIGINT NOT NULL REFERENCES statement (id),
    position BIGINT NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('regular', 'reversal', 'corrected')),
    month TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('usage', 'minimum', 'cap')),
    resource TEXT NOT NULL,
    partition_name TEXT NOT NULL,
    qos TEXT NOT NULL,
    tariff_version BIGINT NOT NULL,
    tier BIGINT NOT NULL,
    quantity_ms BIGINT NOT NULL,
    price_micro BIGINT NOT NULL,
    amount_num TEXT NOT NULL,
    amount_den BIGINT NOT NULL,
    amount_fen BIGINT NOT NULL,
    corrects_statement TEXT NOT NULL DEFAULT '',
    corrects_position BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (statement_id, position)
);

CREATE TABLE prepaid_move (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    pool_id BIGINT NOT NULL REFERENCES prepaid_pool (id),
    statement_id BIGINT NOT NULL REFERENCES statement (id),
    amount_fen BIGINT NOT NULL CHECK (amount_fen <> 0)
);

-- Where a statement stands; the statement itself never changes.
CREATE TABLE statement_state (
    statement_id BIGINT PRIMARY KEY NOT NULL REFERENCES statement (id),
    contract_id BIGINT NOT NULL REFERENCES compute_contract (id),
    period TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('issued', 'confirmed', 'disputed', 'reversed', 'credit')),
    reason TEXT NOT NULL DEFAULT '',
    answer TEXT NOT NULL DEFAULT '',
    changed_by BIGINT NULL REFERENCES account (id),
    changed_at TIMESTAMP NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
-- A month of a contract is billed once.
CREATE UNIQUE INDEX statement_month_billed_once ON statement_state (contract_id, period) WHERE state IN ('issued', 'confirmed', 'disputed');

-- ── from the statement to real money ─────────────────────────────────────────────────────────
-- A purchase of before rests on its provider's word and is confirmed case by case; a metered one
-- rests on a statement and is claimable only as far as it was really paid.
ALTER TABLE purchase ADD COLUMN statement_id BIGINT NULL REFERENCES statement (id);
ALTER TABLE purchase ADD COLUMN state TEXT NOT NULL DEFAULT 'claimable'
    CHECK (state IN ('issued', 'partially_paid', 'paid', 'blocked', 'claimable', 'reserved', 'claimed', 'reversed'));
ALTER TABLE purchase ADD COLUMN prepaid_cash_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN non_cash_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN invoiced_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN red_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN paid_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN refunded_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN claimable_fen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE purchase ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX purchase_of_statement ON purchase (statement_id, kind) WHERE statement_id IS NOT NULL;
UPDATE purchase SET claimable_fen = accepted_fen;

CREATE TABLE tax_invoice (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    code TEXT NOT NULL,
    number TEXT NOT NULL,
    buyer_uscc TEXT NOT NULL,
    total_fen BIGINT NOT NULL CHECK (total_fen > 0),
    tax_fen BIGINT NOT NULL CHECK (tax_fen >= 0),
    issued_on DATE NOT NULL,
    red_of BIGINT NULL REFERENCES tax_invoice (id),
    allocated_fen BIGINT NOT NULL DEFAULT 0,
    recorded_by BIGINT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (code, number),
    CONSTRAINT tax_invoice_never_overallocated CHECK (allocated_fen >= 0 AND allocated_fen <= total_fen)
);

CREATE TABLE bank_receipt (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    bank_reference TEXT NOT NULL,
    payer_name TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    enterprise_uscc TEXT NOT NULL,
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    paid_on DATE NOT NULL,
    refund_of BIGINT NULL REFERENCES bank_receipt (id),
    allocated_fen BIGINT NOT NULL DEFAULT 0,
    recorded_by BIGINT NULL REFERENCES account (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (provider_id, bank_reference),
    CONSTRAINT bank_receipt_never_overallocated CHECK (allocated_fen >= 0 AND allocated_fen <= amount_fen)
);

-- Which part of an invoice or a payment stands for which purchase.
CREATE TABLE purchase_allocation (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    purchase_id BIGINT NOT NULL REFERENCES purchase (id),
    invoice_id BIGINT NULL REFERENCES tax_invoice (id),
    receipt_id BIGINT NULL REFERENCES bank_receipt (id),
    amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT purchase_allocation_of_one_paper CHECK ((invoice_id IS NULL) <> (receipt_id IS NULL)),
    UNIQUE (purchase_id, invoice_id),
    UNIQUE (purchase_id, receipt_id)
);

-- The provider's own bill of a month, from its billing system or batch system.
CREATE TABLE provider_bill (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    contract_id BIGINT NOT NULL REFERENCES compute_contract (id),
    period TEXT NOT NULL,
    resource TEXT NOT NULL,
    quantity_ms BIGINT NULL,
    amount_fen BIGINT NULL,
    non_cash_fen BIGINT NOT NULL DEFAULT 0,
    provisional BOOLEAN NOT NULL DEFAULT FALSE,
    import_id BIGINT NULL REFERENCES usage_import (id),
    recorded_at TIMESTAMP NOT NULL,
    UNIQUE (contract_id, period, resource)
);

-- A difference between two of usage, statement, contract, bill, invoice and payment; a person
-- closes it with a reason.
CREATE TABLE reconciliation_case (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES provider (id),
    purchase_id BIGINT NOT NULL REFERENCES purchase (id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    expected TEXT NOT NULL,
    found TEXT NOT NULL,
    tolerance TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'explained', 'fixed')),
    reason TEXT NOT NULL DEFAULT '',
    opened_at TIMESTAMP NOT NULL,
    closed_by BIGINT NULL REFERENCES account (id),
    closed_at TIMESTAMP NULL,
    UNIQUE (purchase_id, kind, about, expected, found)
);
CREATE INDEX reconciliation_case_open ON reconciliation_case (provider_id, state);

-- ── append-only ──────────────────────────────────────────────────────────────────────────────
CREATE TRIGGER usage_event_is_never_changed BEFORE UPDATE ON usage_event BEGIN SELECT RAISE(ABORT, 'usage_event is append-only'); END;
CREATE TRIGGER usage_event_is_never_deleted BEFORE DELETE ON usage_event BEGIN SELECT RAISE(ABORT, 'usage_event is append-only'); END;
CREATE TRIGGER usage_void_is_never_changed BEFORE UPDATE ON usage_void BEGIN SELECT RAISE(ABORT, 'usage_void is append-only'); END;
CREATE TRIGGER usage_void_is_never_deleted BEFORE DELETE ON usage_void BEGIN SELECT RAISE(ABORT, 'usage_void is append-only'); END;
CREATE TRIGGER usage_checkpoint_is_never_changed BEFORE UPDATE ON usage_checkpoint BEGIN SELECT RAISE(ABORT, 'usage_checkpoint is append-only'); END;
CREATE TRIGGER usage_checkpoint_is_never_deleted BEFORE DELETE ON usage_checkpoint BEGIN SELECT RAISE(ABORT, 'usage_checkpoint is append-only'); END;
CREATE TRIGGER tariff_version_is_never_changed BEFORE UPDATE ON tariff_version BEGIN SELECT RAISE(ABORT, 'tariff_version is append-only'); END;
CREATE TRIGGER tariff_version_is_never_deleted BEFORE DELETE ON tariff_version BEGIN SELECT RAISE(ABORT, 'tariff_version is append-only'); END;
CREATE TRIGGER statement_is_never_changed BEFORE UPDATE ON statement BEGIN SELECT RAISE(ABORT, 'statement is append-only'); END;
CREATE TRIGGER statement_is_never_deleted BEFORE DELETE ON statement BEGIN SELECT RAISE(ABORT, 'statement is append-only'); END;
CREATE TRIGGER statement_line_is_never_changed BEFORE UPDATE ON statement_line BEGIN SELECT RAISE(ABORT, 'statement_line is append-only'); END;
CREATE TRIGGER statement_line_is_never_deleted BEFORE DELETE ON statement_line BEGIN SELECT RAISE(ABORT, 'statement_line is append-only'); END;
CREATE TRIGGER prepaid_move_is_never_changed BEFORE UPDATE ON prepaid_move BEGIN SELECT RAISE(ABORT, 'prepaid_move is append-only'); END;
CREATE TRIGGER prepaid_move_is_never_deleted BEFORE DELETE ON prepaid_move BEGIN SELECT RAISE(ABORT, 'prepaid_move is append-only'); END;
CREATE TRIGGER purchase_allocation_is_never_changed BEFORE UPDATE ON purchase_allocation BEGIN SELECT RAISE(ABORT, 'purchase_allocation is append-only'); END;
CREATE TRIGGER purchase_allocation_is_never_deleted BEFORE DELETE ON purchase_allocation BEGIN SELECT RAISE(ABORT, 'purchase_allocation is append-only'); END;
