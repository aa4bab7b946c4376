-- A second factor, sessions that know how far the sign-in has come, and three administrators who
-- exclude one another (三员分立). Whoever is signed in signs in anew.
DELETE FROM session;
ALTER TABLE session ADD COLUMN stage TEXT NOT NULL DEFAULT 'whole' CHECK (stage IN ('code', 'enrol', 'whole'));
ALTER TABLE session ADD COLUMN confirmed_at TIMESTAMP NULL;
ALTER TABLE session ADD COLUMN idle_seconds BIGINT NOT NULL DEFAULT 1800 CHECK (idle_seconds > 0);
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';

ALTER TABLE account ADD COLUMN password_set_at TIMESTAMP NULL;
UPDATE account SET password_set_at = created_at WHERE password_hash IS NOT NULL;

CREATE TABLE second_factor (
    account_id BIGINT PRIMARY KEY NOT NULL REFERENCES account (id),
    sealed_secret TEXT NOT NULL,
    last_step BIGINT NOT NULL DEFAULT 0,
    enrolled_at TIMESTAMP NOT NULL
);

CREATE TABLE recovery_code (
    account_id BIGINT NOT NULL REFERENCES account (id),
    code_hash TEXT NOT NULL,
    used_at TIMESTAMP NULL,
    PRIMARY KEY (account_id, code_hash)
);

-- Until now the administrator gave the rights: that is the security administrator from now on, who
-- appoints the other two.
CREATE TABLE account_right_new (
    account_id BIGINT NOT NULL REFERENCES account (id),
    duty TEXT NOT NULL CHECK (duty IN ('task_force', 'final_reviewer', 'competent_authority', 'finance', 'auditor',
        'administrator', 'security_administrator', 'audit_administrator')),
    PRIMARY KEY (account_id, duty)
);
INSERT INTO account_right_new (account_id, duty)
    SELECT account_id, CASE duty WHEN 'administrator' THEN 'security_administrator' ELSE duty END FROM account_right;
DROP TABLE account_right;
ALTER TABLE account_right_new RENAME TO account_right;
CREATE TRIGGER account_right_stands_alone BEFORE INSERT ON account_right
WHEN EXISTS (
    SELECT 1 FROM account_right held
    WHERE held.account_id = NEW.account_id AND held.duty <> NEW.duty
      AND (held.duty IN ('administrator', 'security_administrator', 'audit_administrator', 'auditor', 'finance')
        OR NEW.duty IN ('administrator', 'security_administrator', 'audit_administrator', 'auditor', 'finance')))
BEGIN SELECT RAISE(ABORT, 'this right stands alone'); END;
CREATE TRIGGER account_right_is_never_changed BEFORE UPDATE ON account_right
BEGIN SELECT RAISE(ABORT, 'a right is given and taken, never changed'); END;
