DROP TABLE voucher_quota;
ALTER TABLE voucher DROP COLUMN reason;
ALTER TABLE voucher DROP COLUMN warned_days;
ALTER TABLE voucher DROP COLUMN pack_id;
ALTER TABLE voucher DROP COLUMN version;
ALTER TABLE voucher DROP COLUMN state;
