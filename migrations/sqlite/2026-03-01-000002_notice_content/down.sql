ALTER TABLE notice DROP COLUMN content_json;
