-- The proof of the trail (docs/concepts/audit-trail.md). A line of the trail is stored in the transaction
-- of its act and waits here until the sealer, a moment later, gives it a place in the chain.
CREATE TABLE audit_unsealed (
    entry_id BIGINT PRIMARY KEY NOT NULL REFERENCES audit_entry (id)
);
CREATE FUNCTION wait_for_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO audit_unsealed (entry_id) VALUES (NEW.id); RETURN NULL; END $$;
CREATE TRIGGER audit_entry_waits_for_its_seal AFTER INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION wait_for_seal();
INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_entry;

-- What is printed with a checkpoint is found by its number.
CREATE INDEX audit_of_subject ON audit_entry (subject);

-- The place of a line: without a gap, with its leaf of the Merkle tree and the hash of the chain up to it.
-- The salt blinds names and reasons, so that a receipt can prove an act without telling them.
CREATE TABLE audit_seal (
    seq BIGINT PRIMARY KEY NOT NULL CHECK (seq > 0),
    entry_id BIGINT NOT NULL UNIQUE REFERENCES audit_entry (id),
    leaf BYTEA NOT NULL,
    chain BYTEA NOT NULL,
    salt BYTEA NOT NULL,
    sealed_at TIMESTAMP NOT NULL
);

-- A signed root that is kept. Each names the size of the one before, so that none can be taken out.
CREATE TABLE audit_checkpoint (
    size BIGINT PRIMARY KEY NOT NULL CHECK (size > 0),
    root TEXT NOT NULL,
    signed_at TIMESTAMP NOT NULL,
    after_size BIGINT NOT NULL,
    origin TEXT NOT NULL,
    key_id TEXT NOT NULL REFERENCES signing_key (key_id),
    signature TEXT NOT NULL
);

-- Where the trail ends now, signed with every round of the sealer: one row, and the lock of the chain.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY NOT NULL CHECK (id = 1),
    size BIGINT NOT NULL,
    root TEXT NOT NULL,
    signed_at TIMESTAMP NOT NULL,
    after_size BIGINT NOT NULL,
    origin TEXT NOT NULL,
    key_id TEXT NOT NULL,
    signature TEXT NOT NULL,
    chain BYTEA NOT NULL,
    peaks BYTEA NOT NULL
);
INSERT INTO audit_head (id, size, root, signed_at, after_size, origin, key_id, signature, chain, peaks)
VALUES (1, 0, '', '1970-01-01 00:00:00', 0, '', '', '', decode(repeat('00', 32), 'hex'), ''::bytea);

CREATE TRIGGER audit_seal_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_checkpoint_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_head_is_never_deleted BEFORE DELETE OR TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
