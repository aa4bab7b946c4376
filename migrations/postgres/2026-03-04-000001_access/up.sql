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
ALTER TABLE account_right DROP CONSTRAINT account_right_duty_check;
ALTER TABLE account_right ADD CONSTRAINT account_right_duty_check CHECK (duty IN ('task_force', 'final_reviewer',
    'competent_authority', 'finance', 'auditor', 'administrator', 'security_administrator', 'audit_administrator'));
UPDATE account_right SET duty = 'security_administrator' WHERE duty = 'administrator';
-- The row of the account is locked first: of two rights that are given at one moment the second sees the first.
CREATE FUNCTION right_stands_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE alone CONSTANT TEXT[] := ARRAY['administrator', 'security_administrator', 'audit_administrator', 'auditor', 'finance'];
BEGIN
    PERFORM 1 FROM account WHERE id = NEW.account_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM account_right held
        WHERE held.account_id = NEW.account_id AND held.duty <> NEW.duty AND (held.duty = ANY (alone) OR NEW.duty = ANY (alone)))
    THEN RAISE EXCEPTION 'this right stands alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_right_stands_alone BEFORE INSERT ON account_right FOR EACH ROW EXECUTE FUNCTION right_stands_alone();
CREATE FUNCTION right_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a right is given and taken, never changed'; END $$;
CREATE TRIGGER account_right_is_never_changed BEFORE UPDATE ON account_right FOR EACH STATEMENT EXECUTE FUNCTION right_is_never_changed();
