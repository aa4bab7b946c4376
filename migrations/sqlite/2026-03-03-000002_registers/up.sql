-- Lists of the registries as they were published, and what each row came to.
CREATE TABLE registry_list (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('tech_sme', 'hightech', 'carrier', 'incubatee', 'above_designated_size', 'advanced_service', 'dishonesty')),
    scope TEXT NOT NULL CHECK (scope IN ('complete', 'batch', 'withdrawal')),
    state TEXT NOT NULL CHECK (state IN ('dry_run', 'imported')),
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    as_of DATE NOT NULL,
    row_count BIGINT NOT NULL,
    new_count BIGINT NOT NULL,
    changed_count BIGINT NOT NULL,
    same_count BIGINT NOT NULL,
    gone_count BIGINT NOT NULL,
    unreadable_count BIGINT NOT NULL,
    -- The newest list of the kind that was imported when this one was compared with them.
    based_on BIGINT NULL REFERENCES registry_list (id),
    checked_by BIGINT NOT NULL REFERENCES account (id),
    checked_at TIMESTAMP NOT NULL,
    imported_by BIGINT NULL REFERENCES account (id),
    imported_at TIMESTAMP NULL,
    CONSTRAINT registry_list_imported_by_somebody CHECK ((state = 'imported') = (imported_at IS NOT NULL AND imported_by IS NOT NULL))
);
CREATE INDEX registry_list_of_kind ON registry_list (kind, state);

-- A row is standing while it is the newest word of its listing. What a complete list does not have any
-- more stands in it once more as gone, with the row that it ends.
CREATE TABLE registry_row (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    list_id BIGINT NOT NULL REFERENCES registry_list (id),
    kind TEXT NOT NULL,
    row_number BIGINT NOT NULL,
    uscc TEXT NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    number TEXT NOT NULL,
    carrier TEXT NOT NULL,
    carrier_kind TEXT NULL CHECK (carrier_kind IN ('incubator', 'university_science_park', 'maker_space')),
    carrier_level TEXT NULL CHECK (carrier_level IN ('national', 'province', 'city', 'district')),
    -- Of a row that is gone: from when on.
    valid_from DATE NULL,
    valid_to DATE NULL,
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('new', 'changed', 'same', 'gone', 'unreadable')),
    fault TEXT NOT NULL,
    -- No reference: 100,000 rows would look one another up, and rows are only taken away with their list.
    earlier_id BIGINT NULL,
    standing BOOLEAN NOT NULL
);
CREATE INDEX registry_row_of_list ON registry_row (list_id, outcome);
CREATE INDEX registry_row_earlier ON registry_row (list_id, earlier_id) WHERE earlier_id IS NOT NULL;
CREATE INDEX registry_row_standing ON registry_row (kind, uscc) WHERE standing;
CREATE INDEX registry_row_named ON registry_row (name_folded) WHERE standing AND uscc = '';

-- Which column of a list is which, as somebody confirmed it for all lists with these headings.
CREATE TABLE registry_mapping (
    kind TEXT NOT NULL,
    signature TEXT NOT NULL,
    mapping TEXT NOT NULL,
    confirmed_by BIGINT NOT NULL REFERENCES account (id),
    confirmed_at TIMESTAMP NOT NULL,
    PRIMARY KEY (kind, signature)
);

-- A listing of an enterprise that was ended while something had been granted on it.
CREATE TABLE registry_withdrawal (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    row_id BIGINT NOT NULL UNIQUE REFERENCES registry_row (id),
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    effect_on DATE NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'settled')),
    note TEXT NOT NULL DEFAULT '',
    found_at TIMESTAMP NOT NULL,
    settled_by BIGINT NULL REFERENCES account (id),
    settled_at TIMESTAMP NULL
);
CREATE INDEX registry_withdrawal_of_enterprise ON registry_withdrawal (enterprise_id);

-- Where a qualification and a record come from: the row of a list; nothing for what people entered.
ALTER TABLE qualification ADD COLUMN registry_row_id BIGINT NULL REFERENCES registry_row (id);
CREATE INDEX qualification_of_registry_row ON qualification (registry_row_id);
ALTER TABLE dishonesty_record ADD COLUMN registry_row_id BIGINT NULL REFERENCES registry_row (id);
CREATE INDEX dishonesty_of_registry_row ON dishonesty_record (registry_row_id);

-- A question to a register, asked when an application is submitted and answered by a job.
CREATE TABLE register_check (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    register TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'found', 'not_found', 'failed')),
    asked_at TIMESTAMP NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    next_try_at TIMESTAMP NOT NULL,
    answered_at TIMESTAMP NULL,
    source TEXT NOT NULL DEFAULT '',
    answer_sha256 TEXT NOT NULL DEFAULT '',
    evidence TEXT NOT NULL DEFAULT ''
);
CREATE INDEX register_check_of_enterprise ON register_check (enterprise_id, register);
CREATE INDEX register_check_pending ON register_check (next_try_at) WHERE state = 'pending';

-- How often a register failed in a row; while it is resting nobody asks it.
CREATE TABLE register_health (
    register TEXT PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    resting_until TIMESTAMP NULL
);

-- One list follows another: of two that were compared with the same one, only the first is taken in.
CREATE UNIQUE INDEX registry_list_follows_once ON registry_list (kind, COALESCE(based_on, 0)) WHERE state = 'imported';
