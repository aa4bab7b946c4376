-- Who stands behind an enterprise, as it declares: a new declaration is a new version, none is changed.
CREATE TABLE structure_declaration (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    enterprise_id BIGINT NOT NULL REFERENCES enterprise (id),
    version BIGINT NOT NULL,
    declared_by BIGINT NOT NULL REFERENCES account (id),
    declared_at TIMESTAMP NOT NULL,
    UNIQUE (enterprise_id, version)
);

CREATE TABLE structure_party (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    declaration_id BIGINT NOT NULL REFERENCES structure_declaration (id),
    role TEXT NOT NULL CHECK (role IN ('controller', 'shareholder', 'holding')),
    person BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    uscc TEXT NOT NULL,
    -- Nothing for a controller who holds no share.
    share_bp BIGINT NULL CHECK (share_bp BETWEEN 1 AND 10000),
    since DATE NOT NULL,
    CONSTRAINT structure_party_person_has_no_uscc CHECK (NOT person OR uscc = ''),
    CONSTRAINT structure_party_holds CHECK (role = 'controller' OR share_bp IS NOT NULL)
);
CREATE INDEX structure_party_of_declaration ON structure_party (declaration_id);

-- A red letter that came to an invoice of an application after its final review: before payment it
-- holds the payout, afterwards somebody decides what comes back.
CREATE TABLE recovery_task (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    application_id BIGINT NOT NULL REFERENCES application (id),
    material_id BIGINT NOT NULL REFERENCES material (id),
    -- The red letter itself. Amounts are positive.
    code TEXT NOT NULL,
    number TEXT NOT NULL,
    red_fen BIGINT NOT NULL CHECK (red_fen > 0),
    dated_on DATE NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('enterprise', 'centre', 'staff')),
    file_id BIGINT NULL REFERENCES stored_file (id),
    file_name TEXT NOT NULL DEFAULT '',
    found_by BIGINT NULL REFERENCES account (id),
    found_at TIMESTAMP NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'settled', 'dismissed')),
    note TEXT NOT NULL DEFAULT '',
    settled_by BIGINT NULL REFERENCES account (id),
    settled_at TIMESTAMP NULL,
    -- The same letter twice is one task.
    UNIQUE (material_id, number, code)
);
CREATE INDEX recovery_task_of_application ON recovery_task (application_id, state);

-- Going back before voucher_life forgets the states of vouchers, and coming here again works them out
-- from their applications. That one was revoked, and why, the trail knows.
UPDATE voucher SET state = 'revoked',
    reason = (SELECT MAX(audit_entry.reason) FROM audit_entry WHERE audit_entry.act = 'revoke_voucher' AND audit_entry.subject = voucher.number)
WHERE state <> 'revoked'
    AND EXISTS (SELECT 1 FROM audit_entry WHERE audit_entry.act = 'revoke_voucher' AND audit_entry.subject = voucher.number);
