-- Which instance runs a job, and until when. The epoch goes up with every change of hands: whatever an
-- earlier holder still wants to store under a lower one is refused.
CREATE TABLE job_lease (
    kind TEXT PRIMARY KEY NOT NULL,
    holder TEXT NOT NULL,
    epoch BIGINT NOT NULL CHECK (epoch > 0),
    held_until TIMESTAMP NOT NULL
);

-- While a row is open, no payout is drawn up, approved or sent.
CREATE TABLE payout_hold (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    begun_at TIMESTAMP NOT NULL,
    jump_seconds BIGINT NOT NULL,
    ended_at TIMESTAMP NULL,
    ended_by BIGINT NULL REFERENCES account (id),
    reason TEXT NOT NULL DEFAULT '',
    CONSTRAINT payout_hold_ended_by_somebody CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE UNIQUE INDEX payout_hold_open ON payout_hold ((ended_at IS NULL)) WHERE ended_at IS NULL;
