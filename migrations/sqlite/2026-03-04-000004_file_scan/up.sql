-- What the virus scanner said of a stored file. While a scanner is set, a file without a row is opened by nobody.
CREATE TABLE file_scan (
    file_id BIGINT PRIMARY KEY NOT NULL REFERENCES stored_file (id),
    state TEXT NOT NULL CHECK (state IN ('clean', 'infected')),
    found TEXT NOT NULL DEFAULT '',
    scanned_at TIMESTAMP NOT NULL
);
