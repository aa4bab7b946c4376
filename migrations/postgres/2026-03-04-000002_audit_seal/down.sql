DROP INDEX audit_of_subject;
DROP TRIGGER audit_entry_waits_for_its_seal ON audit_entry;
DROP FUNCTION wait_for_seal();
DROP TABLE audit_head;
DROP TABLE audit_checkpoint;
DROP TABLE audit_seal;
DROP TABLE audit_unsealed;
