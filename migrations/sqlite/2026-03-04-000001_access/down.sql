DROP TRIGGER account_right_is_never_changed;
DROP TRIGGER account_right_stands_alone;
CREATE TABLE account_right_old (
    account_id BIGINT NOT NULL REFERENCES account (id),
    duty TEXT NOT NULL CHECK (duty IN ('task_force', 'final_reviewer', 'competent_authority', 'finance', 'auditor', 'administrator')),
    PRIMARY KEY (account_id, duty)
);
INSERT INTO account_right_old (account_id, duty)
    SELECT account_id, CASE duty WHEN 'security_administrator' THEN 'administrator' ELSE duty END
    FROM account_right WHERE duty NOT IN ('administrator', 'audit_administrator');
DROP TABLE account_right;
ALTER TABLE account_right_old RENAME TO account_right;
DROP TABLE recovery_code;
DROP TABLE second_factor;
ALTER TABLE account DROP COLUMN password_set_at;
DELETE FROM session;
ALTER TABLE session DROP COLUMN address;
ALTER TABLE session DROP COLUMN device;
ALTER TABLE session DROP COLUMN idle_seconds;
ALTER TABLE session DROP COLUMN confirmed_at;
ALTER TABLE session DROP COLUMN stage;
