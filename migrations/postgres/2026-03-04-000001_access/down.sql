DROP TRIGGER account_right_is_never_changed ON account_right;
DROP TRIGGER account_right_stands_alone ON account_right;
DROP FUNCTION right_is_never_changed();
DROP FUNCTION right_stands_alone();
DELETE FROM account_right WHERE duty IN ('administrator', 'audit_administrator');
ALTER TABLE account_right DROP CONSTRAINT account_right_duty_check;
UPDATE account_right SET duty = 'administrator' WHERE duty = 'security_administrator';
ALTER TABLE account_right ADD CONSTRAINT account_right_duty_check CHECK (duty IN ('task_force', 'final_reviewer',
    'competent_authority', 'finance', 'auditor', 'administrator'));
DROP TABLE recovery_code;
DROP TABLE second_factor;
ALTER TABLE account DROP COLUMN password_set_at;
DELETE FROM session;
ALTER TABLE session DROP COLUMN address;
ALTER TABLE session DROP COLUMN device;
ALTER TABLE session DROP COLUMN idle_seconds;
ALTER TABLE session DROP COLUMN confirmed_at;
ALTER TABLE session DROP COLUMN stage;
