DROP TABLE payout_hold;
DROP TABLE job_lease;
