-- A voucher has a life of its own (src/voucher.rs), and the quotas that its year's pack gave it.
ALTER TABLE voucher ADD COLUMN state TEXT NOT NULL DEFAULT 'claimed'
    CHECK (state IN ('claimed', 'in_use', 'redeeming', 'redeemed', 'partly_redeemed', 'expired', 'revoked'));
ALTER TABLE voucher ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE voucher ADD COLUMN pack_id TEXT NOT NULL DEFAULT '';
-- Days before the end that the last letter spoke of.
ALTER TABLE voucher ADD COLUMN warned_days BIGINT NULL;
ALTER TABLE voucher ADD COLUMN reason TEXT NOT NULL DEFAULT '';

-- A level without a row has no cap.
CREATE TABLE voucher_quota (
    voucher_id BIGINT NOT NULL REFERENCES voucher (id),
    tier TEXT NOT NULL CHECK (tier IN ('province', 'city', 'district')),
    quota_fen BIGINT NOT NULL CHECK (quota_fen >= 0),
    PRIMARY KEY (voucher_id, tier)
);

-- Vouchers that are there already: the quota is the cap under which they were used, the state
-- follows from their applications. What lapsed is found by the job.
INSERT INTO voucher_quota (voucher_id, tier, quota_fen)
SELECT voucher.id, yearly_cap.tier, yearly_cap.cap_fen
FROM voucher
JOIN yearly_cap ON yearly_cap.enterprise_id = voucher.enterprise_id AND yearly_cap.year = voucher.year
WHERE yearly_cap.cap_fen < 1000000000000000;

UPDATE voucher SET pack_id = COALESCE((SELECT MIN(pack_id) FROM application WHERE application.voucher_id = voucher.id), '');

UPDATE voucher SET state = CASE
    WHEN EXISTS (SELECT 1 FROM application WHERE application.voucher_id = voucher.id AND application.state IN
        ('final_passed', 'credit_checked', 'in_public_notice', 'notice_passed', 'payment_ordered', 'payment_failed', 'objection_hold'))
        THEN 'redeeming'
    WHEN EXISTS (SELECT 1 FROM application WHERE application.voucher_id = voucher.id AND application.state IN
        ('submitted', 'provider_confirmed', 'prechecked', 'preliminary_passed', 'returned', 'waitlisted'))
        THEN 'in_use'
    WHEN EXISTS (SELECT 1 FROM application
        JOIN subsidy ON subsidy.application_id = application.id AND subsidy.held_fen > 0
        WHERE application.voucher_id = voucher.id AND application.state IN ('paid', 'clawback_due', 'clawed_back'))
        THEN CASE WHEN EXISTS (
            SELECT 1 FROM application
            JOIN subsidy ON subsidy.application_id = application.id AND subsidy.held_fen > 0
            JOIN yearly_cap ON yearly_cap.enterprise_id = application.enterprise_id
                AND yearly_cap.tier = subsidy.tier AND yearly_cap.year = subsidy.year
            WHERE application.voucher_id = voucher.id AND yearly_cap.used_fen < yearly_cap.cap_fen)
            THEN 'partly_redeemed' ELSE 'redeemed' END
    ELSE 'claimed' END;
