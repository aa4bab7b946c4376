-- What was read from a file, once per file and version of the reader, with its warnings.
CREATE TABLE file_reading (
    file_id BIGINT NOT NULL REFERENCES stored_file (id),
    reader BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reading TEXT NOT NULL,
    read_at TIMESTAMP NOT NULL,
    PRIMARY KEY (file_id, reader)
);

-- What a paper says, field by field, where that was read, and who confirmed it.
CREATE TABLE paper_fact (
    material_id BIGINT NOT NULL REFERENCES material (id),
    field TEXT NOT NULL,
    value TEXT NOT NULL,
    source TEXT NOT NULL,
    confirmed_by BIGINT NULL REFERENCES account (id),
    confirmed_at TIMESTAMP NULL,
    PRIMARY KEY (material_id, field),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL))
);

-- Further files of the same paper, such as the XML beside the PDF of an invoice.
CREATE TABLE paper_form (
    material_id BIGINT NOT NULL REFERENCES material (id),
    file_id BIGINT NOT NULL REFERENCES stored_file (id),
    file_name TEXT NOT NULL,
    added_by BIGINT NOT NULL REFERENCES account (id),
    added_at TIMESTAMP NOT NULL,
    PRIMARY KEY (material_id, file_id)
);
