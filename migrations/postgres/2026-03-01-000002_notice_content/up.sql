-- What a notice said when it was published, byte by byte: page, PDF and JSON are made from it.
ALTER TABLE notice ADD COLUMN content_json TEXT NOT NULL DEFAULT '';
