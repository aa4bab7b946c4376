DROP TABLE recovery_task;
DROP TABLE structure_party;
DROP TABLE structure_declaration;
