-- Staff may sign in with an account of an OpenID Connect provider. Whose it is stands by the provider's
-- own name for the person (issuer and subject); an address may pass to somebody else.
CREATE TABLE openid_link (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES account (id),
    linked_at TIMESTAMP NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (account_id, issuer)
);

-- Sign-ins that went to the provider and have not come back, by hashes of what only the browser knows.
CREATE TABLE openid_attempt (
    state_hash TEXT PRIMARY KEY NOT NULL,
    browser_hash TEXT NOT NULL,
    session_hash TEXT NULL,
    sealed_errand TEXT NOT NULL,
    begun_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP NULL
);
CREATE INDEX openid_attempt_by_end ON openid_attempt (expires_at);
