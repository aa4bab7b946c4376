-- A time-stamp authority's answer to the note of a checkpoint (RFC 3161), as it came: it proves itself.
CREATE TABLE audit_stamp (
    size BIGINT PRIMARY KEY NOT NULL REFERENCES audit_checkpoint (size),
    answer BYTEA NOT NULL,
    kept_at TIMESTAMP NOT NULL
);

CREATE TRIGGER audit_stamp_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_stamp FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
