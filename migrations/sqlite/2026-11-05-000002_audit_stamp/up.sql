-- A time-stamp authority's answer to the note of a checkpoint (RFC 3161), as it came: it proves itself.
CREATE TABLE audit_stamp (
    size INTEGER PRIMARY KEY NOT NULL REFERENCES audit_checkpoint (size),
    answer BLOB NOT NULL,
    kept_at TIMESTAMP NOT NULL
);

CREATE TRIGGER audit_stamp_is_never_changed BEFORE UPDATE ON audit_stamp BEGIN SELECT RAISE(ABORT, 'audit_stamp is append-only'); END;
CREATE TRIGGER audit_stamp_is_never_deleted BEFORE DELETE ON audit_stamp BEGIN SELECT RAISE(ABORT, 'audit_stamp is append-only'); END;
